import Synchronization
package import UsherSQL

/// A database that sees each statement before the engine does: it keeps the rules of tenants and of plans, and can break
/// where a test says so.
package final class RecordingDatabase: SQLDatabase {
    private struct State {
        var statements: Set<String> = []
        var count = 0
        var breaksAt: Int?
        var repeats = 0
        var log: [String]?
    }

    package let base: any SQLDatabase
    private let folder: TemporaryFolder?
    private let state = Mutex(State())

    package init(_ base: any SQLDatabase, folder: TemporaryFolder? = nil) {
        self.base = base
        self.folder = folder
    }

    package var dialect: Dialect { base.dialect }

    /// The folder of a database that is a file.
    package var folderPath: String? { folder?.path }

    /// The texts that were run.
    package var statements: Set<String> { state.withLock { $0.statements } }

    /// How often a body ran once more, because the engine had stopped its transaction.
    package var repeats: Int { state.withLock { $0.repeats } }

    /// The texts that a piece of work runs, in their order: to compare what two pieces do. One piece at a time.
    package func texts(of work: () async throws -> Void) async throws -> [String] {
        state.withLock { $0.log = [] }
        defer { state.withLock { $0.log = nil } }
        try await work()
        return state.withLock { $0.log ?? [] }
    }

    /// Lets the statement after so many others fail as if the program ended there; nil: none.
    package func breakAfter(_ count: Int?) { state.withLock { ($0.count, $0.breaksAt) = (0, count) } }

    package func transaction<R: Sendable>(
        writing: Bool, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> R {
        let isRepeat = Atomic(false)
        return try await base.transaction(writing: writing) { [self] session in
            if isRepeat.exchange(true, ordering: .relaxed) { state.withLock { $0.repeats += 1 } }
            return try body(RecordingSession(session: session, database: self, checksPlans: dialect == .sqlite))
        }
    }

    package func snapshot<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        try await base.snapshot { [self] session in
            try body(RecordingSession(session: session, database: self, checksPlans: false))
        }
    }

    fileprivate func note(_ query: SQLQuery, _ session: any SQLSession, checksPlans: Bool) throws {
        let text = query.text
        let (isNew, isBroken) = state.withLock { state in
            defer { state.count += 1 }
            state.log?.append(text)
            return (state.statements.insert(text).inserted, state.breaksAt.map { $0 <= state.count } ?? false)
        }
        if isBroken { throw Broken() }
        guard isNew else { return }
        if let table = TenantRule.violation(in: text) { throw TenantRule.Broken(table: table, statement: text) }
        if checksPlans { try PlanRule.check(query, session) }
    }

    /// The break that a test asked for.
    package struct Broken: Error { package init() {} }
}

private struct RecordingSession: SQLSession {
    let session: any SQLSession
    let database: RecordingDatabase
    let checksPlans: Bool

    func rows(_ query: SQLQuery) throws -> [SQLRow] {
        try database.note(query, session, checksPlans: checksPlans)
        return try session.rows(query)
    }

    func run(_ query: SQLQuery) throws {
        try database.note(query, session, checksPlans: checksPlans)
        try session.run(query)
    }
}
