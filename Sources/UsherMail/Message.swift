/// A whole message: headers, then the same letter as text and as HTML (RFC 2046 section 5.1.4).
struct Message {
    /// Mail programs clip what is longer, and the link with it.
    private static let maximumBytes = 100_000

    let headers: [Header]
    /// Unique in the message by construction: `=_` cannot occur in quoted-printable text.
    let boundary: String
    let text: String
    let html: String

    func bytes() throws(LetterProblem) -> [UInt8] {
        try OneLine.checkAddress("boundary@\(boundary)", field: "letter's id", asciiOnly: true)
        var out: [UInt8] = []
        out.reserveCapacity(16_384)
        for header in headers { Self.line(header.text, into: &out) }
        Self.line("Content-Type: multipart/alternative;\r\n boundary=\"=_\(boundary)\"", into: &out)
        Self.line("", into: &out)
        part("text/plain", text, into: &out)
        part("text/html", html, into: &out)
        Self.line("--=_\(boundary)--", into: &out)
        guard out.count < Self.maximumBytes else { throw .tooLong(field: "letter") }
        return out
    }

    private func part(_ type: String, _ content: String, into out: inout [UInt8]) {
        Self.line("--=_\(boundary)", into: &out)
        Self.line("Content-Type: \(type); charset=utf-8", into: &out)
        Self.line("Content-Transfer-Encoding: quoted-printable", into: &out)
        Self.line("", into: &out)
        out += QuotedPrintable.encode(content)
    }

    private static func line(_ text: String, into out: inout [UInt8]) {
        out += text.utf8
        out += [0x0D, 0x0A]
    }
}
