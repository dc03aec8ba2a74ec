import CPostgres
import Glibc
import UsherDomain
import UsherSQL
import UsherUseCases

/// One connection to the server, and the statements prepared on it.
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
    private var prepared: [String: String] = [:]
    /// Something failed on it that leaves its state unknown.
    var isLost = false

    /// Each text is prepared once; texts come from the source, so there are few, except for lists of values.
    private static let preparedLimit = 300

    /// Connects and sets the session up. Throws `ConnectionLost`, or `PostgresFault` when the server refuses.
    init(url: Secret, limits: Limits) throws {
        // What stands before `dbname` is a default, which the URL may change.
        let settings = [
            ("application_name", "usher"), ("connect_timeout", "\(max(limits.connect / 1000, 2))"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "\(Limits().statement + limits.grace)"), ("dbname", url.reveal()),
            ("client_encoding", "UTF8"),
        ]
        guard let pointer = Self.connect(settings) else { throw ConnectionLost(details: "out of memory") }
        guard PQstatus(pointer) == CONNECTION_OK else {
            let details = String(cString: PQerrorMessage(pointer))
            PQfinish(pointer)
            throw ConnectionLost(details: details)
        }
        self.pointer = pointer
        self.limits = limits
        // Notices would go to stderr.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        _ = try simple(
            """
            SET statement_timeout = \(limits.statement); SET lock_timeout = \(limits.lock);
            SET idle_in_transaction_session_timeout = \(limits.idleInTransaction);
            SET default_transaction_isolation = 'read committed';
            SELECT set_config('synchronous_commit', 'on', false)
                WHERE current_setting('synchronous_commit') IN ('off', 'local')
            """)
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
        guard !isLost, PQstatus(pointer) == CONNECTION_OK, PQtransactionStatus(pointer) == PQTRANS_IDLE else {
            return false
        }
        var socket = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
        guard poll(&socket, 1, 0) > 0 else { return true }
        // Something came unasked: a notice, or the end.
        return PQconsumeInput(pointer) == 1 && PQstatus(pointer) == CONNECTION_OK && !socketIsClosed
    }

    private var socketIsClosed: Bool {
        var socket = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 0) > 0
    }

    var serverVersion: Int { Int(PQserverVersion(pointer)) }

    /// Runs a text without values, of one statement or several; gives the last one's rows and command.
    func simple(_ text: String) throws -> (rows: [SQLRow], command: String) {
        guard PQsendQuery(pointer, text) == 1 else { throw lost() }
        return try collect()
    }

    /// Runs one statement, prepared on this connection.
    func rows(_ query: SQLQuery) throws -> [SQLRow] {
        let name = try prepare(query)
        let texts = try query.binds.map(Self.text)
        let copies = texts.map { $0.flatMap { strdup($0) } }
        defer { for copy in copies { free(copy) } }
        let values = copies.map { $0.map { UnsafePointer<CChar>($0) } }
        guard PQsendQueryPrepared(pointer, name, CInt(values.count), values, nil, nil, 0) == 1 else { throw lost() }
        return try collect().rows
    }

    private static func text(_ value: SQLValue) throws -> String? {
        switch value {
        case .text(let text):
            guard !text.utf8.contains(0) else {
                throw PostgresFault(state: "22021", details: "a text with NUL was to be stored")
            }
            return text
        case .integer(let integer): return String(integer)
        case .null: return nil
        }
    }

    private func prepare(_ query: SQLQuery) throws -> String {
        if let name = prepared[query.text] { return name }
        if prepared.count >= Self.preparedLimit {
            _ = try simple("DEALLOCATE ALL")
            prepared = [:]
        }
        let name = "u\(prepared.count)"
        guard PQsendPrepare(pointer, name, query.text, 0, nil) == 1 else { throw lost() }
        _ = try collect()
        prepared[query.text] = name
        return name
    }

    /// Takes all results of what was sent, and throws the first complaint among them.
    private func collect() throws -> (rows: [SQLRow], command: String) {
        var rows: [SQLRow] = []
        var command = ""
        var complaint: PostgresFault?
        try waitForAnswer()
        while let result = PQgetResult(pointer) {
            let result = PGResult(result)
            if complaint == nil { complaint = result.complaint }
            if result.status == PGRES_TUPLES_OK { rows = result.rows }
            command = result.command
            try waitForAnswer()
        }
        guard let complaint else { return (rows, command) }
        let isOver = PQstatus(pointer) != CONNECTION_OK || complaint.endsConnection || complaint.state.isEmpty
        if isOver { throw lost(complaint) }
        throw complaint
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
