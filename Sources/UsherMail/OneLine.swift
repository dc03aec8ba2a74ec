/// Checks that a text is one line: nothing that ends a header, a paragraph or a string.
enum OneLine {
    /// Refuses C0 and C1 controls (U+0085 is one), DEL, U+2028 and U+2029.
    static func check(_ text: String, field: String, maximumBytes: Int = 2000) throws(LetterProblem) {
        guard text.utf8.count <= maximumBytes else { throw .tooLong(field: field) }
        guard !text.isPrintableASCII else { return }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: throw .controlCharacter(field: field)
            default: continue
            }
        }
    }

    /// An address as a header and an envelope carry it: one `@`, no white space, nothing that separates or brackets.
    static func checkAddress(_ text: String, field: String, asciiOnly: Bool) throws(LetterProblem) {
        try check(text, field: field, maximumBytes: 320)
        let utf8 = text.utf8
        let bytes = utf8.span
        var ats = 0
        var isASCII = true
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "@"): ats += 1
            case UInt8(ascii: " "), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ","), UInt8(ascii: ";"),
                UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: "\\"), UInt8(ascii: "\""):
                throw .address(field: field)
            case 0x80...: isASCII = false
            default: continue
            }
        }
        guard ats == 1, utf8.first != UInt8(ascii: "@"), utf8.last != UInt8(ascii: "@") else {
            throw .address(field: field)
        }
        // The white space of ASCII is refused already.
        guard isASCII || !asciiOnly && !text.unicodeScalars.contains(where: { $0.properties.isWhitespace }) else {
            throw .address(field: field)
        }
    }

    /// An absolute http(s) URL in printable ASCII, without a space.
    static func checkURL(_ text: String, field: String) throws(LetterProblem) {
        guard text.utf8.count <= 4096 else { throw .tooLong(field: field) }
        let scheme = text.utf8.prefix(8).map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        guard scheme.elementsEqual("https://".utf8) || scheme.starts(with: "http://".utf8),
            text.hasOnly(0x21...0x7E)
        else { throw .url(field: field) }
    }
}
