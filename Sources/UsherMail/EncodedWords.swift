/// Text in a header that ASCII cannot carry (RFC 2047): words of at most 75 characters, each a whole number of Unicode
/// scalars, one on a line, no line longer than 76.
struct EncodedWords {
    private static let maximumLine = 76
    private static let maximumWord = 75
    private static let overhead = "=?utf-8?q??=".utf8.count

    let words: [String]

    /// - Parameter column: how many characters stand on the first line already.
    init(_ text: String, column: Int) {
        let bytes = Array(text.utf8)
        let asBase64 = Self.quotedLength(of: bytes[...]) > Self.base64Length(bytes.count)
        var words: [String] = []
        var room = min(Self.maximumLine - column, Self.maximumWord) - Self.overhead
        // The word that is growing: where it starts, and how long it is with `q`.
        var start = 0
        var length = 0
        var index = 0
        while index < bytes.count {
            let next = Self.endOfScalar(at: index, in: bytes)
            let width = Self.quotedLength(of: bytes[index..<next])
            if (asBase64 ? Self.base64Length(next - start) : length + width) > room, index > start {
                words.append(Self.word(bytes[start..<index], asBase64: asBase64))
                start = index
                length = 0
                room = Self.maximumWord - Self.overhead
            }
            length += width
            index = next
        }
        if start < bytes.count { words.append(Self.word(bytes[start...], asBase64: asBase64)) }
        self.words = words
    }

    private static func endOfScalar(at index: Int, in bytes: [UInt8]) -> Int {
        var end = index + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    /// The words, folded onto lines of their own.
    var folded: String { words.joined(separator: "\r\n ") }

    /// What may stand as itself in a word of a phrase (RFC 2047 section 5, rule 3).
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"): true
        default: false
        }
    }

    private static func quotedLength(of bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 + (isPlain($1) || $1 == 0x20 ? 1 : 3) }
    }

    private static func base64Length(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    private static func word(_ bytes: ArraySlice<UInt8>, asBase64: Bool) -> String {
        var out = Array((asBase64 ? "=?utf-8?b?" : "=?utf-8?q?").utf8)
        out.reserveCapacity(maximumWord)
        if asBase64 {
            appendBase64(bytes, to: &out)
        } else {
            for byte in bytes {
                if byte == 0x20 {
                    out.append(UInt8(ascii: "_"))
                } else if isPlain(byte) {
                    out.append(byte)
                } else {
                    QuotedPrintable.appendCode(of: byte, to: &out)
                }
            }
        }
        out.append(UInt8(ascii: "?"))
        out.append(UInt8(ascii: "="))
        return String(decoding: out, as: UTF8.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// RFC 4648 section 4, with padding.
    private static func appendBase64(_ bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.endIndex)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0..<4 {
                out.append(position <= group.count ? alphabet[value >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
            }
        }
    }
}
