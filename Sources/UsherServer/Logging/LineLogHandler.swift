package import Logging
import Synchronization
package import UsherDomain

/// Writes one line per event to standard error: for people on a terminal, as JSON (one object per line) otherwise.
///
/// What comes from outside can't forge a line or flood the log: every value is escaped and cut (ASVS 16.4.1).
package struct LineLogHandler: LogHandler {
    package enum Style: Sendable {
        case human, json
    }

    /// Characters of one value.
    package static let longestValue = 1000

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    private let label: String
    private let style: Style
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable (String) -> Void

    package init(
        label: String, style: Style, level: Logger.Level, now: @escaping @Sendable () -> Timestamp,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.style = style
        logLevel = level
        self.now = now
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var values = LogValues()
        values.add(metadata)
        if let provided = metadataProvider?.get() { values.add(provided) }
        if let own = event.metadata { values.add(own) }
        var line = ""
        line.reserveCapacity(320)
        switch style {
        case .json: writeJSON(event, values.sorted, to: &line)
        case .human: writeHuman(event, values.sorted, to: &line)
        }
        write(line)
    }

    private func writeJSON(_ event: LogEvent, _ values: [LogValues.Pair], to line: inout String) {
        line += "{\"time\":\""
        LogText.append(time: now(), to: &line)
        line += "\",\"level\":\""
        line += event.level.rawValue
        line += "\",\"logger\":"
        LogText.append(quoted: label, to: &line)
        line += ",\"message\":"
        LogText.append(quoted: event.message.description, to: &line)
        for (key, value) in values {
            line += ","
            LogText.append(quoted: Self.fixedNames.contains(key) ? "_" + key : key, to: &line)
            line += ":"
            LogText.append(quoted: value, to: &line)
        }
        line += "}\n"
    }

    private static let fixedNames = ["time", "level", "logger", "message"]

    private func writeHuman(_ event: LogEvent, _ values: [LogValues.Pair], to line: inout String) {
        LogText.append(time: now(), to: &line)
        line += " "
        line += event.level.rawValue
        line += " "
        line += LogText.bare(event.message.description)
        for (key, value) in values {
            let isPlain = value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
            line += " "
            line += LogText.bare(key)
            line += "="
            if isPlain, !value.isEmpty { line += LogText.bare(value) } else { LogText.append(quoted: value, to: &line) }
        }
        line += "\n"
    }
}

/// What is said beside the message. There are few, so they are kept in a list; who says a key last is heard.
private struct LogValues {
    typealias Pair = (key: String, value: String)

    private var pairs: [Pair] = []

    var sorted: [Pair] { pairs.sorted { $0.key < $1.key } }

    mutating func add(_ metadata: Logger.Metadata) {
        for (key, value) in metadata {
            let text = Self.text(value)
            if let index = pairs.firstIndex(where: { $0.key == key }) {
                pairs[index].value = text
            } else {
                pairs.append((key, text))
            }
        }
    }

    private static func text(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        default: "\(value)"
        }
    }
}

/// Text that is safe in a line of a log.
enum LogText {
    /// As a JSON string (RFC 8259 section 7); control characters and bidirectional overrides are escaped too.
    static func quoted(_ text: String) -> String { "\"\(bare(text, quotes: true))\"" }

    static func append(quoted text: String, to line: inout String) {
        line += "\""
        line += bare(text, quotes: true)
        line += "\""
    }

    static func bare(_ text: String, quotes: Bool = false) -> String {
        // Nearly everything that is logged is plain, and short.
        if text.utf8.count <= LineLogHandler.longestValue, text.utf8.allSatisfy({ isPlain($0, quotes) }) { return text }
        var result = ""
        for scalar in text.unicodeScalars.prefix(LineLogHandler.longestValue) {
            switch scalar {
            case "\"" where quotes, "\\" where quotes: result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.isHarmlessInLogs {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u" + String(repeating: "0", count: max(0, 4 - hex(scalar).count)) + hex(scalar)
                }
            }
        }
        return text.unicodeScalars.count > LineLogHandler.longestValue ? result + "…" : result
    }

    private static func isPlain(_ byte: UInt8, _ quotes: Bool) -> Bool {
        (0x20...0x7E).contains(byte) && !(quotes && (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")))
    }

    private static func hex(_ scalar: Unicode.Scalar) -> String { String(scalar.value, radix: 16) }

    /// RFC 3339, UTC, milliseconds.
    static func time(_ moment: Timestamp) -> String {
        var text = ""
        append(time: moment, to: &text)
        return text
    }

    static func append(time moment: Timestamp, to line: inout String) {
        let (days, rest) = moment.milliseconds.flooredQuotientAndRemainder(dividingBy: 86_400_000)
        let date = civil(daysSince1970: days)
        let seconds = rest / 1000
        let parts: [(number: Int64, width: Int, after: String)] = [
            (date.year, 4, "-"), (date.month, 2, "-"), (date.day, 2, "T"), (seconds / 3600, 2, ":"),
            (seconds / 60 % 60, 2, ":"), (seconds % 60, 2, "."), (rest % 1000, 3, "Z"),
        ]
        for part in parts {
            let text = String(part.number)
            for _ in 0..<max(0, part.width - text.utf8.count) { line += "0" }
            line += text
            line += part.after
        }
    }

    /// Proleptic Gregorian date, in years that begin in March so that the leap day is the last.
    private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredQuotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func flooredQuotientAndRemainder(dividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Unicode.Scalar {
    /// No control, no line or paragraph end, nothing that changes the direction of what stands around it, and inside
    /// the plane that a `\u` escape can spell.
    fileprivate var isHarmlessInLogs: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            value > 0xFFFF
        default: true
        }
    }
}

extension LineLogHandler {
    /// Takes over the process's logging. Each line is one write under a lock, so that lines never mix.
    static func install(_ settings: Settings, now: @escaping @Sendable () -> Timestamp) {
        let style: Style =
            switch settings.logFormat {
            case .human: .human
            case .json: .json
            case .auto: Console.errorIsTerminal ? .human : .json
            }
        let level = settings.logLevel
        let lines = LogLines()
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, style: style, level: level, now: now) { lines.write($0) }
        }
    }
}

/// Standard error, one line at a time.
private final class LogLines: Sendable {
    private let lock = Mutex(())

    func write(_ line: String) { lock.withLock { _ in Console.writeLog(line) } }
}
