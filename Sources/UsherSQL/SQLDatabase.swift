/// One transaction of one connection. Not `Sendable` on purpose: it must not outlive its transaction.
package protocol SQLSession {
    /// Runs one statement and returns all its rows: those of a `SELECT`, or of a `RETURNING`.
    func rows(_ query: SQLQuery) throws -> [SQLRow]

    /// Runs one statement whose rows nobody wants. It takes effect in its place among the others; whether it failed may
    /// be told later, at the latest by the next one whose rows are wanted or by the end of the transaction, which fails.
    func run(_ query: SQLQuery) throws
}

extension SQLSession {
    package func run(_ query: SQLQuery) throws { _ = try rows(query) }
}

/// An engine that runs `SQLQuery`. What it throws beside the body's own errors is `StoreUnavailable` when trying
/// later helps, `Refusal.busy` when too many wait, and a fault of its own otherwise.
package protocol SQLDatabase: Sendable {
    var dialect: Dialect { get }

    /// Runs a body in one transaction, which lasts when this returns. A body that throws changes nothing.
    ///
    /// The body may run more than once: when the engine asks for a retry, only the last run counts.
    /// Reads of one body see one moment on SQLite; on PostgreSQL each statement sees what was committed before it
    /// (READ COMMITTED), so no decision may rest on two reads.
    func transaction<R: Sendable>(
        writing: Bool, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> R

    /// Runs a body that reads everything as of one moment, on both engines, for as long as it takes. For what looks at
    /// the whole: a backup.
    func snapshot<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R
}
