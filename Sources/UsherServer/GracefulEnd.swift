import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals
import UsherUseCases

/// The first SIGTERM or SIGINT: says by `/readyz` that this node leaves, gives the proxy in front time to notice, and
/// only then stops taking requests. A request that is on its way when a listening socket closes is lost, and the proxy
/// may not repeat it.
final class GracefulEnd: Sendable {
    private let hasBegun = Atomic(false)

    /// Whether the node takes part, as `/readyz` tells it.
    var isAccepting: Bool { !hasBegun.load(ordering: .relaxed) }

    /// Runs the group until it has ended, by a signal, by itself, or because nothing can be written any more: then who
    /// watches over the process can start it anew, and the file is read as it is.
    ///
    /// - Throws: `CommandFailure` with exit code 74 when that was the reason.
    func run(
        _ group: ServiceGroup, delay: Duration, failures: AsyncStream<StoreUnavailable>?, logger: Logger
    ) async throws {
        let alarm = Task { () -> StoreUnavailable? in
            guard let failures else { return nil }
            for await failure in failures {
                hasBegun.store(true, ordering: .relaxed)
                logger.critical("stopping", metadata: ["problem": "\(failure)"])
                await group.triggerGracefulShutdown()
                return failure
            }
            return nil
        }
        let watch = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                hasBegun.store(true, ordering: .relaxed)
                logger.info("stopping")
                try await Task.sleep(for: delay)
                await group.triggerGracefulShutdown()
                return
            }
        }
        defer {
            watch.cancel()
            alarm.cancel()
        }
        try await group.run()
        alarm.cancel()
        if let failure = await alarm.value {
            throw CommandFailure("Stopped: \(failure).", code: .inputOutput)
        }
    }
}
