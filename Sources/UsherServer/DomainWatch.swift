import Logging
import ServiceLifecycle
import UsherUseCases

/// Looks again, day by day, whether the records of verified domains are still there.
struct DomainWatch: Service {
    let verify: VerifyDomain
    let logger: Logger
    private static let interval = Duration.seconds(60)
    /// At five seconds at most for each, these are done before anybody else would take them again.
    private static let batch = 20

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await verify.again(limit: Self.batch)
                    if count > 0 { logger.debug("looked again", metadata: ["domains": "\(count)"]) }
                    if count == Self.batch { continue }
                } catch {
                    logger.warning("could not look after domains", metadata: ["problem": "\(error)"])
                }
                try await Task.sleep(for: Self.interval)
            }
        }
    }
}
