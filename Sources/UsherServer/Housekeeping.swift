import Logging
import ServiceLifecycle
import UsherUseCases

/// Removes what has no use any more, a little at a time.
struct Housekeeping: Service {
    let store: any Store
    let effects: Effects
    let logger: Logger
    private static let interval = Duration.seconds(300)
    private static let batch = 1000
    private static let pause = Duration.milliseconds(100)

    init(store: any Store, effects: Effects, logger: Logger) {
        self.store = store
        self.effects = effects
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await prune()
                try await Task.sleep(for: Self.interval)
            }
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
