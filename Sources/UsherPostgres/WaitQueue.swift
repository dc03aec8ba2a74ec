import Synchronization

/// Who waits for a connection, first come, first served: so many at most, and so long at most.
final class WaitQueue: Sendable {
    struct Job: Sendable {
        let run: @Sendable (PostgresDatabase.Slot) -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct Entry: Sendable {
        let job: Job
        let deadline: ContinuousClock.Instant
    }

    private struct State {
        /// Nil where an entry was taken out: what a job holds must not outlive it.
        var entries: [Entry?] = []
        var head = 0

        var count: Int { entries.count - head }

        mutating func popFirst() -> Entry? {
            guard head < entries.count else { return nil }
            defer {
                head += 1
                if head == entries.count || (head > 1000 && head * 2 > entries.count) {
                    entries.removeFirst(head)
                    head = 0
                }
            }
            return entries[head].take()
        }

        /// Takes out those who waited too long. All wait equally long, so they stand at the front.
        mutating func popOverdue(at now: ContinuousClock.Instant) -> [Job] {
            var overdue: [Job] = []
            while head < entries.count, let first = entries[head], first.deadline <= now, let entry = popFirst() {
                overdue.append(entry.job)
            }
            return overdue
        }
    }

    private let capacity: Int
    private let patience: Duration
    private let state = Mutex(State())

    init(capacity: Int, patience: Duration) {
        self.capacity = capacity
        self.patience = patience
    }

    /// False: too many wait. Those who waited too long are given back, to be told.
    func append(_ job: Job) -> (isTaken: Bool, overdue: [Job]) {
        let now = ContinuousClock.now
        return state.withLock { state in
            let overdue = state.popOverdue(at: now)
            guard state.count < capacity else { return (false, overdue) }
            state.entries.append(Entry(job: job, deadline: now + patience))
            return (true, overdue)
        }
    }

    /// The next one to be served, and those before it who waited too long.
    func next() -> (job: Job?, overdue: [Job]) {
        let now = ContinuousClock.now
        return state.withLock { state in
            let overdue = state.popOverdue(at: now)
            return (state.popFirst()?.job, overdue)
        }
    }
}
