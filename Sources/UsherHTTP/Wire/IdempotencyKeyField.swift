import HTTPTypes
import UsherDomain

/// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a string of structured fields (RFC 9651); the bare
/// word that most clients send is taken too.
enum IdempotencyKeyField {
    private static let maximumLength = 255

    /// Nil when there is none.
    static func read(_ fields: HTTPFields) throws(Refusal) -> String? {
        let values = fields[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        guard values.count == 1 else { throw .idempotencyKeyInvalid }
        let text = value[...].trimmed
        let key = text.first == "\"" ? quoted(text) : bare(text)
        guard let key, (1...maximumLength).contains(key.utf8.count) else { throw .idempotencyKeyInvalid }
        return key
    }

    private static func bare(_ text: Substring) -> String? {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !#"",;\"#.utf8.contains($0) }
        return isPlain ? String(text) : nil
    }

    private static func quoted(_ text: Substring) -> String? {
        var key: [UInt8] = []
        var isEscaped = false
        let inner = text.utf8.dropFirst()
        for (offset, byte) in inner.enumerated() {
            switch byte {
            case UInt8(ascii: "\\") where !isEscaped: isEscaped = true
            case UInt8(ascii: "\"") where !isEscaped:
                return offset == inner.count - 1 ? String(decoding: key, as: UTF8.self) : nil
            case UInt8(ascii: "\\"), UInt8(ascii: "\""):
                key.append(byte)
                isEscaped = false
            case 0x20...0x7E where !isEscaped: key.append(byte)
            default: return nil
            }
        }
        return nil
    }
}
