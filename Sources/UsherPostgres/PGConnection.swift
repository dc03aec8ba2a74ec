import CPostgres
import Glibc
import UsherDomain
import UsherSQL
import UsherUseCases

/// One connection to the server, and the statements prepared on it. It is in libpq's pipeline mode from beginning to end;
/// between two exchanges nothing is under way.
///
/// `@unchecked Sendable`: a `PGConnection` is used by one thread at a time, the one that took it out of the pool's
/// list of idle connections; the list's lock orders the hand-over.
final class PGConnection: @unchecked Sendable {
    /// What is asked of each connection, in milliseconds.
    struct Limits: Sendable {
        var connect = 5_000
        var statement = 10_000
        var lock = 5_000
        var idleInTransaction = 15_000
        /// How long the server may stay silent beyond its own limit before the connection is given up.
        var grace = 3_000

        /// For commands that touch every row, and do other things between two statements.
        static let maintenance = Limits(statement: 3_600_000, idleInTransaction: 3_600_000)
    }

    private let pointer: OpaquePointer
    private let limits: Limits
    /// The names of statements by their texts.
    private var prepared: [String: String] = [:]
    private var namesGiven = 0
    /// Something failed on it that leaves its state unknown.
    var isLost = false

    /// Each text is prepared once; texts come from the source, so there are few, except for lists of values.
    private static let preparedLimit = 300

    /// Connects and sets the session up. Throws `ConnectionLost`, or `PostgresFault` when the server refuses.
    init(url: Secret, limits: Limits) throws {
        // What stands before `dbname` is a default, which the URL may change.
        let parameters = [
            ("application_name", "usher"), ("connect_timeout", "\(max(limits.connect / 1000, 2))"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "\(Limits().statement + limits.grace)"), ("dbname", url.reveal()),
            ("client_encoding", "UTF8"),
        ]
        guard let pointer = Self.connect(parameters) else { throw ConnectionLost(details: "out of memory") }
        guard PQstatus(pointer) == CONNECTION_OK else {
            let details = String(cString: PQerrorMessage(pointer))
            PQfinish(pointer)
            throw ConnectionLost(details: details)
        }
        self.pointer = pointer
        self.limits = limits
        // Notices would go to stderr.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        guard PQenterPipelineMode(pointer) == 1 else { throw lost() }
        let settings = [
            "SET statement_timeout = \(limits.statement)", "SET lock_timeout = \(limits.lock)",
            "SET idle_in_transaction_session_timeout = \(limits.idleInTransaction)",
            "SET default_transaction_isolation = 'read committed'",
            """
            SELECT set_config('synchronous_commit', 'on', false)
                WHERE current_setting('synchronous_commit') IN ('off', 'local')
            """,
        ]
        _ = try exchange(settings.map { PGStatement($0, isPrepared: false) })
    }

    deinit { PQfinish(pointer) }

    private static func connect(_ settings: [(String, String)]) -> OpaquePointer? {
        let keys = settings.map { strdup($0.0) }
        let values = settings.map { strdup($0.1) }
        defer { for text in keys + values { free(text) } }
        let keyList = keys.map { UnsafePointer($0) } + [nil]
        let valueList = values.map { UnsafePointer($0) } + [nil]
        return PQconnectdbParams(keyList, valueList, 1)
    }

    /// Whether it can be used: nothing failed on it, no transaction was left open, and the server has not hung up since.
    var isUsable: Bool {
        guard !isLost, PQstatus(pointer) == CONNECTION_OK, !isInTransaction else { return false }
        var socket = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
        guard poll(&socket, 1, 0) > 0 else { return true }
        // Something came unasked: a notice, or the end.
        return PQconsumeInput(pointer) == 1 && PQstatus(pointer) == CONNECTION_OK && !socketIsClosed
    }

