import NIOCore
import Synchronization

/// Connections that end because of a request that could not be trusted. What else was sent on them may be anything, such
/// as the rest of that request in another reading (RFC 9112 section 11.2), so none of it is carried out.
final class CondemnedConnections: Sendable {
    private let condemned = Mutex<Set<ObjectIdentifier>>([])

    /// Closes the connection once the answer had time to leave.
    func condemn(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        guard condemned.withLock({ $0.insert(id).inserted }) else { return }
        channel.closeFuture.whenComplete { [self] _ in _ = condemned.withLock { $0.remove(id) } }
        channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
    }

    func contains(_ channel: any Channel) -> Bool { condemned.withLock { $0.contains(ObjectIdentifier(channel)) } }
}
