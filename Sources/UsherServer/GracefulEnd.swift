import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The first SIGTERM or SIGINT: says by `/readyz` that this node leaves, gives the proxy in front time to notice, and
/// only then stops taking requests. A request that is on its way when a listening socket closes is lost, and the proxy
/// may not repeat it.
final class GracefulEnd: Sendable {
    private let hasBegun = Atomic(false)

    /// Whether the node takes part, as `/readyz` tells it.
    var isAccepting: Bool { !hasBegun.load(ordering: .relaxed) }

    /// Runs the group until it has ended, by a signal or by itself.
    func run(_ group: ServiceGroup, delay: Duration, logger: Logger) async throws {
        let watch = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                hasBegun.store(true, ordering: .relaxed)
                logger.info("stopping")
                try await Task.sleep(for: delay)
                await group.triggerGracefulShutdown()
                return
            }
        }
        defer { watch.cancel() }
        try await group.run()
    }
}
