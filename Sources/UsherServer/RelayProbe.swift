import NIOCore
import NIOPosix

/// Whether somebody listens where the relay should be. Nothing is said to them.
enum RelayProbe {
    /// Nil: reachable; otherwise why not.
    static func problem(host: String, port: Int, timeout: Duration = .seconds(3)) async -> String? {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.milliseconds(Int64(timeout.components.seconds) * 1000))
                .connect(host: host, port: port).get()
            try? await channel.close()
            return nil
        } catch is ChannelError {
            return "no answer within \(timeout.components.seconds) s"
        } catch {
            return "nobody answers at \(host):\(port)"
        }
    }
}
