import Foundation
import Synchronization
import Testing
import UsherDomain
import UsherPostgres
import UsherTestKit

/// Stands between Usher and PostgreSQL, and cuts the wire where a test says so.
///
/// It speaks plain TCP and looks for a word in what the client sends; it has threads of its own, because sockets block.
final class CuttingProxy: Sendable {
    enum Cut: Sendable {
        /// The word does not arrive.
        case before
        /// The word arrives and is obeyed, and the answer is lost.
        case after
    }

    let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let plan: Mutex<(word: String, cut: Cut)?>
    private let open = Mutex<Set<Int32>>([])
    private let talk = Mutex((turns: 0, isServersTurn: false))

    init(to target: UInt16, port wanted: UInt16 = 0) throws {
        self.target = target
        plan = Mutex(nil)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        // Below the range that outgoing connections take theirs from: a port that is let go is still there later.
        let tried = wanted == 0 ? (0..<100).map { _ in UInt16.random(in: 15_000..<32_000) } : [wanted]
        guard let bound = tried.first(where: { Self.bind(listener, to: $0) }), listen(listener, 64) == 0 else {
            throw POSIXError(.EADDRINUSE)
        }
        port = bound
        Thread.detachNewThread { [self] in acceptAll() }
    }

    private static func bind(_ listener: Int32, to port: UInt16) -> Bool {
        var address = address(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// The next time that a client says the word, its connection is cut.
    func cut(_ cut: Cut, _ word: String) { plan.withLock { $0 = (word, cut) } }

    /// How often a client spoke and was then answered, or waits to be.
    var turns: Int { talk.withLock { $0.turns } }

    private func note(isClient: Bool) {
        talk.withLock { talk in
            if isClient, !talk.isServersTurn { talk.turns += 1 }
            talk.isServersTurn = isClient
        }
    }

    /// Takes nobody any more, and cuts everybody off.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
        for socket in open.withLock({ $0 }) { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.address(target)
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else {
                Glibc.close(client)
                continue
            }
            open.withLock { $0.formUnion([client, server]) }
            Thread.detachNewThread { [self] in pump(client, server, isClient: true) }
            Thread.detachNewThread { [self] in pump(server, client, isClient: false) }
        }
    }

    private func pump(_ source: Int32, _ sink: Int32, isClient: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            note(isClient: isClient)
            if isClient, let cut = match(buffer[..<count]) {
                if cut == .after {
                    // No answer comes back through a door that is shut.
                    shutdown(source, Int32(SHUT_RDWR))
                    send(sink, buffer, count, Int32(MSG_NOSIGNAL))
                    usleep(200_000)
                }
                break
            }
            guard send(sink, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }

    private func match(_ bytes: ArraySlice<UInt8>) -> Cut? {
        plan.withLock { plan in
            guard let current = plan, String(decoding: bytes, as: UTF8.self).contains(current.word) else { return nil }
            plan = nil
            return current.cut
        }
    }
}

extension CuttingProxy {
    /// A migrated database behind such a wire.
    static func wired(connections: Int = 1) async throws -> (RecordingDatabase, CuttingProxy, URLComponents) {
        let url = try await PostgresServer.shared.makeURL(migrated: true)
        var parts = try #require(URLComponents(string: url.reveal()))
        let proxy = try CuttingProxy(to: UInt16(try #require(parts.port)))
        parts.port = Int(proxy.port)
        let wire = try Secret(#require(parts.string))
        return (RecordingDatabase(try await PostgresDatabase(url: wire, connections: connections)), proxy, parts)
    }
}
