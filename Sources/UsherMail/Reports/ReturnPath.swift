package import UsherDomain
package import UsherUseCases

/// Where reports on letters come back: an address of its own for each invitation's letter, `bounces+TAG@example.com`
/// ("variable envelope return path"), because nothing else in a report says reliably which letter it is about, and reports
/// are as easy to forge as any mail. The tag names invitation, generation and day, under a MAC of the server's key, in lower
/// case only, because mail systems change the case.
package struct ReturnPath: Sendable {
    /// What a report may be about.
    package struct Tag: Equatable, Sendable {
        package let invitation: ID<Invitation>
        package let generation: Int

        package init(invitation: ID<Invitation>, generation: Int) {
            self.invitation = invitation
            self.generation = generation
        }
    }

    /// Octets that the part before the `@` may have (RFC 5321 section 4.5.3.1.1).
    private static let longestLocalPart = 64
    private static let payloadLength = 32
    private static let macLength = 16
    /// The longest name before the tag.
    package static let longestName = longestLocalPart - 1 - payloadLength - macLength
    /// Mail systems give up after five days; some people are told later.
    private static let validDays = 30

    package let address: String
    private let name: Substring
    private let domain: Substring
    private let effects: Effects

    /// - Parameter address: one ASCII address, with at most `longestName` octets before its `@`.
    package init?(_ address: String, effects: Effects) {
        guard let at = address.lastIndex(of: "@") else { return nil }
        name = address[..<at]
        domain = address[address.index(after: at)...]
        guard (1...Self.longestName).contains(name.utf8.count), !domain.isEmpty else { return nil }
        self.address = address
        self.effects = effects
    }

    /// Nil for what no tag can name; such a letter has the plain address.
    func address(of invitation: ID<Invitation>, generation: Int, at day: Timestamp) -> String? {
        guard let id = Self.bytes(of: invitation), let generation = UInt16(exactly: generation),
            let day = UInt16(exactly: Self.day(of: day))
        else { return nil }
        let bytes = id + [generation, day].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        let payload = Base32.encode(bytes)
        return "\(name)+\(payload)\(mac(of: payload))@\(domain)"
    }

    /// What an address stands for; nil when it is none of ours, or too old.
    package func tag(in address: some StringProtocol, at now: Timestamp) -> Tag? {
        let address = address.lowercased()
        let prefix = "\(name.lowercased())+", suffix = "@\(domain.lowercased())"
        guard address.hasPrefix(prefix), address.hasSuffix(suffix),
            address.utf8.count == prefix.utf8.count + Self.payloadLength + Self.macLength + suffix.utf8.count
        else { return nil }
        let text = address.dropFirst(prefix.count).dropLast(suffix.count)
        let payload = String(text.prefix(Self.payloadLength))
        guard constantTimeEquals(String(text.dropFirst(Self.payloadLength)), mac(of: payload)),
            let bytes = Base32.decode(payload), bytes.count == 20
        else { return nil }
        let age = Self.day(of: now) - Int64(bytes[18]) << 8 - Int64(bytes[19])
        // A clock may have been set back by a day.
        guard (-1...Int64(Self.validDays)).contains(age) else { return nil }
        return Tag(invitation: Self.id(bytes.prefix(16)), generation: Int(bytes[16]) << 8 | Int(bytes[17]))
    }

    private func mac(of payload: String) -> String {
        String(effects.hash(effects.derive(.returnPath, payload)).prefix(Self.macLength))
    }

    private static func day(of moment: Timestamp) -> Int64 { moment.milliseconds / 86_400_000 }

    private static func bytes(of id: ID<Invitation>) -> [UInt8]? {
        let digits = id.rawValue.compactMap(\.hexDigitValue)
        guard digits.count == 32 else { return nil }
        return stride(from: 0, to: 32, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func id(_ bytes: some Sequence<UInt8>) -> ID<Invitation> {
        let digits = Array("0123456789abcdef")
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return ID(rawValue: text)
    }
}

/// RFC 4648 section 6 in lower case, for whole groups of five bytes.
enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0, pending = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            pending += 8
            while pending >= 5 {
                pending -= 5
                text.append(alphabet[Int(bits >> UInt32(pending) & 31)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil when a character is foreign.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0, pending = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 5 | UInt32(value)
            pending += 5
            if pending >= 8 {
                pending -= 8
                bytes.append(UInt8(bits >> UInt32(pending) & 255))
            }
        }
        return bytes
    }
}
