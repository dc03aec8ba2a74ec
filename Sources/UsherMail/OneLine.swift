/// Checks that a text is one line: nothing that ends a header, a paragraph or a string.
enum OneLine {
    /// Refuses C0 and C1 controls (U+0085 is one), DEL, U+2028 and U+2029.
    static func check(_ text: String, field: String, maximumBytes: Int = 2000) throws(LetterProblem) {
        guard text.utf8.count <= maximumBytes else { throw .tooLong(field: field) }
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
        let bytes = text.utf8
        let forbidden = Array(" <>,;:()[]\\\"".utf8)
        guard bytes.count(where: { $0 == UInt8(ascii: "@") }) == 1,
            bytes.first != UInt8(ascii: "@"), bytes.last != UInt8(ascii: "@"),
            !bytes.contains(where: { forbidden.contains($0) || (asciiOnly && $0 >= 0x80) }),
            !text.unicodeScalars.contains(where: { $0.properties.isWhitespace })
        else { throw .address(field: field) }
    }

    /// An absolute http(s) URL in printable ASCII, without a space.
    static func checkURL(_ text: String, field: String) throws(LetterProblem) {
        guard text.utf8.count <= 4096 else { throw .tooLong(field: field) }
        let lower = text.lowercased()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .url(field: field) }
    }
}
