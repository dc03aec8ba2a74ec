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

/// One transaction on one connection.
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
        _ = try simple("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        defer { rollBack() }
        return try body(PostgresSession(connection: self))
    }

    /// Runs a body that writes, in one transaction. Throws `Unresolved` when nobody told whether COMMIT was heard.
    func write<R>(_ body: (any SQLSession) throws -> R) throws -> R {
        let transaction: TransactionMark
        let result: R
        do {
            transaction = try begin()
            result = try body(PostgresSession(connection: self))
        } catch {
            rollBack()
            throw error
        }
        try commit(transaction)
        return result
    }

    private func begin() throws -> TransactionMark {
        let row = try simple(
            "BEGIN; SELECT pg_current_xact_id(), timeline_id || '/' || checkpoint_lsn FROM pg_control_checkpoint()"
        ).rows.first
        guard let row, case .text(let number)? = row.values.first, case .text(let checkpoint)? = row.values.last else {
            throw PostgresFault(state: "", details: "the transaction has no number")
        }
        return TransactionMark(number: number, checkpoint: checkpoint)
    }

    /// The body's error is what matters; a connection that cannot even roll back is not used again.
    private func rollBack() {
        guard !isLost else { return }
        do { _ = try simple("ROLLBACK") } catch { isLost = true }
    }

    private func commit(_ transaction: TransactionMark) throws {
        do {
            let command = try simple("COMMIT").command
            // A body that went on after a failed statement: the server has undone everything.
            guard command == "COMMIT" else { throw PostgresFault(state: "25P02", details: "COMMIT became \(command)") }
        } catch let error as ConnectionLost {
            throw Unresolved.commit(transaction: transaction, cause: error)
        }
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
