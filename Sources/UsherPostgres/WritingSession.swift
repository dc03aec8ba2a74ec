import UsherSQL

/// One transaction that writes. Statements whose rows nobody wants wait here, and go out together with the next one
/// whose rows are wanted, or with COMMIT; so do BEGIN and the question for the transaction's number. Waiting for an
/// answer is what takes time, so a transaction waits as often as its body looks at rows, and once more.
///
/// It cannot go on after a failure, as on the server.
final class WritingSession: SQLSession {
    private let connection: PGConnection
    private var waiting = [PGStatement("BEGIN"), TransactionMark.question]
    private var mark: TransactionMark?
    private var hasFailed = false

    /// Bounds the memory, not the round trips: no request has so many.
    private static let mostWaiting = 100

    init(connection: PGConnection) { self.connection = connection }

    func rows(_ query: SQLQuery) throws -> [SQLRow] {
        waiting.append(try PGStatement(query))
        return try exchange()?.rows ?? []
    }

    func run(_ query: SQLQuery) throws {
        waiting.append(try PGStatement(query))
        if waiting.count >= Self.mostWaiting { _ = try exchange() }
    }

    /// Sends what waits, and COMMIT behind it, which the server skips when something before it failed.
    func commit() throws {
        // The number must be known before COMMIT can be lost. A body that looked at no row has not asked for it yet.
        if mark == nil { _ = try exchange() }
        guard let mark, !hasFailed else { throw Self.aborted("a statement failed, and the body went on") }
        do {
            waiting.append(PGStatement("COMMIT"))
            let command = try exchange()?.command ?? ""
            guard command == "COMMIT" else { throw Self.aborted("COMMIT became \(command)") }
        } catch let error as ConnectionLost {
            throw Unresolved.commit(transaction: mark, cause: error)
        }
    }

    /// The answer to the last of those that waited.
    private func exchange() throws -> PGAnswer? {
        guard !hasFailed else { throw Self.aborted("a statement failed, and the body went on") }
        hasFailed = true
        defer { waiting = [] }
        let answers = try connection.exchange(waiting)
        if mark == nil { mark = try TransactionMark(answers.dropFirst().first) }
        hasFailed = false
        return answers.last
    }

    private static func aborted(_ details: String) -> PostgresFault { PostgresFault(state: "25P02", details: details) }
}

extension TransactionMark {
    static let question = PGStatement(
        "SELECT pg_current_xact_id(), timeline_id || '/' || checkpoint_lsn FROM pg_control_checkpoint()")

    fileprivate init(_ answer: PGAnswer?) throws {
        let values = answer?.rows.first?.values
        guard case .text(let number)? = values?.first, case .text(let checkpoint)? = values?.last else {
            throw PostgresFault(state: "", details: "the transaction has no number")
        }
        self.init(number: number, checkpoint: checkpoint)
    }
}
