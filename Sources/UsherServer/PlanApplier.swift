import Logging
import ServiceLifecycle
import UsherUseCases

/// Applies plans in the background, batch by batch, and lets requests go in between.
struct PlanApplier: Service {
    let advance: AdvancePlans
    /// Names this process: new at every start.
    let node: String
    let logger: Logger
    /// How long a plan may wait until somebody looks.
    private static let interval = Duration.milliseconds(250)
    private static let afterFailure = Duration.seconds(2)

    init(advance: AdvancePlans, node: String, logger: Logger) {
        self.advance = advance
        self.node = node
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                switch await step() {
                case .worked: await Task.yield()
                case .idle, .paused: try await Task.sleep(for: Self.interval)
                case nil: try await Task.sleep(for: Self.afterFailure)
                }
            }
        }
    }

    /// Nil: it failed. Nothing of it was written, and it is tried again.
    private func step() async -> AdvancePlans.Step? {
        do {
            return try await advance(node: node)
        } catch {
            if !Task.isCancelled {
                logger.warning("could not go on with a plan", metadata: ["problem": "\(error)"])
            }
            return nil
        }
    }
}
