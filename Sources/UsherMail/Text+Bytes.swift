extension String {
    /// Whether it has nothing but printable ASCII and spaces. Most of what letters are made of is that, and then no
    /// property of a character needs to be looked up: no control, no other white space, no mark, no other direction.
    var isPrintableASCII: Bool { hasOnly(0x20...0x7E) }

    /// Whether each byte is one of these.
    func hasOnly(_ allowed: ClosedRange<UInt8>) -> Bool {
        let utf8 = self.utf8
        let bytes = utf8.span
        for index in bytes.indices where !allowed.contains(bytes[index]) { return false }
        return true
    }
}

extension [UInt8] {
    /// Adds a text and CRLF.
    mutating func appendLine(_ text: String) {
        append(contentsOf: text.utf8)
        appendLineEnd()
    }

    mutating func appendLineEnd() {
        append(0x0D)
        append(0x0A)
    }
}
