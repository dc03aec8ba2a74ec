/// Reads the messages that Usher itself writes: RFC 5322 headers with RFC 2047 words, and one text or a
/// multipart/alternative of them in quoted-printable, base64 or plain. It is no general MIME parser: what it does not
/// know it shows as it is.
package struct MessageReader: Sendable {
    package let subject: String
    package let text: String
    package let html: String

    package init(_ raw: String) {
        let part = MessagePart(raw)
        subject = EncodedWords.decode(part.header("subject") ?? "")
        let leaves = part.leaves()
        text = leaves.first { $0.mediaType == "text/plain" }?.decodedBody ?? ""
        html = leaves.first { $0.mediaType == "text/html" }?.decodedBody ?? ""
    }
}

/// Headers and a body: a message, or a part of one. Works on lines without carriage returns, because CRLF is one
/// `Character` in Swift and would hide line ends.
struct MessagePart {
    private let headers: [(name: String, value: String)]
    private let body: [Substring]
    /// Parts in parts are followed so far.
    private static let maximumDepth = 5

    init(_ raw: String) {
        let bytes = raw.utf8.filter { $0 != UInt8(ascii: "\r") }
        let text = String(decoding: bytes, as: UTF8.self)
        self.init(lines: text.split(separator: "\n", omittingEmptySubsequences: false)[...])
    }

    private init(lines: ArraySlice<Substring>) {
        let gap = lines.firstIndex { $0.isEmpty } ?? lines.endIndex
        headers = Self.fields(lines[..<gap])
        body = Array(lines[gap...].dropFirst())
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// `text/plain` where nothing is said (RFC 2045 section 5.2).
    var mediaType: String {
        let value = header("content-type") ?? "text/plain"
        return value.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    }

    /// The parts that hold no other parts, in order.
    func leaves(depth: Int = 0) -> [MessagePart] {
        guard mediaType.hasPrefix("multipart/"), depth < Self.maximumDepth, let boundary = parameter("boundary") else {
            return [self]
        }
        // What stands before the first delimiter and after the last is not a part (RFC 2046 section 5.1).
        var parts: [MessagePart] = []
        var start: Int?
        for (index, line) in body.enumerated() where line.hasPrefix("--\(boundary)") {
            if let start { parts.append(MessagePart(lines: body[start..<index])) }
            start = index + 1
            if line.hasPrefix("--\(boundary)--") { break }
        }
        return parts.flatMap { $0.leaves(depth: depth + 1) }
    }

    var decodedBody: String {
        let text = body.joined(separator: "\n")
        return switch header("content-transfer-encoding")?.lowercased() {
        case "quoted-printable": QuotedPrintableText.decode(text)
        case "base64": Base64Text.decode(text).map { String(decoding: $0, as: UTF8.self) } ?? text
        default: text
        }
    }

    private func parameter(_ name: String) -> String? {
        guard let value = header("content-type") else { return nil }
        for piece in value.split(separator: ";").dropFirst() {
            let pair = piece.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == name else { continue }
            return String(pair[1].drop { $0 == " " }).filter { $0 != "\"" }
        }
        return nil
    }

    /// Unfolds and splits (RFC 5322 section 2.2.3).
    private static func fields(_ lines: ArraySlice<Substring>) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for line in lines {
            if line.first == " " || line.first == "\t", let last = fields.indices.last {
                fields[last].value += " " + line.drop { $0 == " " || $0 == "\t" }
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                fields.append((line[..<colon].lowercased(), String(value)))
            }
        }
        return fields
    }
}
