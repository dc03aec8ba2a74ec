import UsherDomain
import UsherUseCases

/// The desk's state: which letters are here, and who waits for what. Each letter is here once, from the moment it comes
/// in until its verdict is written down.
struct DeskState: Sendable {
    /// A letter to try, or to put off because the relay is down.
    struct Job: Sendable {
        let letter: Letter
        /// When the outbox last said that it may be sent.
        let checkedAt: Timestamp
        /// Set: the relay is down, so this letter is not tried before then.
        var postponed: (until: Timestamp, reason: String)?
    }

    struct Waiter: Sendable {
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<LetterOutcome?, Never>
    }

    private enum Stage {
        case waiting, sending, settling
    }

    private struct Entry {
        var letter: Letter
        var checkedAt: Timestamp
        var stage: Stage
        /// How often its verdict could not be written down.
        var failures = 0
    }

    private static let largestSettlement = 64
    private static let longestMemory = 1000

    private let capacity: Int
    private let batch: Int
    private var entries: [ID<Letter>: Entry] = [:]
    private var urgent = Line<ID<Letter>>()
    private var usual = Line<ID<Letter>>()
    private var waiters: [ID<Letter>: Waiter] = [:]
    private var senders: [CheckedContinuation<Job?, Never>] = []
    private var sending = 0
    private var verdicts = Line<(id: ID<Letter>, outcome: LetterOutcome)>()
    /// Verdicts that could not be written down, and when that is tried again.
    private var stuck: [(due: ContinuousClock.Instant, id: ID<Letter>, outcome: LetterOutcome)] = []
    private var settler: CheckedContinuation<[Settlement]?, Never>?
    /// Letters that the relay took but that were claimed anew before that was written down.
    private var handedOver: [ID<Letter>: LetterOutcome] = [:]
    private var isClosed = false
    private var verdictsEnded = false
    var health = RelayHealth()
    /// Whether the last claim left letters in the outbox.
    var moreWaits = false

    init(capacity: Int, batch: Int) {
        self.capacity = capacity
        self.batch = batch
    }

    private var waiting: Int { urgent.count + usual.count }

    /// False: there is no room, or nothing new is begun; the letter stays in the outbox.
    mutating func put(_ letter: Letter, checkedAt: Timestamp, waiter: Waiter?, _ wakes: inout DeskWakes) -> Bool {
        var isTaken = true
        if entries[letter.id] != nil {
            // Our own lease ran out, and we claimed it again: the verdict to come is written down for this attempt.
            entries[letter.id]?.letter = letter
            entries[letter.id]?.checkedAt = checkedAt
        } else if let outcome = handedOver.removeValue(forKey: letter.id) {
            entries[letter.id] = Entry(letter: letter, checkedAt: checkedAt, stage: .settling)
            verdicts.append((letter.id, outcome))
            wakeSettler(&wakes)
        } else if !isClosed, waiting < (letter.isUrgent ? 2 * capacity : capacity) {
            entries[letter.id] = Entry(letter: letter, checkedAt: checkedAt, stage: .waiting)
            if letter.isUrgent { urgent.append(letter.id) } else { usual.append(letter.id) }
            if let waiter { waiters[letter.id] = waiter }
            if let sender = senders.popLast() { wakes.senders.append((sender, nextJob())) }
            return true
        } else {
            isTaken = false
        }
        if let waiter { wakes.waiters.append((waiter.continuation, nil)) }
        return isTaken
    }

    mutating func take(for sender: CheckedContinuation<Job?, Never>, _ wakes: inout DeskWakes) {
        if let job = nextJob() {
            wakes.senders.append((sender, job))
        } else if isClosed {
            wakes.senders.append((sender, nil))
        } else {
            senders.append(sender)
        }
        askForMore(&wakes)
    }

    mutating func noteWaiting(_ wakes: inout DeskWakes) {
        moreWaits = true
        askForMore(&wakes)
    }

    private mutating func askForMore(_ wakes: inout DeskWakes) {
        guard moreWaits, waiting <= batch / 4 else { return }
        moreWaits = false
        wakes.hasRoom = true
    }

    private mutating func nextJob() -> Job? {
        while let id = urgent.popFirst() ?? usual.popFirst() {
            guard let entry = entries[id] else { continue }
            entries[id]?.stage = .sending
            var job = Job(letter: entry.letter, checkedAt: entry.checkedAt)
            // While the relay is down, one letter at a time finds out whether it is back.
            if let until = health.downUntil, sending > 0 { job.postponed = (until, health.reason) }
            sending += 1
            return job
        }
        return nil
    }

