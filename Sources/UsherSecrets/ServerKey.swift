/// The server's secret: 256 bits that all derived secrets hang on. Whoever has it can compute the code of every
/// invitation whose id they know; without it, the links in letters under way are dead. It cannot be printed.
package struct ServerKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package static let byteCount = 32

    let bytes: [UInt8]

    /// A new key from the system's generator.
    package init() { bytes = randomBytes(Self.byteCount) }

    /// Reads the text form: one line of base64url (43 characters, or 44 with `=`) or hexadecimal (64 digits), with
    /// white space around it.
    ///
    /// - Throws: `empty`, `malformed` or `placeholder`.
    package init(text: String) throws(KeyProblem) {
        let line = text.drop(while: \.isWhitespace).split(whereSeparator: \.isWhitespace)
        guard let word = line.first else { throw .empty }
        guard line.count == 1 else { throw .malformed }
        let lower = word.lowercased()
        guard !Self.placeholders.contains(where: lower.contains) else { throw .placeholder }
        guard let bytes = Self.decode(word), bytes.count == Self.byteCount else { throw .malformed }
        guard Set(bytes).count >= Self.leastDistinct else { throw .placeholder }
        self.bytes = bytes
    }

    /// The text form that `init(text:)` reads: base64url.
    package var text: String { TextEncoding.base64URL(bytes) }

    package var description: String { "<server key>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    private static let placeholders = [
        "changeme", "change-me", "change_me", "placeholder", "replaceme", "replace-me", "replace_me", "yoursecret",
        "your-secret", "your_secret",
    ]

    /// Of 32 random bytes, about 30 differ; that 16 or fewer do has a chance of less than 1 in 10^17.
    private static let leastDistinct = 17

    private static func decode(_ word: Substring) -> [UInt8]? {
        if word.utf8.count == byteCount * 2 { return TextEncoding.decodeHex(word) }
        return TextEncoding.decodeBase64(word.last == "=" ? word.dropLast() : word, url: true)
    }
}

/// Why there is no key to start with. The description is one sentence for the operator, and never shows the key.
package enum KeyProblem: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case malformed
    case placeholder
    case openToOthers(path: String, mode: UInt32)
    case notThere(path: String)
    case unreadable(path: String, reason: String)
    case notWritten(path: String, reason: String)

    package var description: String {
        switch self {
        case .empty: "The server key is empty; it must be 32 random bytes as 43 characters of base64url."
        case .malformed:
            "The server key is not 32 bytes; it must be one line of 43 characters of base64url or 64 of hex."
        case .placeholder: "The server key is a placeholder; it must be 32 random bytes, as `usher` makes them itself."
        case .openToOthers(let path, let mode):
            "The server key in \(path) can be read by others (mode \(String(mode, radix: 8))); run `chmod 600 \(path)`."
        case .notThere(let path): "There is no server key at \(path)."
        case .unreadable(let path, let reason): "The server key at \(path) cannot be read: \(reason)."
        case .notWritten(let path, let reason): "The server key cannot be written to \(path): \(reason)."
        }
    }
}
