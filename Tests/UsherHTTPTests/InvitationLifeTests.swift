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

/// What admins do with an invitation that was sent.
@Suite struct InvitationLifeTests {
    @Test func `INV-12 a resend answers like the first letter, and 429 within a minute`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            _ = try await usher.invite(.to("ada@example.com"), to: organization)
            let id = try #require(try await house.invitations().first?.id.rawValue)
            house.clock.advance(by: .seconds(50))
            let path = "/api/invitation/\(id)/resend"
            let early = try await client.ask(.post, path, .asking(house.organization.id, key: key))
            #expect((early.status, early.code) == (429, "resend_too_soon"))
            #expect(early.headers[.retryAfter] == "10")
            #expect(house.desk.letters.count == 1)

            house.clock.advance(by: .seconds(10))
            let told = try await client.ask(.post, path, .asking(house.organization.id, key: key))
            #expect((told.status, told.body) == (204, ""))
            #expect(told.headers[.rateLimit] != nil)
            house.clock.advance(by: .minutes(1))
            #expect(try await usher.resendInvitation(id, of: organization, wait: false) == .underWay(id: id))
            house.clock.advance(by: .minutes(1))
            house.desk.say(.refused(code: 550, reason: "no"))
            for _ in 0..<2 {
                let error = await #expect(throws: UsherError.self) {
                    try await usher.resendInvitation(id, of: organization, idempotencyKey: "once")
                }
                #expect(error?.code.known == .recipientRefused)
            }
            #expect(house.desk.letters.count == 4)
        }
    }

    /// AZ-02, AZ-03.
    @Test func `another organization's invitation is resent by nobody`() async throws {
        let house = try await House()
        let other = try await house.organization(named: "Other")
        let (mine, theirs) = (try await house.key(), try await house.key(of: other))
        try await house.serve { client in
            _ = try await client.usher(.apiKey(mine)).invite(.to("x@example.com"), to: house.organization.id.rawValue)
            let id = try #require(try await house.invitations().first?.id)
            house.clock.advance(by: .minutes(2))
            for path in ["/api/invitation/\(id)/resend", "/api/invitation/\(Sample.id(Invitation.self))/resend"] {
                let told = try await client.ask(.post, path, .asking(other.id, key: theirs))
                #expect((told.status, told.code) == (404, "invitation_not_found"))
            }
        }
        #expect(house.desk.letters.count == 1)
    }
}
