import FoundationEssentials
import Glibc
import Logging
import Synchronization

/// Writes one line per event to standard error. Whatever a value holds, it stays on its line: control characters are
/// escaped, and long values cut (CATALOGUE VAL-22). A broken pipe loses lines, never the server.
struct LineLogHandler: LogHandler {
    private static let longestValue = 1000

    let label: String
    let isJSON: Bool
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.info

    init(label: String, isJSON: Bool) {
        self.label = label
        self.isJSON = isJSON
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let fields = all.sorted { $0.key < $1.key }.map { ($0.key, Self.cut("\($0.value)")) }
        let now = Date.now.formatted(.iso8601.time(includingFractionalSeconds: true))
        let line =
            isJSON
            ? json(now, event.level, "\(event.message)", fields) : text(now, event.level, "\(event.message)", fields)
        Self.write(line)
    }

    private func json(
        _ now: String, _ level: Logger.Level, _ message: String, _ fields: [(String, String)]
    ) -> String {
        let members = [("time", now), ("level", level.rawValue), ("logger", label), ("message", message)] + fields
        return "{" + members.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }.joined(separator: ",") + "}\n"
    }

    private func text(
        _ now: String, _ level: Logger.Level, _ message: String, _ fields: [(String, String)]
    ) -> String {
        let message = message.unicodeScalars.contains(where: Self.isControl) ? Self.quoted(message) : message
        let rest = fields.map { name, value in
            let isWord = value.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && !Self.isControl($0) }
            return " \(name)=\(isWord ? value : Self.quoted(value))"
        }
        return "\(now.dropFirst(11).prefix(12)) \(level.rawValue.uppercased()) \(message)\(rest.joined())\n"
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= longestValue ? text : String(text.unicodeScalars.prefix(longestValue)) + "…"
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// A JSON string (RFC 8259 section 7), with everything that could move a cursor escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where isControl(scalar):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// One write for one line, so that lines of several threads do not mix.
    private static func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}
