import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// What is added to the link of an invitation, or to its form: INV-09.
@Suite struct PagesLinkTests {
    @Test(arguments: Engine.available)
    func `what is added to the link or to the form has no effect (INV-09)`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        let (invitation, code) = try await house.invite(role: .user)
        let other = Sample.organization(name: "Other")
        try await house.store.write { try $0.add(other) }
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open(
                "/auth?inv_code=\(code)&role=2&email=eve%40example.com&exp=9999999999&organization_id=\(other.id)"
                    + "&org=\(other.id)&redirect_uri=https%3A%2F%2Fevil")
            #expect(page.body.contains("ada@example.com") && page.body.contains("Example"))
            #expect(!page.body.contains("Other") && !page.body.contains("evil") && !page.body.contains("eve@"))
            let joined = try await browser.submit(
                page, "/invitation/accept",
                [
                    "password": "seven quiet pears", "role": "2", "user_role": "2", "org": other.id.rawValue,
                    "organization_id": other.id.rawValue, "redirect_uri": "https://evil", "exp": "9999999999",
                    "expires_at": "2099-01-01T00:00:00Z", "scopes": "",
                ])
            #expect(joined.location == "https://app.example.com/welcome")
        }
        let found = try #require(
            try await house.store.read { try $0.invitation(invitation.id, in: invitation.organization) })
        #expect(found.status == .accepted && found.role == .user && found.expiresAt == invitation.expiresAt)
        let user = try #require(found.acceptedBy)
        let held = try await house.store.read { try $0.memberships(of: user) }
        #expect(held.map(\.1.id) == [house.organization.id], "one membership, and in no other organization")
        #expect(held.map(\.0.role) == [.user] && held.first?.0.scopes == invitation.scopes)
        #expect(try await house.hasAccount("eve") == false)

        // What expired stays so, whatever the link says of its time.
        let (late, dead) = try await house.invite("late")
        house.clock.advance(by: InvitationLife.usual)
        try await house.serve { open in
            let page = try await open().open(
                "/auth?inv_code=\(dead)&exp=9999999999&expires_at=2099-01-01T00%3A00%3A00Z")
            #expect(page.status == 410)
        }
        #expect(try await house.status(late) == .pending)
        #expect(try await house.hasAccount("late") == false)
    }
}
