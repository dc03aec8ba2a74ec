import Synchronization
import Testing
import UsherAPI
import UsherClient

/// What the client sends again, and what it does not.
@Suite struct ClientRetryTests {
    private struct NoAnswer: Error {}

    /// Breaks the connection once, then says "later" once, then answers.
    private final class Line: Sendable {
        private let requests = Mutex<[UsherRequest]>([])

        var keys: [String?] {
            requests.withLock { $0.map { $0.headers.first { $0.name == "Idempotency-Key" }?.value } }
        }

        func client(retries: Int) -> UsherClient {
            var client = UsherClient(baseURL: "http://localhost", credential: .none) { [self] request in
                let count = requests.withLock { requests in
                    requests.append(request)
                    return requests.count
                }
                switch count {
                case 1: throw NoAnswer()
                case 2: return UsherResponse(status: 503, headers: [], body: [])
                default: return UsherResponse(status: 204, headers: [], body: [])
                }
            }
            client.retries = retries
            return client
        }
    }

    @Test func `CON-11 a POST is sent again with one key, its own or a random one`() async throws {
        let own = Line(), random = Line()
        try await own.client(retries: 2).declineInvitation(code: "c")
        _ = try await random.client(retries: 2).invite(.to("a@example.com"), to: "o", idempotencyKey: "mine")
        #expect(random.keys == ["\"mine\"", "\"mine\"", "\"mine\""])
        #expect(own.keys.count == 3)
        #expect(Set(own.keys).count == 1)
        #expect(own.keys.first??.count ?? 0 >= 30)
    }

    @Test func `what is not safe to repeat is sent once`() async throws {
        let plain = Line(), change = Line()
        await #expect(throws: NoAnswer.self) { try await plain.client(retries: 0).declineInvitation(code: "c") }
        #expect(plain.keys == [nil])
        await #expect(throws: NoAnswer.self) {
            try await change.client(retries: 2).revokeInvitation("i", of: "o")
        }
        #expect(change.keys == [nil])
    }

    @Test func `an answer that says no is an answer`() async throws {
        let count = Mutex(0)
        var client = UsherClient(baseURL: "http://localhost", credential: .none) { _ in
            count.withLock { $0 += 1 }
            return UsherResponse(status: 400, headers: [], body: [])
        }
        client.retries = 5
        let asking = client
        await #expect(throws: UsherError.self) { try await asking.declineInvitation(code: "c") }
        #expect(count.withLock { $0 } == 1)
    }
}
