/// Quoted-printable (RFC 2045 section 6.7): any text as lines of at most 76 printable ASCII characters, so that no relay
/// has a reason to rewrite it and nothing in it can end the message.
enum QuotedPrintable {
    private static let maximumLine = 76

    /// `=` and the byte in two digits.
    static func appendCode(of byte: UInt8, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "="))
        out.append(digit(byte >> 4))
        out.append(digit(byte & 15))
    }

    /// A digit of base 16, in upper case.
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    /// Encodes text whose lines end in LF; the encoded lines end in CRLF, the last one too.
    static func encode(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count * 5 / 4)
        var text = text
        text.withUTF8 { append($0, to: &out) }
        return out
    }

    /// The same, behind what is there.
    static func append(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        var start = 0
        while start <= bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            append(line: UnsafeBufferPointer(rebasing: bytes[start..<end]), to: &out)
            out.appendLineEnd()
            start = end + 1
        }
    }

    private static func append(line: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        var column = 0
        var index = 0
        while index < line.count {
            if column > 0 { appendMiddle(of: line, from: &index, column: &column, to: &out) }
            let byte = line[index]
            let isLast = index == line.count - 1
            let width = isPlain(byte, startsLine: column == 0, endsLine: isLast) ? 1 : 3
            // A line that goes on needs one place for the soft break's `=`.
            if column + width > (isLast ? maximumLine : maximumLine - 1) {
                out.append(UInt8(ascii: "="))
                out.appendLineEnd()
                column = 0
            }
            // What starts a line may need its code although it did not need it in the middle.
            if width == 1, isPlain(byte, startsLine: column == 0, endsLine: isLast) {
                out.append(byte)
                column += 1
            } else {
                appendCode(of: byte, to: &out)
                column += 3
            }
            index += 1
        }
    }

    /// What neither starts nor ends a line, as far as it is sure to fit: runs of plain bytes, which most of a letter is,
    /// and runs of what is beyond ASCII.
    private static func appendMiddle(
        of line: UnsafeBufferPointer<UInt8>, from index: inout Int, column: inout Int, to out: inout [UInt8]
    ) {
        let last = line.count - 1
        let plain = index
        let plainEnd = min(last, index + maximumLine - 1 - column)
        while index < plainEnd, (0x20...0x7E).contains(line[index]), line[index] != UInt8(ascii: "=") { index += 1 }
        out.append(contentsOf: UnsafeBufferPointer(rebasing: line[plain..<index]))
        column += index - plain
        let coded = index
        let codedEnd = min(last, index + (maximumLine - 1 - column) / 3)
        while index < codedEnd, line[index] >= 0x80 { index += 1 }
        guard index > coded else { return }
        out.append(addingCapacity: 3 * (index - coded)) { codes in
            for byte in line[coded..<index] {
                codes.append(UInt8(ascii: "="))
                codes.append(digit(byte >> 4))
                codes.append(digit(byte & 15))
            }
        }
        column += 3 * (index - coded)
    }

    /// A dot or an F at the start of a line is encoded, so that neither dot-stuffing nor mbox quoting touches it; white
    /// space at the end, so that no relay strips it.
    private static func isPlain(_ byte: UInt8, startsLine: Bool, endsLine: Bool) -> Bool {
        if byte == 0x20 || byte == 0x09 { return !endsLine }
        guard (0x21...0x7E).contains(byte), byte != UInt8(ascii: "=") else { return false }
        return !startsLine || byte != UInt8(ascii: ".") && byte != UInt8(ascii: "F")
    }
}
