import AsyncAlgorithms
import Glibc
import Logging
import ServiceLifecycle
import UsherUseCases

/// Removes now and then what has no use any more.
struct Housekeeper: Service {
    private static let interval = Duration.seconds(60)
    private static let batch = 1000

    let store: any Store
    let effects: Effects
    let logger: Logger

    func run() async throws {
        for await _ in AsyncTimerSequence(interval: Self.interval, clock: .continuous).cancelOnGracefulShutdown() {
            do {
                let now = effects.now()
                while try await store.write({ try $0.prune(limit: Self.batch, at: now) }) >= Self.batch {}
            } catch {
                logger.warning("housekeeping failed", metadata: ["error": "\(String(reflecting: error))"])
            }
        }
    }
}

/// The first signal stops politely; after it, a second one ends the process at once.
struct SecondSignal: Service {
    func run() async throws {
        try? await gracefulShutdown()
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }
}
