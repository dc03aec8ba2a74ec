/// Text in a header that ASCII cannot carry (RFC 2047): words of at most 75 characters, each a whole number of Unicode
/// scalars, one on a line, no line longer than 76.
struct EncodedWords {
    private static let maximumLine = 76
    private static let maximumWord = 75
    private static let overhead = "=?utf-8?q??=".utf8.count

    let words: [String]

    /// - Parameter column: how many characters stand on the first line already.
    init(_ text: String, column: Int) {
        let utf8 = Array(text.utf8)
        let quotedLength = utf8.reduce(0) { $0 + (Self.isPlain($1) || $1 == 0x20 ? 1 : 3) }
        let asBase64 = quotedLength > (utf8.count + 2) / 3 * 4
        var words: [String] = []
        var chunk: [UInt8] = []
        var room = min(Self.maximumLine - column, Self.maximumWord) - Self.overhead
        for scalar in text.unicodeScalars {
            let more = chunk + Array(String(scalar).utf8)
            if Self.length(of: more, asBase64: asBase64) > room, !chunk.isEmpty {
                words.append(Self.word(chunk, asBase64: asBase64))
                chunk = Array(String(scalar).utf8)
                room = Self.maximumWord - Self.overhead
            } else {
                chunk = more
            }
        }
        if !chunk.isEmpty { words.append(Self.word(chunk, asBase64: asBase64)) }
        self.words = words
    }

    /// The words, folded onto lines of their own.
    var folded: String { words.joined(separator: "\r\n ") }

    /// What may stand as itself in a word of a phrase (RFC 2047 section 5, rule 3).
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: Array("!*+-/".utf8).contains(byte)
        }
    }

    private static func length(of bytes: [UInt8], asBase64: Bool) -> Int {
        if asBase64 { return (bytes.count + 2) / 3 * 4 }
        return bytes.reduce(0) { $0 + (isPlain($1) || $1 == 0x20 ? 1 : 3) }
    }

    private static func word(_ bytes: [UInt8], asBase64: Bool) -> String {
        if asBase64 { return "=?utf-8?b?\(base64(bytes))?=" }
        var text = ""
        for byte in bytes {
            if byte == 0x20 {
                text += "_"
            } else if isPlain(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "=" + QuotedPrintable.hexadecimal(byte)
            }
        }
        return "=?utf-8?q?\(text)?="
    }

    /// RFC 4648 section 4, with padding.
    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".unicodeScalars)
        var text = String.UnicodeScalarView()
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0..<4 {
                text.append(position <= group.count ? alphabet[value >> (18 - 6 * position) & 63] : "=")
            }
        }
        return String(text)
    }
}