    private var socketIsClosed: Bool {
        var socket = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 0) > 0
    }

    /// Whether a transaction was begun and has not ended, be it one that failed.
    var isInTransaction: Bool { PQtransactionStatus(pointer) != PQTRANS_IDLE }

    var serverVersion: Int { Int(PQserverVersion(pointer)) }

    /// Runs one statement.
    func rows(_ query: SQLQuery) throws -> [SQLRow] { try exchange([PGStatement(query)]).last?.rows ?? [] }

    /// Sends statements together, waits once, and gives the answer to each. When one fails the server skips those after
    /// it, and its complaint is thrown.
    ///
    /// They have the time of one statement in all: the server says nothing before the last one is done, so a longer
    /// patience would notice a frozen server later.
    func exchange(_ statements: [PGStatement]) throws -> [PGAnswer] {
        // A transaction that failed takes nothing but ROLLBACK.
        if prepared.count >= Self.preparedLimit, PQtransactionStatus(pointer) != PQTRANS_INERROR {
            prepared = [:]
            _ = try exchange([PGStatement("DEALLOCATE ALL", isPrepared: false)])
        }
        let steps = try send(statements)
        var answers: [PGAnswer] = []
        var complaint: PostgresFault?
        for step in steps {
            switch (try outcome(), step) {
            case (.done, .prepare(let text, let name)): prepared[text] = name
            case (.done(let answer), .run): answers.append(answer)
            case (.failed(let fault), _): complaint = complaint ?? fault
            case (.skipped, _): break
            }
        }
        guard try nextResult()?.status == PGRES_PIPELINE_SYNC else { throw lost(complaint) }
        if let complaint { throw complaint }
        return answers
    }

    private enum Step { case prepare(text: String, name: String), run }

    /// Sends statements as one pipeline, which ends where a failure ends: at its sync.
    private func send(_ statements: [PGStatement]) throws -> [Step] {
        var steps: [Step] = []
        var names = prepared
        for statement in statements {
            if statement.isPrepared, names[statement.text] == nil {
                let name = nameOfNext(statement.text)
                guard PQsendPrepare(pointer, name, statement.text, 0, nil) == 1 else { throw lost() }
                steps.append(.prepare(text: statement.text, name: name))
                names[statement.text] = name
            }
            guard send(statement, as: names[statement.text]) else { throw lost() }
            steps.append(.run)
        }
        guard PQpipelineSync(pointer) == 1 else { throw lost() }
        return steps
    }

    private func send(_ statement: PGStatement, as name: String?) -> Bool {
        statement.withValues { values, count in
            if let name { return PQsendQueryPrepared(pointer, name, count, values, nil, nil, 0) == 1 }
            return PQsendQueryParams(pointer, statement.text, count, nil, values, nil, nil, 0) == 1
        }
    }

    /// No name is given twice, so one whose statement was refused is in nobody's way. The statement's first word lets
    /// people read what goes over the wire.
    private func nameOfNext(_ text: String) -> String {
        namesGiven += 1
        return "\(text.prefix { $0.isLetter }) \(namesGiven)"
    }

    private enum Outcome {
        case done(PGAnswer)
        case failed(PostgresFault)
        /// Something before it failed.
        case skipped
    }

    /// Takes what was answered to one of the things that were sent.
    private func outcome() throws -> Outcome {
        guard let result = try nextResult() else { throw lost() }
        if result.status == PGRES_PIPELINE_ABORTED {
            guard try nextResult() == nil else { throw lost() }
            return .skipped
        }
        if let complaint = result.complaint {
            let isOver = PQstatus(pointer) != CONNECTION_OK || complaint.endsConnection || complaint.state.isEmpty
            if isOver { throw lost(complaint) }
            guard try nextResult() == nil else { throw lost() }
            return .failed(complaint)
        }
        let answer = result.answer
        guard try nextResult() == nil else { throw lost() }
        return .done(answer)
    }

    /// The next result; nil after the last one of a statement.
    private func nextResult() throws -> PGResult? {
        try waitForAnswer()
        guard let result = PQgetResult(pointer) else { return nil }
        return PGResult(result)
    }

    /// Waits until the next result can be taken without blocking. A server that stays silent past its own limit is
    /// frozen or cut off; its connection is given up.
    private func waitForAnswer() throws {
        let patience = CInt(limits.statement + limits.grace)
        while PQisBusy(pointer) == 1 {
            var socket = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
            let ready = poll(&socket, 1, patience)
            if ready == 0 { throw lost(details: "no answer within \(patience) ms") }
            if ready < 0, errno == EINTR { continue }
            guard ready > 0, PQconsumeInput(pointer) == 1 else { throw lost() }
        }
    }

    private func lost(_ complaint: PostgresFault? = nil, details: String? = nil) -> ConnectionLost {
        isLost = true
        let said = details ?? complaint?.debugDescription ?? String(cString: PQerrorMessage(pointer))
        return ConnectionLost(details: said)
    }
}
