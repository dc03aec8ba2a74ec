import CPostgres
import Glibc
import NIOPosix
import Synchronization
package import UsherDomain
package import UsherSQL
import UsherUseCases

/// Usher's database on a PostgreSQL server, 14 or newer. libpq blocks, so it gets threads of its own: as many as
/// connections, hence a thread always finds a connection free.
///
/// A connection that is lost is made anew at its next use. While the server is away, one attempt at a time is made,
/// at growing intervals of at most two seconds; everybody else is told at once that it is away.
package final class PostgresDatabase: SQLDatabase {
    /// A place for a connection; empty when the last one was lost.
    final class Slot: Sendable {
        let connection = Mutex<PGConnection?>(nil)
    }

    package let dialect = Dialect.postgres

    private let url: Secret
    private let limits: PGConnection.Limits
    private let threads: NIOThreadPool
    private let queue: WaitQueue
    private let idle: Mutex<[Slot]>
    private let outage = Mutex(Outage())

    /// Retries of what the server asks to retry.
    private static let attempts = 10

    /// How long a statement may take.
    package enum Pace: Sendable {
        /// Ten seconds.
        case requests
        /// An hour: a command that touches every row.
        case maintenance
    }

    /// Connects once, so that a wrong URL or a server that is away is told at start. Throws `DatabaseProblem`.
    ///
    /// - Parameters:
    ///   - url: `postgresql://…` with whatever libpq takes (`sslmode`, `target_session_attrs`, several hosts). A pool
    ///     between Usher and the server must be in session mode.
    ///   - pace: how long a statement may take.
    ///   - waiting: the most units of work that wait for a connection, and how long; then they are refused as busy.
    package init(
        url: Secret, connections: Int = 8, pace: Pace = .requests, waiting: Int = 2_000,
        patience: Duration = .seconds(5)
    ) async throws {
        guard PQisthreadsafe() == 1 else { throw DatabaseProblem("This libpq is not safe to use with threads.") }
        self.url = url
        limits = pace == .requests ? PGConnection.Limits() : .maintenance
        threads = NIOThreadPool(numberOfThreads: connections)
        queue = WaitQueue(capacity: waiting, patience: patience)
        idle = Mutex((0..<connections).map { _ in Slot() })
        threads.start()
        do {
            try await threads.runIfActive { [self] in try connectFirst() }
        } catch {
            try await threads.shutdownGracefully()
            throw error
        }
    }

    deinit { threads.shutdownGracefully { _ in } }

    /// Ends the threads and connections, after the work that is under way.
    package func close() async throws {
        try await threads.shutdownGracefully()
        for slot in idle.withLock({ $0 }) { slot.connection.withLock { $0 = nil } }
    }

    private func connectFirst() throws {
        do {
            let connection = try PGConnection(url: url, limits: limits)
            guard connection.serverVersion >= 140_000 else {
                throw DatabaseProblem(
                    "PostgreSQL \(connection.serverVersion / 10_000) is too old; Usher needs 14 or newer.")
            }
            idle.withLock { $0.last }?.connection.withLock { $0 = connection }
        } catch let error as ConnectionLost {
            // libpq names host, user and reason here, never the password.
            let reason = error.details.split(separator: "\n").joined(separator: " ")
            throw DatabaseProblem("Cannot connect to PostgreSQL: \(reason)")
        }
    }

    package func transaction<R: Sendable>(
        writing: Bool, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> R {
        try await run(writing ? .write : .read, body)
    }

    package func snapshot<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        try await run(.snapshot, body)
    }

    private enum Work { case read, write, snapshot }

    private func run<R: Sendable>(
        _ work: Work, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            submit(
                WaitQueue.Job(
                    run: { [self] slot in
                        continuation.resume(with: Result { try attempt(work, on: slot, body) })
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    private func submit(_ job: WaitQueue.Job) {
        let (isTaken, overdue) = queue.append(job)
        for late in overdue { late.fail(Refusal.busy(retryAfter: .seconds(1))) }
        guard isTaken else { return job.fail(Refusal.busy(retryAfter: .seconds(1))) }
        threads.submit { [self] state in
            let (next, overdue) = queue.next()
            for late in overdue { late.fail(Refusal.busy(retryAfter: .seconds(1))) }
            guard let next else { return }
            guard case .active = state, let slot = idle.withLock({ $0.popLast() }) else {
                return next.fail(StoreUnavailable("the database is being closed"))
            }
            defer { idle.withLock { $0.append(slot) } }
            next.run(slot)
        }
    }
}

extension PostgresDatabase {
    /// Runs one unit of work until it is done, refused, or hopeless.
    private func attempt<R>(
        _ work: Work, on slot: Slot, _ body: (any SQLSession) throws -> R
    ) throws -> R {
        var last: any Error = StoreUnavailable("the database cannot be reached")
        for round in 0..<Self.attempts {
            let connection = try connection(in: slot)
            // Holds the answer of a body whose COMMIT is in doubt.
            var answer: R?
            do {
                switch work {
                case .read: return try connection.read(body)
                case .snapshot: return try connection.snapshot(body)
                case .write:
                    return try connection.write { session in
                        let result = try body(session)
                        answer = result
                        return result
                    }
                }
            } catch Unresolved.commit(let transaction, let cause) {
                if try isCommitted(transaction, cause: cause, in: slot), let answer { return answer }
                last = cause.translated
            } catch let error as ConnectionLost {
                // Nothing of it was committed, so it may run again, once, on a new connection.
                last = error.translated
                guard round < 2 else { throw last }
            } catch let fault as PostgresFault {
                last = fault.translated
                guard fault.asksForRetry else { throw last }
                pause(round)
            }
        }
        throw last
    }

    /// Asks on another connection what became of a transaction: the only way to answer truthfully.
    private func isCommitted(_ transaction: TransactionMark, cause: ConnectionLost, in slot: Slot) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(4)
        var round = 0
        while ContinuousClock.now < deadline {
            do {
                if let verdict = try connection(in: slot).isCommitted(transaction) { return verdict }
            } catch is OutcomeUnknown {
                break
            } catch is ConnectionLost {
            } catch is PostgresFault {
            } catch is StoreUnavailable {}
            pause(round)
            round += 1
        }
        throw StoreUnavailable(
            "the database went away at a commit whose outcome is not known", details: cause.details)
    }

    /// Grows from about a millisecond to a quarter of a second, with chance in it, so that those who met do not meet
    /// again.
    private func pause(_ round: Int) {
        let longest = min(250_000, 2_000 << min(round, 10))
        usleep(UInt32.random(in: 500...UInt32(longest)))
    }

    /// The slot's connection, made anew when it was lost. Throws `StoreUnavailable` at once during an outage.
    private func connection(in slot: Slot) throws -> PGConnection {
        if let connection = slot.connection.withLock({ $0 }), connection.isUsable { return connection }
        slot.connection.withLock { $0 = nil }
        guard outage.withLock({ $0.mayTry(at: .now) }) else { throw StoreUnavailable("the database cannot be reached") }
        do {
            let connection = try PGConnection(url: url, limits: limits)
            outage.withLock { $0.end() }
            slot.connection.withLock { $0 = connection }
            return connection
        } catch {
            outage.withLock { $0.failed(at: .now) }
            throw (error as? ConnectionLost)?.translated ?? (error as? PostgresFault)?.translated ?? error
        }
    }
}

/// When the next attempt to connect may be made.
private struct Outage {
    private var failures = 0
    private var nextTry: ContinuousClock.Instant?

    /// Who may try keeps the others from it until the next time.
    mutating func mayTry(at now: ContinuousClock.Instant) -> Bool {
        guard let nextTry else { return true }
        guard nextTry <= now else { return false }
        failed(at: now)
        return true
    }

    mutating func failed(at now: ContinuousClock.Instant) {
        failures += 1
        nextTry = now + .milliseconds(min(2_000, 100 << min(failures, 5)))
    }

    mutating func end() { self = Outage() }
}
