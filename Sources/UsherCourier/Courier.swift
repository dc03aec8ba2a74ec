import AsyncAlgorithms
package import Logging
import ServiceLifecycle
package import UsherDomain
package import UsherMail
package import UsherUseCases

/// Carries letters from the outbox to the post.
///
/// A letter that this node has just committed starts at once; the rest is claimed from the outbox when it is due. Few
/// senders, each busy with the relay, put verdicts on the desk; one settler writes down all that lie there in one
/// transaction, so that no connection to the relay idles through a commit. Whoever waits for a letter is answered after
/// that commit and never before it.
package struct Courier: Service, Dispatch, CustomStringConvertible {
    /// Letters that a sender prepares while all lanes are busy.
    private static let ahead = 2
    /// How often it is looked whose patience has ended.
    private static let patienceStep = Duration.milliseconds(50)

    private let outbox: any Outbox
    private let post: any Post
    private let writer: LetterWriter
    private let settings: CourierSettings
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let node: String
    private let desk: CourierDesk

    package init(
        store: any Store, post: any Post, writer: LetterWriter, effects: Effects,
        settings: CourierSettings = CourierSettings(), logger: Logger
    ) {
        self.init(
            outbox: StoreOutbox(store: store, effects: effects), post: post, writer: writer, effects: effects,
            settings: settings, logger: logger)
    }

    package init(
        outbox: any Outbox, post: any Post, writer: LetterWriter, effects: Effects,
        settings: CourierSettings = CourierSettings(), logger: Logger
    ) {
        self.outbox = outbox
        self.post = post
        self.writer = writer
        self.settings = settings
        self.logger = logger
        now = effects.now
        node = effects.newID()
        desk = CourierDesk(capacity: settings.capacity, batch: settings.lanes * 16)
    }

    /// Who prints a service must not print what it holds.
    package var description: String { "courier" }

    package func lease(at now: Timestamp) -> Lease { Lease(node: node, until: now + settings.lease) }

    package func dispatch(_ letter: Letter, patience: Duration?) async -> LetterOutcome? {
        let start = now()
        switch await desk.leave(letter, checkedAt: start, patience: patience) {
        case .taken(let outcome): return outcome
        case .noRoom:
            await giveBack(letter, lease(at: start))
            return nil
        }
    }

    /// Sends until shutdown. What is under way then is finished and written down, or broken off after `settings.drain`;
    /// what waits is left in the outbox.
    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await settle() }
                group.addTask { await claim() }
                group.addTask { await dismiss() }
                await send()
                desk.endVerdicts()
                group.cancelAll()
            }
            desk.release()
        } onCancelOrGracefulShutdown: {
            desk.close()
        }
    }

    private enum Ended {
        case sender, drain
    }

    private func send() async {
        await withTaskGroup(of: Ended.self) { group in
            let senders = settings.lanes + Self.ahead
            for _ in 0..<senders {
                group.addTask {
                    while let job = await desk.next() { desk.finish(job.letter.id, await attempt(job)) }
                    return .sender
                }
            }
            group.addTask {
                try? await gracefulShutdown()
                try? await Task.sleep(for: settings.drain)
                return .drain
            }
            var left = senders
            while left > 0, let ended = await group.next() {
                switch ended {
                case .sender: left -= 1
                case .drain: group.cancelAll()
                }
            }
            group.cancelAll()
        }
    }

    /// Nil: it may not be sent any more, or is not ours any more. The outbox knows, and says so at the next claim.
    private func attempt(_ job: DeskState.Job) async -> LetterOutcome? {
        let letter = job.letter
        if let (until, reason) = job.postponed {
            return .delayed(until: until + Backoff.spread(.seconds(5), by: letter), code: nil, reason: reason)
        }
        let start = now()
        if let end = letter.notAfter, end <= start { return nil }
        if start - job.checkedAt > settings.freshness {
            guard (try? await outbox.renew(letter, lease: lease(at: start))) == true else { return nil }
        }
        let parcel: Parcel
        do { parcel = try writer.write(letter) } catch {
            logger.error(
                "letter cannot be written", metadata: ["letter": "\(letter.id)", "problem": "\(Self.name(error))"])
            return .failed(code: nil, reason: Self.name(error))
        }
        let verdict = await post.hand(parcel)
        note(desk.saw(verdict, at: now()))
        return outcome(of: verdict, letter)
    }

    private func outcome(of verdict: RelayVerdict, _ letter: Letter) -> LetterOutcome {
        switch verdict {
        case .accepted(let code): return .handedOver(code: code)
        case .refused(let code, let reason): return .refused(code: code, reason: reason)
        case .deferred(let code, let reason):
            guard let next = settings.backoff.next(for: letter, at: now()) else {
                return .failed(code: code, reason: reason)
            }
            return .delayed(until: next, code: code, reason: reason)
        }
    }

    /// Only what we know to hold no content.
    private static func name(_ error: any Error) -> String {
        (error as? LetterProblem)?.description ?? "the letter cannot be written"
    }

    private func note(_ change: CourierDesk.RelayChange) {
        switch change {
        case .none: break
        case .back: logger.info("relay is back")
        case .down: logger.warning("relay is down; letters wait")
        }
    }

    /// Looks after what has a deadline.
    private func dismiss() async {
        while !Task.isCancelled {
            desk.dismiss(at: .now)
            desk.retryVerdicts(at: .now)
            try? await Task.sleep(for: Self.patienceStep)
        }
    }
}

