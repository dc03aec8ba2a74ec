import Logging
import ServiceLifecycle
import UsherDomain
import UsherUseCases

/// Removes what has no use any more, a little at a time, wakes letters that a clock set back would keep asleep, and
/// sends the reminders that are due.
struct Housekeeping: Service {
    let store: any Store
    let effects: Effects
    let reminders: SendReminders
    let logger: Logger
    private let sweep: SweepInvitations
    /// Rounds between two looks for what is to be purged: an hour.
    private static let purgeRounds = 60
    private static let interval = Duration.seconds(60)
    private static let batch = 1000
    private static let pause = Duration.milliseconds(100)

    init(store: any Store, effects: Effects, reminders: SendReminders, logger: Logger) {
        self.store = store
        self.effects = effects
        self.reminders = reminders
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
                try await expire()
                if round.isMultiple(of: Self.purgeRounds) { try await purge() }
                round += 1
                try await Task.sleep(for: Self.interval)
            }
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

    private func remind() async {
        do {
            let count = try await reminders()
            if count > 0 { logger.info("reminders are on their way", metadata: ["letters": "\(count)"]) }
        } catch {
            logger.warning("could not send reminders", metadata: ["problem": "\(error)"])
        }
    }

    /// Marks invitations whose time ran out.
    private func expire() async throws {
        while true {
            do {
                let count = try await sweep.expire(limit: Self.batch)
                if count > 0 { logger.debug("expired", metadata: ["invitations": "\(count)"]) }
                guard count >= Self.batch else { return }
            } catch {
                return logger.warning("could not mark what expired", metadata: ["problem": "\(error)"])
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// Goes through all organizations, some at a time; what is too much for one step waits for the next hour.
    private func purge() async throws {
        var place: ID<Organization>?
        repeat {
            do {
                let step = try await sweep.purge(after: place, limit: Self.batch)
                if step.count > 0 { logger.info("purged", metadata: ["invitations": "\(step.count)"]) }
                place = step.next
            } catch {
                return logger.warning("could not purge", metadata: ["problem": "\(error)"])
            }
            try await Task.sleep(for: Self.pause)
        } while place != nil
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
