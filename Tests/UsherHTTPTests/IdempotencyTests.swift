import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit
import UsherUseCases

@testable import UsherHTTP

/// CON-11.
@Suite struct IdempotencyTests {
    @Test func `the same request with the same key has one effect and one answer`() async throws {
        let house = try await House(quotas: .off)
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
            .with(.idempotencyKey, "\"try-1\"")
        let statuses = try await house.serve { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await client.ask(.post, "/api/invitation", fields, body: invitationJSON()).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(statuses.count == 20)
        #expect(Set(statuses).isSubset(of: [204, 202]))
        #expect(statuses.contains(204))
        #expect(try await house.invitations().count == 1)
        #expect(house.desk.letters.count == 1)
    }

    @Test func `a refusal by the relay is repeated, not tried again`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        house.desk.say(.refused(code: 550, reason: "no"))
        try await house.serve { client in
            for _ in 0..<2 {
                let error = await #expect(throws: UsherError.self) {
                    try await client.usher(.apiKey(key)).invite(
                        .to("a@example.com"), to: organization, idempotencyKey: "k\"1\\")
                }
                #expect(error?.code.known == .recipientRefused)
            }
        }
        #expect(house.desk.letters.count == 1)
    }

    @Test func `a key is one request's, one actor's, and one day's`() async throws {
        let house = try await House(quotas: .off)
        let (mine, other) = (try await house.key(), try await house.key())
        @Sendable func send(_ client: any TestClientProtocol, _ key: String, _ email: String) async throws -> Told {
            try await client.ask(
                .post, "/api/invitation",
                .asking(house.organization.id, key: key).with(.idempotencyKey, "same"),
                body: invitationJSON(["email": "\"\(email)\""]))
        }
        try await house.serve { client in
            #expect(try await send(client, mine, "a@example.com").status == 204)
            let changed = try await send(client, mine, "b@example.com")
            #expect((changed.status, changed.code) == (422, "idempotency_mismatch"))
            #expect(try await send(client, other, "b@example.com").status == 204)
            house.clock.advance(by: .hours(25))
            let late = try await send(client, mine, "a@example.com")
            #expect((late.status, late.code) == (400, "already_invited"))
        }
        #expect(house.desk.letters.count == 2)
    }

    /// VAL-18.
    @Test(arguments: ["\"\"", "\"open", "a b", "\"a\";x", String(repeating: "k", count: 256)])
    func `a malformed key is refused before anything happens`(_ key: String) async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key()).with(.idempotencyKey, key)
        let told = try await house.serve { try await $0.ask(.post, "/api/invitation", fields, body: invitationJSON()) }
        #expect((told.status, told.code) == (400, "idempotency_key_invalid"))
        #expect(house.desk.letters.isEmpty)
    }
}