    mutating func finish(_ id: ID<Letter>, _ outcome: LetterOutcome?, _ wakes: inout DeskWakes) {
        sending -= 1
        guard let outcome else {
            entries[id] = nil
            answer(id, nil, &wakes)
            return
        }
        entries[id]?.stage = .settling
        verdicts.append((id, outcome))
        wakeSettler(&wakes)
    }

    mutating func takeVerdicts(
        for settler: CheckedContinuation<[Settlement]?, Never>, _ wakes: inout DeskWakes
    ) {
        self.settler = settler
        wakeSettler(&wakes)
    }

    private mutating func wakeSettler(_ wakes: inout DeskWakes) {
        guard let settler, verdicts.count > 0 || verdictsEnded else { return }
        var batch: [Settlement] = []
        while batch.count < Self.largestSettlement, let verdict = verdicts.popFirst() {
            guard let letter = entries[verdict.id]?.letter else { continue }
            batch.append(Settlement(letter: letter, outcome: verdict.outcome))
        }
        guard !batch.isEmpty || verdictsEnded else { return }
        self.settler = nil
        wakes.settler = (settler, batch.isEmpty ? nil : batch)
    }

    mutating func settled(_ settlement: Settlement, _ isOurs: Bool, _ wakes: inout DeskWakes) {
        let id = settlement.letter.id
        if !isOurs, let entry = entries[id], entry.letter.attempt != settlement.letter.attempt {
            verdicts.append((id, settlement.outcome))
            wakeSettler(&wakes)
            return
        }
        entries[id] = nil
        answer(id, isOurs ? settlement.outcome : nil, &wakes)
        if !isOurs, case .handedOver = settlement.outcome, handedOver.count < Self.longestMemory {
            handedOver[id] = settlement.outcome
        }
    }

    /// Kept aside for a while that grows with each failure, so that the others pass.
    mutating func unsettled(_ settlement: Settlement, at now: ContinuousClock.Instant) {
        let id = settlement.letter.id
        let failures = entries[id]?.failures ?? 0
        entries[id]?.failures = failures + 1
        stuck.append((now + .milliseconds(50 << min(failures, 6)), id, settlement.outcome))
    }

    mutating func retryVerdicts(at now: ContinuousClock.Instant, _ wakes: inout DeskWakes) {
        guard !stuck.isEmpty else { return }
        for verdict in stuck where verdict.due <= now { verdicts.append((verdict.id, verdict.outcome)) }
        stuck.removeAll { $0.due <= now }
        wakeSettler(&wakes)
    }

    private mutating func answer(_ id: ID<Letter>, _ outcome: LetterOutcome?, _ wakes: inout DeskWakes) {
        guard let waiter = waiters.removeValue(forKey: id) else { return }
        wakes.waiters.append((waiter.continuation, outcome))
    }

    func wanted(at now: Timestamp) -> Int {
        guard !isClosed else { return 0 }
        if let until = health.downUntil { return now >= until && sending == 0 && waiting == 0 ? 1 : 0 }
        return max(0, min(batch, capacity) - waiting)
    }

    mutating func dismiss(at now: ContinuousClock.Instant, _ wakes: inout DeskWakes) {
        for (id, waiter) in waiters where waiter.deadline <= now {
            waiters[id] = nil
            wakes.waiters.append((waiter.continuation, nil))
        }
    }

    mutating func close(_ wakes: inout DeskWakes) {
        isClosed = true
        while let id = urgent.popFirst() ?? usual.popFirst() {
            entries[id] = nil
            answer(id, nil, &wakes)
        }
        wakes.senders += senders.map { ($0, nil) }
        senders = []
    }

    mutating func endVerdicts(_ wakes: inout DeskWakes) {
        verdictsEnded = true
        // One last try for what could not be written down before.
        for verdict in stuck { verdicts.append((verdict.id, verdict.outcome)) }
        stuck = []
        wakeSettler(&wakes)
    }

    mutating func release(_ wakes: inout DeskWakes) {
        wakes.waiters += waiters.values.map { ($0.continuation, nil) }
        waiters = [:]
    }
}

extension Letter {
    /// Whoever is locked out goes before whoever is invited.
    fileprivate var isUrgent: Bool {
        switch content {
        case .passwordReset: true
        case .passwordChanged, .invitation, .notice: false
        }
    }
}

/// First in, first out.
struct Line<Element: Sendable>: Sendable {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            elements[head] = nil
            head += 1
            if head == elements.count || head > 1024 {
                elements.removeFirst(head)
                head = 0
            }
        }
        return elements[head]
    }
}
