import UsherDomain
import UsherSQL
import UsherUseCases

/// What became of a transaction whose connection was lost at COMMIT.
enum Unresolved: Error {
    /// The transaction's number tells, on another connection.
    case commit(transaction: String, cause: ConnectionLost)
}

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
        let transaction: String
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

    private func begin() throws -> String {
        let rows = try simple("BEGIN; SELECT pg_current_xact_id()").rows
        guard case .text(let number)? = rows.first?.values.first else {
            throw PostgresFault(state: "", details: "the transaction has no number")
        }
        return number
    }

    /// The body's error is what matters; a connection that cannot even roll back is not used again.
    private func rollBack() {
        guard !isLost else { return }
        do { _ = try simple("ROLLBACK") } catch { isLost = true }
    }

    private func commit(_ transaction: String) throws {
        do {
            let command = try simple("COMMIT").command
            // A body that went on after a failed statement: the server has undone everything.
            guard command == "COMMIT" else { throw PostgresFault(state: "25P02", details: "COMMIT became \(command)") }
        } catch let error as ConnectionLost {
            throw Unresolved.commit(transaction: transaction, cause: error)
        }
    }

    /// Whether a transaction was committed; nil while it is still under way.
    func isCommitted(_ transaction: String) throws -> Bool? {
        let rows = try rows("SELECT pg_xact_status(CAST(\(transaction) AS xid8))")
        return switch rows.first?.values.first {
        case .text("committed"): true
        case .text("in progress"): nil
        default: false
        }
    }
}
