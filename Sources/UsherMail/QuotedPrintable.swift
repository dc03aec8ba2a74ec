/// Quoted-printable (RFC 2045 section 6.7): any text as lines of at most 76 printable ASCII characters, so that no relay
/// has a reason to rewrite it and nothing in it can end the message.
enum QuotedPrintable {
    private static let maximumLine = 76
    private static let softBreak = Array("=\r\n".utf8)
    private static let digits = Array("0123456789ABCDEF".utf8)

    static func hexadecimal(_ byte: UInt8) -> String {
        String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
    }

    /// Encodes text whose lines end in LF; the encoded lines end in CRLF, the last one too.
    static func encode(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { bytes in
            var out: [UInt8] = []
            out.reserveCapacity(bytes.count * 5 / 4)
            var start = 0
            while start <= bytes.count {
                let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
                encode(line: UnsafeBufferPointer(rebasing: bytes[start..<end]), into: &out)
                out.append(0x0D)
                out.append(0x0A)
                start = end + 1
            }
            return out
        }
    }

    /// Copies runs of plain bytes as a whole: most of a letter is plain.
    private static func encode(line: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        var column = 0
        var run = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let plain = isPlain(byte, startsLine: column == 0, endsLine: isLast)
            // A line that goes on needs one place for the soft break's `=`.
            if column + (plain ? 1 : 3) > (isLast ? maximumLine : maximumLine - 1) {
                out.append(contentsOf: line[run..<index])
                out.append(contentsOf: softBreak)
                run = index
                column = 0
            }
            // What starts a line may need its code although it did not need it in the middle.
            if plain, isPlain(byte, startsLine: column == 0, endsLine: isLast) {
                column += 1
            } else {
                out.append(contentsOf: line[run..<index])
                out.append(UInt8(ascii: "="))
                out.append(digits[Int(byte >> 4)])
                out.append(digits[Int(byte & 15)])
                run = index + 1
                column += 3
            }
        }
        out.append(contentsOf: line[run...])
    }

    /// A dot or an F at the start of a line is encoded, so that neither dot-stuffing nor mbox quoting touches it; white
    /// space at the end, so that no relay strips it.
    private static func isPlain(_ byte: UInt8, startsLine: Bool, endsLine: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        case UInt8(ascii: "."), UInt8(ascii: "F"): !startsLine
        case 0x20, 0x09: !endsLine
        default: (0x21...0x7E).contains(byte)
        }
    }
}