// Between the desk and the outbox.
extension Courier {
    /// Takes what is due: at the start, at each poll, and whenever there is room again for what a claim left behind.
    private func claim() async {
        var claims = Claims()
        await claimDue(&claims)
        let ticks = AsyncTimerSequence(interval: settings.poll, clock: .continuous).map { _ in }
        for await _ in merge(ticks, desk.room).cancelOnGracefulShutdown() { await claimDue(&claims) }
    }

    /// What the log was told already.
    private struct Claims {
        var isWorking = true
        var unknownKinds: Set<String> = []
        var nextLook = Timestamp(milliseconds: .min)
    }

    private func claimDue(_ claims: inout Claims) async {
        let start = now()
        let wanted = desk.wanted(at: start)
        guard wanted > 0 else { return }
        do {
            let lease = lease(at: start)
            let claimed = try await outbox.claim(wanted, lease: lease)
            for letter in desk.put(claimed, checkedAt: start, wanted: wanted) { await giveBack(letter, lease) }
            if !claims.isWorking { logger.info("outbox is back") }
            claims.isWorking = true
            // What is left when all was taken that can be.
            if claimed.count < wanted { try await lookForUnknown(&claims, at: start) }
        } catch {
            // Once, not at every poll.
            if claims.isWorking { logger.warning("outbox unavailable", metadata: ["error": "\(type(of: error))"]) }
            claims.isWorking = false
        }
    }

    /// Letters that only a newer program can write wait for one, as in the middle of a rolling update. Each kind is told
    /// once.
    private func lookForUnknown(_ claims: inout Claims, at now: Timestamp) async throws {
        guard claims.nextLook <= now else { return }
        claims.nextLook = now + .minutes(1)
        for kind in try await outbox.unknownKinds() where claims.unknownKinds.insert(kind).inserted {
            logger.warning(
                "letters of a kind that this version does not know wait for a newer one",
                metadata: [
                    "kind": "\(kind)"
                ])
        }
    }

    /// It is taken again as soon as there is room; if that cannot be written down, when its lease ends.
    private func giveBack(_ letter: Letter, _ lease: Lease) async {
        guard (try? await outbox.release(letter, lease: lease)) != nil else { return }
        desk.noteWaiting()
    }

    private func settle() async {
        while let settlements = await desk.verdicts() { await settle(settlements) }
    }

    /// What cannot be written down goes back to the desk: the relay's word is kept in memory until the outbox takes it.
    private func settle(_ settlements: [Settlement]) async {
        if let ours = try? await write(settlements) {
            for settlement in settlements { settled(settlement, ours.contains(settlement.letter.id)) }
            return
        }
        // One that cannot be written down must not hold the others; but an outbox that takes none is not asked for each.
        var failures = 0
        for settlement in settlements {
            if failures < 2, let ours = try? await write([settlement]) {
                settled(settlement, ours.contains(settlement.letter.id))
                failures = 0
            } else {
                logger.debug("outcome not written down yet", metadata: ["letter": "\(settlement.letter.id)"])
                desk.unsettled(settlement)
                failures += 1
            }
        }
    }

    /// In a task of its own, which no cancellation reaches: what the relay took must be written down, or it goes out
    /// again after the start.
    private func write(_ settlements: [Settlement]) async throws -> Set<ID<Letter>> {
        let lease = lease(at: now())
        return try await Task { try await outbox.settle(settlements, lease: lease) }.value
    }

    private func settled(_ settlement: Settlement, _ isOurs: Bool) {
        desk.settled(settlement, isOurs)
        var metadata: Logger.Metadata = [
            "letter": "\(settlement.letter.id)", "attempt": "\(settlement.letter.attempt)",
            "outcome": "\(isOurs ? settlement.outcome.word : "taken over")",
        ]
        if let code = settlement.outcome.code { metadata["code"] = "\(code)" }
        logger.info("letter tried", metadata: metadata)
    }
}

extension LetterOutcome {
    fileprivate var word: String {
        switch self {
        case .handedOver: "handed over"
        case .refused: "refused"
        case .delayed: "delayed"
        case .failed: "failed"
        }
    }

    fileprivate var code: Int? {
        switch self {
        case .handedOver(let code): code
        case .refused(let code, _), .delayed(_, let code, _), .failed(let code, _): code
        }
    }
}
