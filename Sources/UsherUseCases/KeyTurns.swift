import Synchronization
import UsherDomain

/// Requests with one `Idempotency-Key`, one after another on this node.
///
/// In the database the second waits at the row of the first, and holds a connection meanwhile: repetitions of one long
/// request could hold all that there are. Here they wait with nothing in their hands, and of several nodes each has one at
/// the row at most. Whoever waits too long, or is one too many, is told to come back.
package final class KeyTurns: Sendable {
    private struct State {
        var taken: Set<IdempotencyKey> = []
        var waiting = 0
    }

    private static let step = Duration.milliseconds(20)

    private let patience: Duration
    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - patience: how long a request waits.
    ///   - capacity: how many wait, whatever their keys.
    package init(patience: Duration = .seconds(10), capacity: Int = 500) {
        self.patience = patience
        self.capacity = capacity
    }

    /// The key's turn, until the value is let go.
    /// - Throws: `Refusal.busy`, or `CancellationError`.
    package func take(_ key: IdempotencyKey) async throws -> Turn {
        if let turn = tryTaking(key) { return turn }
        let hasRoom = state.withLock { state in
            guard state.waiting < capacity else { return false }
            state.waiting += 1
            return true
        }
        guard hasRoom else { throw Refusal.busy(retryAfter: .seconds(1)) }
        defer { state.withLock { $0.waiting -= 1 } }
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            try await Task.sleep(for: Self.step)
            if let turn = tryTaking(key) { return turn }
        }
        throw Refusal.busy(retryAfter: .seconds(1))
    }

    private func tryTaking(_ key: IdempotencyKey) -> Turn? {
        state.withLock { $0.taken.insert(key).inserted } ? Turn(key: key, turns: self) : nil
    }

    package final class Turn: Sendable {
        private let key: IdempotencyKey
        private let turns: KeyTurns

        fileprivate init(key: IdempotencyKey, turns: KeyTurns) {
            self.key = key
            self.turns = turns
        }

        deinit { _ = turns.state.withLock { $0.taken.remove(key) } }
    }
}
