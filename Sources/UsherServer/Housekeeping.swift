import Logging
import ServiceLifecycle
import UsherDomain
import UsherUseCases

/// Removes what has no use any more, a little at a time, wakes letters that a clock set back would keep asleep, and
/// sends the reminders that are due.
struct Housekeeping: Service {
    let store: any Store
    let effects: Effects
    let tending: TendOrganizations
    let reminders: SendReminders
    let logger: Logger
    private let sweep: SweepInvitations
    /// Rounds between two looks for what is to be purged: an hour.
    private static let purgeRounds = 60
    private static let interval = Duration.seconds(60)
    private static let batch = 1000
    private static let letters = 200
    /// How often at most it goes on at once, before everything else has its turn again.
    private static let rounds = 300
    /// Each of these is written down with an entry of its own.
    private static let sweepBatch = 200
    private static let pause = Duration.milliseconds(100)

    init(store: any Store, effects: Effects, rules: ServerRules, reminders: SendReminders, logger: Logger) {
        self.store = store
        self.effects = effects
        self.reminders = reminders
        tending = TendOrganizations(store: store, effects: effects, rules: rules)
        self.logger = logger
        sweep = SweepInvitations(store: store, effects: effects)
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var round = 0
            while !Task.isCancelled {
                await shortenWaits()
                await remind()
                try await prune()
                try await tend()
                try await expire()
                if round.isMultiple(of: Self.purgeRounds) { try await purge() }
                round += 1
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Memberships that end, and organizations that were given up.
    private func tend() async throws {
        do {
            for _ in 0..<Self.rounds {
                guard try await tending.tellEndings(limit: Self.letters) == Self.letters else { break }
                try await Task.sleep(for: Self.pause)
            }
            let ended = try await tending.removeEnded(limit: Self.batch)
            if ended > 0 { logger.info("memberships ended", metadata: ["count": "\(ended)"]) }
            for _ in 0..<Self.rounds {
                guard try await tending.purge(limit: Self.letters) else { break }
                try await Task.sleep(for: Self.pause)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.warning("could not tend organizations", metadata: ["problem": "\(error)"])
        }
    }

    private func shortenWaits() async {
        do {
            let now = effects.now()
            let count = try await store.write { try $0.shortenWaits(at: now) }
            guard count > 0 else { return }
            logger.warning("the clock was set back; letters are sent now", metadata: ["letters": "\(count)"])
        } catch {
            logger.warning("could not look for letters that wait too long", metadata: ["problem": "\(error)"])
        }
    }

    /// Marks invitations whose time ran out.
    private func expire() async throws {
        while true {
            do {
                let count = try await sweep.expire(limit: Self.sweepBatch)
                if count > 0 { logger.debug("expired", metadata: ["invitations": "\(count)"]) }
                let asked = try await sweep.expireJoinRequests(limit: Self.sweepBatch)
                if asked > 0 { logger.debug("expired", metadata: ["join_requests": "\(asked)"]) }
                guard max(count, asked) >= Self.sweepBatch else { return }
            } catch {
                return logger.warning("could not mark what expired", metadata: ["problem": "\(error)"])
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// Goes through all organizations, some at a time.
    private func purge() async throws {
        var place: ID<Organization>?
        while true {
            do {
                let step = try await sweep.purge(after: place, limit: Self.sweepBatch)
                if step.count > 0 { logger.info("purged", metadata: ["invitations": "\(step.count)"]) }
                guard !step.isFinished else { return }
                place = step.next
            } catch {
                return logger.warning("could not purge", metadata: ["problem": "\(error)"])
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func remind() async {
        do {
            let count = try await reminders()
            if count > 0 { logger.info("reminders are on their way", metadata: ["letters": "\(count)"]) }
        } catch {
            logger.warning("could not send reminders", metadata: ["problem": "\(error)"])
        }
    }

    /// Goes on while there is something to remove, with pauses in which others write.
    private func prune() async throws {
        while true {
            do {
                let now = effects.now()
                let gone = try await store.write { try $0.prune(limit: Self.batch, at: now) }
                if gone > 0 { logger.debug("pruned", metadata: ["rows": "\(gone)"]) }
                guard gone >= Self.batch else { return }
            } catch {
                return logger.warning("could not prune", metadata: ["problem": "\(error)"])
            }
            try await Task.sleep(for: Self.pause)
        }
    }
}
