import Synchronization
import UsherDomain
import UsherUseCases

/// Where letters, senders, verdicts and those who wait for them meet. All state is in `DeskState` under one lock;
/// whoever is to be woken is woken after the lock is given back.
final class CourierDesk: Sendable {
    private let state: Mutex<DeskState>
    /// Says that there is room again after the last claim left letters in the outbox.
    let room: AsyncStream<Void>
    private let roomSignal: AsyncStream<Void>.Continuation

    init(capacity: Int, batch: Int) {
        state = Mutex(DeskState(capacity: capacity, batch: batch))
        (room, roomSignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    private func change<R: Sendable>(_ body: (inout DeskState, inout DeskWakes) -> R) -> R {
        let (result, wakes) = state.withLock { state in
            var wakes = DeskWakes()
            let result = body(&state, &wakes)
            return (result, wakes)
        }
        wakes.perform(roomSignal)
        return result
    }

    /// What became of a letter that was left here: its first outcome, if it came in time, or no room for it.
    enum Left: Sendable {
        case taken(LetterOutcome?), noRoom
    }

    /// Waits for the letter's first outcome, but only so long.
    func leave(_ letter: Letter, checkedAt: Timestamp, patience: Duration?) async -> Left {
        guard let patience else {
            return change { $0.put(letter, checkedAt: checkedAt, waiter: nil, &$1) } ? .taken(nil) : .noRoom
        }
        let deadline = ContinuousClock.now + patience
        var isTaken = true
        let outcome = await withCheckedContinuation { continuation in
            let waiter = DeskState.Waiter(deadline: deadline, continuation: continuation)
            isTaken = change { $0.put(letter, checkedAt: checkedAt, waiter: waiter, &$1) }
        }
        return isTaken ? .taken(outcome) : .noRoom
    }

    /// - Returns: those for which there is no room any more.
    func put(_ claimed: [Letter], checkedAt: Timestamp, wanted: Int) -> [Letter] {
        change { state, wakes in
            state.moreWaits = claimed.count >= wanted
            return claimed.filter { !state.put($0, checkedAt: checkedAt, waiter: nil, &wakes) }
        }
    }

    /// There is a letter in the outbox that could be claimed.
    func noteWaiting() { change { $0.noteWaiting(&$1) } }

    /// The next letter to try. Nil: there is no more to come.
    func next() async -> DeskState.Job? {
        await withCheckedContinuation { continuation in
            change { $0.take(for: continuation, &$1) }
        }
    }

    /// Nil: it was not tried, because it may not be sent any more or is somebody else's.
    func finish(_ id: ID<Letter>, _ outcome: LetterOutcome?) {
        change { $0.finish(id, outcome, &$1) }
    }

    /// Everything that waits to be written down. Nil: there is no more to come.
    func verdicts() async -> [Settlement]? {
        await withCheckedContinuation { continuation in
            change { $0.takeVerdicts(for: continuation, &$1) }
        }
    }

    func settled(_ settlement: Settlement, _ isOurs: Bool) {
        change { $0.settled(settlement, isOurs, &$1) }
    }

    /// Puts a verdict back that could not be written down.
    func unsettled(_ settlement: Settlement) {
        change { state, _ in state.unsettled(settlement, at: .now) }
    }

    /// Brings back the verdicts whose time for another try has come.
    func retryVerdicts(at now: ContinuousClock.Instant) { change { $0.retryVerdicts(at: now, &$1) } }

    /// - Returns: whether the relay went down or came back.
    func saw(_ verdict: RelayVerdict, at now: Timestamp) -> RelayChange {
        change { state, _ in
            let changed = state.health.saw(verdict, at: now)
            return changed ? (state.health.isDown ? .down : .back) : .none
        }
    }

    enum RelayChange: Sendable {
        case none, down, back
    }

    /// How many letters the outbox should be asked for.
    func wanted(at now: Timestamp) -> Int { change { state, _ in state.wanted(at: now) } }

    /// Lets go of those whose patience has ended.
    func dismiss(at now: ContinuousClock.Instant) { change { $0.dismiss(at: now, &$1) } }

    /// Nothing new is begun; what waits is left to the next lease.
    func close() { change { $0.close(&$1) } }

    /// No sender is left, so no verdict will come.
    func endVerdicts() { change { $0.endVerdicts(&$1) } }

    /// Nobody is left who could answer those who wait.
    func release() { change { $0.release(&$1) } }
}

/// Whom a change of the desk wakes.
struct DeskWakes: Sendable {
    var senders: [(CheckedContinuation<DeskState.Job?, Never>, DeskState.Job?)] = []
    var waiters: [(CheckedContinuation<LetterOutcome?, Never>, LetterOutcome?)] = []
    var settler: (CheckedContinuation<[Settlement]?, Never>, [Settlement]?)?
    var hasRoom = false

    func perform(_ room: AsyncStream<Void>.Continuation) {
        for (sender, job) in senders { sender.resume(returning: job) }
        for (waiter, outcome) in waiters { waiter.resume(returning: outcome) }
        if let (settler, verdicts) = settler { settler.resume(returning: verdicts) }
        if hasRoom { room.yield() }
    }
}
