import Logging
import ServiceLifecycle
import UsherUseCases

/// Seals the audit log while the server runs, within a second or so of each change. Any number of nodes may do it.
struct AuditSealer: Service {
    private let seal: SealAudit
    private let logger: Logger
    private static let interval = Duration.seconds(1)
    /// After trouble with the database.
    private static let pause = Duration.seconds(10)

    init(store: any Store, effects: Effects, logger: Logger) {
        seal = SealAudit(store: store, effects: effects)
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let isWell = await sealAll()
                try await Task.sleep(for: isWell ? Self.interval : Self.pause)
            }
        }
    }

    private func sealAll() async -> Bool {
        do {
            while try await seal() >= SealAudit.batch, !Task.isCancelled {}
            return true
        } catch {
            logger.warning("could not seal the audit log", metadata: ["problem": "\(error)"])
            return false
        }
    }
}
