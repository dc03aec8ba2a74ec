import UsherDomain
import UsherSQL
import UsherUseCases

/// What became of a transaction whose connection was lost at COMMIT.
enum Unresolved: Error {
    /// The transaction's mark tells, on another connection.
    case commit(transaction: TransactionMark, cause: ConnectionLost)
}

/// A transaction's number, and the server's last checkpoint when it was given out. A server that crashes before anything
/// of the transaction reached its log gives the same number to another one; and no crash is recovered from without a
/// checkpoint.
struct TransactionMark: Equatable {
    let number: String
    let checkpoint: String
}

/// The number may be another transaction's by now.
struct OutcomeUnknown: Error {}

/// Statements of one connection that are sent as they come.
struct PostgresSession: SQLSession {
    let connection: PGConnection

    func rows(_ query: SQLQuery) throws -> [SQLRow] { try connection.rows(query) }
}

extension PGConnection {
    /// Runs a body that reads. Each statement is a transaction of its own: in READ COMMITTED they would see the same
    /// inside of one, and two round trips are saved.
    func read<R>(_ body: (any SQLSession) throws -> R) throws -> R { try body(PostgresSession(connection: self)) }

    /// Runs a body that reads as of one moment.
    func snapshot<R>(_ body: (any SQLSession) throws -> R) throws -> R {
        _ = try exchange([PGStatement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")])
        defer { rollBack() }
        return try body(PostgresSession(connection: self))
    }

    /// Runs a body that writes, in one transaction. Throws `Unresolved` when nobody told whether COMMIT was heard.
    func write<R>(_ body: (any SQLSession) throws -> R) throws -> R {
        do {
            let session = WritingSession(connection: self)
            let result = try body(session)
            try session.commit()
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// The body's error is what matters; a connection that cannot even roll back is not used again.
    private func rollBack() {
        guard !isLost, isInTransaction else { return }
        do { _ = try exchange([PGStatement("ROLLBACK")]) } catch { isLost = true }
    }

    /// Whether a transaction was committed; nil while it is still under way. Throws `OutcomeUnknown` when the server may
    /// have crashed in between.
    func isCommitted(_ transaction: TransactionMark) throws -> Bool? {
        let row: SQLRow?
        do {
            row = try rows(
                """
                SELECT pg_xact_status(CAST(\(transaction.number) AS xid8)), timeline_id || '/' || checkpoint_lsn
                FROM pg_control_checkpoint()
                """
            ).first
        } catch let fault as PostgresFault where fault.isNumberOfTheFuture {
            // It was lost with the log, and nobody has the number again.
            return false
        }
        guard row?.values.first != .text("in progress") else { return nil }
        guard row?.values.first == .text("committed") else { return false }
        guard row?.values.last == .text(transaction.checkpoint) else { throw OutcomeUnknown() }
        return true
    }
}
