import NIOPosix
import Synchronization
package import UsherUseCases

/// The DNS, asked by c-ares. Each question holds a thread of its own for at most five seconds, so there are few of them,
/// and a short queue.
package final class DNSRecords: DomainRecords {
    private static let threadCount = 4
    /// Who stands behind so many waits longer than a request may take.
    private static let capacity = 32

    private let query: TextQuery
    private let threads: NIOThreadPool
    private let admitted = Mutex(0)

    /// - Parameter servers: IP addresses, `192.0.2.1`, `192.0.2.1:5353` or `[2001:db8::1]:53`; empty: those of the system.
    package init(servers: [String] = []) {
        query = TextQuery(servers: servers.isEmpty ? nil : servers.joined(separator: ","))
        threads = NIOThreadPool(numberOfThreads: Self.threadCount)
        threads.start()
    }

    deinit { threads.shutdownGracefully { _ in } }

    package func texts(at name: String) async throws(DomainLookupProblem) -> [String] {
        let isAdmitted = admitted.withLock { count in
            guard count < Self.capacity else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw .temporary(reason: "too many questions at once") }
        defer { admitted.withLock { $0 -= 1 } }
        let result: Result<[String], DomainLookupProblem>
        do {
            result = try await threads.runIfActive { [query] in
                Result { () throws(DomainLookupProblem) in try query.texts(at: name) }
            }
        } catch {
            throw .temporary(reason: "the resolver is closed")
        }
        return try result.get()
    }

    /// Ends the threads. Nothing can be asked after it.
    package func close() async { try? await threads.shutdownGracefully() }
}
