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
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        all.merge(event.metadata ?? [:]) { _, new in new }
        let values = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let time = LogText.time(now())
        let text =
            switch style {
            case .json: Self.json(time, event.level, label, event.message.description, values)
            case .human: Self.human(time, event.level, event.message.description, values)
            }
        write(text)
    }

    private static func json(
        _ time: String, _ level: Logger.Level, _ label: String, _ message: String, _ values: [(String, String)]
    ) -> String {
        let fixed = [("time", time), ("level", level.rawValue), ("logger", label), ("message", message)]
        let names = Set(fixed.map(\.0))
        let own = values.map { (names.contains($0.0) ? "_" + $0.0 : $0.0, $0.1) }
        let members = (fixed + own).map { "\(LogText.quoted($0.0)):\(LogText.quoted($0.1))" }
        return "{\(members.joined(separator: ","))}\n"
    }

    private static func human(
        _ time: String, _ level: Logger.Level, _ message: String, _ values: [(String, String)]
    ) -> String {
        let pairs = values.map { key, value in
            let isPlain = value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
            return " \(LogText.bare(key))=\(isPlain && !value.isEmpty ? LogText.bare(value) : LogText.quoted(value))"
        }
        return "\(time) \(level.rawValue) \(LogText.bare(message))\(pairs.joined())\n"
    }
}

/// Text that is safe in a line of a log.
enum LogText {
    /// As a JSON string (RFC 8259 section 7); control characters and bidirectional overrides are escaped too.
    static func quoted(_ text: String) -> String { "\"\(bare(text, quotes: true))\"" }

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
        let (days, rest) = moment.milliseconds.flooredQuotientAndRemainder(dividingBy: 86_400_000)
        let date = civil(daysSince1970: days)
        let seconds = rest / 1000
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
            + "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))."
            + "\(padded(rest % 1000, 3))Z"
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

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
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
