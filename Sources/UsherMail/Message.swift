/// A whole message: headers, then the same letter as text and as HTML (RFC 2046 section 5.1.4).
struct Message {
    /// Mail programs clip what is longer, and the link with it.
    private static let maximumBytes = 100_000

    let headers: [Header]
    /// Unique in the message by construction: `=_` cannot occur in quoted-printable text.
    let boundary: String
    let body: LetterBody
    let template: LetterTemplate

    func bytes() throws(LetterProblem) -> [UInt8] {
        try OneLine.checkAddress("boundary@\(boundary)", field: "letter's id", asciiOnly: true)
        var out: [UInt8] = []
        out.reserveCapacity(16_384)
        for header in headers { out.appendLine(header.text) }
        out.appendLine("Content-Type: multipart/alternative;\r\n boundary=\"=_\(boundary)\"")
        out.appendLineEnd()
        beginPart("text/plain", in: &out)
        var text = body.text
        text.withUTF8 { QuotedPrintable.append($0, to: &out) }
        beginPart("text/html", in: &out)
        template.append(body, to: &out)
        out.appendLine("--=_\(boundary)--")
        guard out.count < Self.maximumBytes else { throw .tooLong(field: "letter") }
        return out
    }

    private func beginPart(_ type: String, in out: inout [UInt8]) {
        out.appendLine("--=_\(boundary)")
        out.appendLine("Content-Type: \(type); charset=utf-8")
        out.appendLine("Content-Transfer-Encoding: quoted-printable")
        out.appendLineEnd()
    }
}
