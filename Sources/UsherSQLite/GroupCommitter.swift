import GRDB
import Synchronization
import UsherDomain
import UsherSQL
import UsherUseCases

/// Commits for all who wait together: whatever arrived while one commit was on its way to the disk goes into the next,
/// each unit of work in a savepoint of its own. Nobody waits for company, and nobody is answered before the commit
/// that holds their work, because even a refusal may rest on what stands before it in the batch.
final class GroupCommitter: Sendable {
    /// One unit of work, and the way to answer it.
    private struct Unit: Sendable {
        /// Runs it; what it returns answers the waiting task with success.
        let run: @Sendable (SQLiteSession) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Unit] = []
        var isDraining = false
        var hasCommitted = false
        /// Why nothing is written any more.
        var failure: StoreUnavailable?
    }

    /// Gives one element when nothing is written any more.
    let failures: AsyncStream<StoreUnavailable>
    private let announce: AsyncStream<StoreUnavailable>.Continuation
    private let writer: DatabaseQueue
    /// None, when another process shortens the log.
    private let log: WriteAheadLog?
    private let place: FilePlace
    private let lock: FileLock?
    private let capacity: Int
    private let state = Mutex(State())

    /// Keeps the time to the first answer of a batch, and the log, in bounds.
    private static let batchLimit = 500

    init(writer: DatabaseQueue, log: WriteAheadLog?, place: FilePlace, lock: FileLock?, capacity: Int) {
        (failures, announce) = AsyncStream.makeStream()
        self.writer = writer
        self.log = log
        self.place = place
        self.lock = lock
        self.capacity = capacity
    }

    /// Runs one unit of work, and returns when it is durable.
    func commit<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            submit(
                Unit(
                    run: { session in
                        let result = try body(session)
                        return { continuation.resume(returning: result) }
                    },
                    fail: { continuation.resume(throwing: SQLiteFault.translate($0)) }))
        }
    }

    private func submit(_ unit: Unit) {
        enum Next { case wait, start, fail(any Error) }
        let next: Next = state.withLock { state in
            if let failure = state.failure { return .fail(failure) }
            guard state.waiting.count < capacity else { return .fail(Refusal.busy(retryAfter: .seconds(1))) }
            state.waiting.append(unit)
            defer { state.isDraining = true }
            return state.isDraining ? .wait : .start
        }
        switch next {
        case .wait: break
        case .start: writer.asyncWriteWithoutTransaction { [self] in drain($0) }
        case .fail(let error): unit.fail(error)
        }
    }

    private func drain(_ database: Database) {
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.waiting.prefix(Self.batchLimit))
                state.waiting.removeFirst(batch.count)
                state.isDraining = !batch.isEmpty
                return batch
            }
            guard !batch.isEmpty else { return }
            for answer in answers(to: batch, database) { answer() }
            shortenLog(database)
        }
    }

    /// After the answers: none waits for what others wrote.
    private func shortenLog(_ database: Database) {
        do {
            try log?.shorten(database, isIdle: state.withLock { $0.waiting.isEmpty })
        } catch {
            if let failure = Self.lastingFailure(error) { stop(failure) }
        }
    }

    /// Runs a batch and gives its answers, all of them after its commit.
    private func answers(to batch: [Unit], _ database: Database) -> [@Sendable () -> Void] {
        do {
            try database.run("BEGIN IMMEDIATE")
            let answers = try batch.map { try run($0, alone: batch.count == 1, database) }
            if database.isInsideTransaction { try database.run("COMMIT") }
            try place.check()
            noteFirstCommit()
            return answers
        } catch {
            try? database.rollback()
            if let failure = Self.lastingFailure(error) { stop(failure) }
            return batch.map { unit in { unit.fail(error) } }
        }
    }

    /// Runs one unit, and undoes it alone when it throws. Throws when the whole transaction is lost with it.
    private func run(_ unit: Unit, alone: Bool, _ database: Database) throws -> @Sendable () -> Void {
        let session = SQLiteSession(database: database)
        if !alone { try database.run("SAVEPOINT unit") }
        do {
            let answer = try unit.run(session)
            if !alone { try database.run("RELEASE unit") }
            return answer
        } catch {
            // Full disks and failed writes end the transaction itself; what others did in it is gone too.
            guard database.isInsideTransaction, !SQLiteFault.isDiskFailure(error) else { throw error }
            if alone {
                try database.rollback()
            } else {
                try database.run("ROLLBACK TO unit")
                try database.run("RELEASE unit")
            }
            return { unit.fail(error) }
        }
    }

    private func noteFirstCommit() {
        let isFirst = state.withLock { state in
            defer { state.hasCommitted = true }
            return !state.hasCommitted
        }
        if isFirst { lock?.noteUse() }
    }

    /// What ended all writing, if it was that.
    private static func lastingFailure(_ error: any Error) -> StoreUnavailable? {
        if let failure = error as? StoreUnavailable { return failure }
        guard SQLiteFault.isDiskFailure(error) else { return nil }
        return StoreUnavailable(
            "the disk failed; Usher must be restarted", details: String(reflecting: error), retryAfter: .seconds(60))
    }

    private func stop(_ failure: StoreUnavailable) {
        let waiting = state.withLock { state in
            state.failure = failure
            defer { state.waiting = [] }
            return state.waiting
        }
        for unit in waiting { unit.fail(failure) }
        announce.yield(failure)
        announce.finish()
    }
}
