/// The form in which password hashes are stored: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, both in base64.
package struct PHCString {
    /// The longest that libsodium takes, less its terminator.
    static let maximumLength = 127

    package let parameters: Argon2Parameters

    /// Reads a string from the store. Nil when it is not one that Usher could have made: nothing else is ever handed
    /// to libsodium, so a tampered row can ask for no gigabyte and no minute.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19",
            let parameters = Self.parameters(parts[3]),
            let salt = TextEncoding.decodeBase64(parts[4]), salt.count == 16,
            let hash = TextEncoding.decodeBase64(parts[5]), hash.count == 32
        else { return nil }
        self.parameters = parameters
    }

    /// A string like those of real passwords, which no password fits: salt and hash are random.
    static func dummy(_ parameters: Argon2Parameters) -> String {
        let salt = TextEncoding.base64(randomBytes(16)), hash = TextEncoding.base64(randomBytes(32))
        return "$argon2id$v=19$m=\(parameters.kibibytes),t=\(parameters.passes),p=1$\(salt)$\(hash)"
    }

    private static func parameters(_ text: Substring) -> Argon2Parameters? {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3, let memory = number(fields[0], "m="), let passes = number(fields[1], "t="),
            number(fields[2], "p=") == 1
        else { return nil }
        return Argon2Parameters(kibibytes: memory, passes: passes)
    }

    private static func number(_ field: Substring, _ name: String) -> Int? {
        guard field.hasPrefix(name), let value = Int(field.dropFirst(2)), field == "\(name)\(value)" else { return nil }
        return value
    }
}

/// What a hash costs: memory and passes over it. There is one lane, as libsodium has it.
package struct Argon2Parameters: Equatable, Sendable {
    package static let memoryRange = 8...262_144
    package static let passRange = 1...10

    /// KiB.
    package let kibibytes: Int
    package let passes: Int

    /// The least that OWASP asks for with two passes.
    package static let usual = Argon2Parameters(checked: 19_456, passes: 2)

    private init(checked kibibytes: Int, passes: Int) {
        self.kibibytes = kibibytes
        self.passes = passes
    }

    /// Nil outside of 8 KiB to 256 MiB and 1 to 10 passes.
    package init?(kibibytes: Int, passes: Int) {
        guard Self.memoryRange.contains(kibibytes), Self.passRange.contains(passes) else { return nil }
        self.init(checked: kibibytes, passes: passes)
    }

    /// Whether it costs less than today's in memory or in passes.
    func isWeaker(than today: Argon2Parameters) -> Bool { kibibytes < today.kibibytes || passes < today.passes }
}
