import Logging
import ServiceLifecycle
import UsherUseCases

/// Sends offers that wait for a seat soon after one is free, whatever freed it.
struct Waitlists: Service {
    let fill: FillSeats
    let logger: Logger
    private static let interval = Duration.seconds(2)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await fill()
                    if count > 0 { logger.debug("left a waitlist", metadata: ["invitations": "\(count)"]) }
                } catch {
                    logger.warning("could not look after waitlists", metadata: ["problem": "\(error)"])
                }
                try await Task.sleep(for: Self.interval)
            }
        }
    }
}
