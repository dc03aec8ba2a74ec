import Glibc
import Logging

/// How much is logged, and in which form. Logs go to standard error.
struct LogSettings: Sendable {
    let level: String
    let isJSON: Bool

    /// People at a terminal read text; collectors read JSON.
    static var usualFormat: String { isatty(STDERR_FILENO) == 1 ? "text" : "json" }

    func logger(_ label: String) -> Logger {
        let isJSON = isJSON
        var logger = Logger(label: label) { LineLogHandler(label: $0, isJSON: isJSON) }
        logger.logLevel = Logger.Level(rawValue: level) ?? .info
        return logger
    }
}
