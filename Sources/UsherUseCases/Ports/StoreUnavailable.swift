/// The store is not there now, or may not be written to, and may be back soon: 503 with `Retry-After`.
///
/// It has two voices: the description says what kind of trouble it is, and is safe to show; the debug description
/// says everything the engine said, and belongs into the log.
package struct StoreUnavailable: Error, CustomStringConvertible, CustomDebugStringConvertible {
    package let retryAfter: Duration
    /// One sentence without addresses, statements or values.
    package let description: String
    private let details: String

    package init(_ description: String, details: String = "", retryAfter: Duration = .seconds(1)) {
        self.description = description
        self.details = details
        self.retryAfter = retryAfter
    }

    package var debugDescription: String { details.isEmpty ? description : "\(description): \(details)" }
}

/// Why a database cannot be opened, in one sentence for whoever starts the program.
package struct DatabaseProblem: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
