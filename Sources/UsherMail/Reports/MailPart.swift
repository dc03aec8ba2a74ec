/// A message, or one part of it (RFC 5322, RFC 2045): its fields, and lines that nobody has looked into yet. Made for mail
/// that anybody may have sent: it works on bytes, looks at what it is asked for, and never deeper than one level.
struct MailPart {
    typealias Line = ArraySlice<UInt8>

    private let fields: [(name: String, value: String)]
    let body: ArraySlice<Line>

    /// What one part may have before it counts as nonsense.
    private static let mostFields = 500
    private static let mostParts = 20

    init(_ message: some Collection<UInt8>) {
        let lines = Array(message).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        self.init(lines: lines.map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }[...])
    }

    init(lines: ArraySlice<Line>) {
        let gap = lines.firstIndex(where: \.isEmpty) ?? lines.endIndex
        fields = Self.fields(of: lines[..<gap])
        body = lines[gap...].dropFirst()
    }

    /// The values of all fields of a name, in order; names in lower case.
    func values(of name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    func value(of name: String) -> String? { fields.first { $0.name == name }?.value }

    /// `text/plain` where nothing is said (RFC 2045 section 5.2).
    var mediaType: String {
        (value(of: "content-type") ?? "text/plain").prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
    }

    /// Whether the lines are what they look like.
    var isPlain: Bool {
        let encoding = value(of: "content-transfer-encoding")?.filter { !$0.isWhitespace }.lowercased() ?? "7bit"
        return ["7bit", "8bit", "binary"].contains(encoding)
    }

    /// A parameter of the media type, in quotes or bare (RFC 2045 section 5.1).
    func parameter(_ name: String) -> String? {
        guard let field = value(of: "content-type") else { return nil }
        var pieces: [String] = [""], isQuoted = false, isEscaped = false
        for character in field {
            switch character {
            case _ where isEscaped:
                pieces[pieces.count - 1].append(character)
                isEscaped = false
            case "\\" where isQuoted: isEscaped = true
            case "\"": isQuoted.toggle()
            case ";" where !isQuoted: pieces.append("")
            default: pieces[pieces.count - 1].append(character)
            }
        }
        for piece in pieces.dropFirst() {
            let pair = piece.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ !$0.isWhitespace }).lowercased() == name else { continue }
            return String(pair[1].drop(while: \.isWhitespace))
        }
        return nil
    }

    /// The parts of a multipart (RFC 2046 section 5.1), none of them taken apart further.
    func parts() -> [MailPart] {
        guard mediaType.hasPrefix("multipart/"), let boundary = parameter("boundary"), !boundary.isEmpty else {
            return []
        }
        let delimiter = Array("--\(boundary)".utf8)
        var parts: [MailPart] = []
        var start: Int?
        for index in body.indices where body[index].starts(with: delimiter) {
            let rest = body[index].dropFirst(delimiter.count)
            let isLast = rest.starts(with: "--".utf8)
            guard isLast || rest.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) else { continue }
            if let start { parts.append(MailPart(lines: body[start..<index])) }
            start = index + 1
            if isLast || parts.count == Self.mostParts { return parts }
        }
        if let start { parts.append(MailPart(lines: body[start...])) }
        return parts
    }

    /// Groups of fields with empty lines between them, as reports have them (RFC 3464 section 2.1).
    func groups() -> [MailPart] {
        body.split(whereSeparator: \.isEmpty).prefix(Self.mostParts).map { MailPart(lines: $0) }
    }

    /// Unfolds and splits (RFC 5322 section 2.2.3).
    private static func fields(of lines: ArraySlice<Line>) -> [(name: String, value: String)] {
        var fields: [(name: String, value: [UInt8])] = []
        for line in lines {
            if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t"), let last = fields.indices.last {
                fields[last].value += [UInt8(ascii: " ")] + line.drop { $0 == 0x20 || $0 == 0x09 }
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                guard fields.count < mostFields else { break }
                let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
                fields.append((name, Array(line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 })))
            }
        }
        return fields.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }
    }
}
