import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// Saying no on the page, in the states in which nobody can say yes.
@Suite struct PagesDeclineTests {
    @Test(arguments: Engine.available, [false, true])
    func `the page of an offer that needs approval takes a refusal and a report`(
        _ engine: Engine, _ isReport: Bool
    ) async throws {
        let house = try await PageHouse(engine)
        let (invitation, code) = try await house.invite()
        let (organization, now) = (invitation.organization, house.clock.now)
        #expect(try await house.store.write { try $0.needApproval(invitation.id, in: organization, at: now) })
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            #expect(page.status == 403 && page.state == "L")
            #expect(page.hidden(of: "/invitation/accept").isEmpty)
            #expect(page.body.contains("name=\"report\"") && page.body.contains("name=\"reason\""))
            let forged = try await browser.post("/invitation/decline", ["report": "yes"])
            #expect(forged.status == 403)
            let fields = isReport ? ["report": "yes"] : ["reason": "no"]
            let done = try await browser.submit(page, "/invitation/decline", fields)
            let place = isReport ? "/invitation/reported" : "/invitation/declined"
            #expect(done.status == 303 && done.location == place)
            #expect(try await open().open("/auth?inv_code=\(code)").state == "I")
        }
        #expect(try await house.status(invitation) == .declined)
        let hash = house.effects.emailHash(invitation.email)
        #expect(try await house.store.read { try $0.isSuppressed(hash, in: organization) } == isReport)
    }

    @Test(arguments: Engine.available)
    func `a page that was open when a newer letter went declines nothing, and says that there is one`(
        _ engine: Engine
    ) async throws {
        let house = try await PageHouse(engine)
        let (invitation, code) = try await house.invite(derived: true)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            house.clock.advance(by: .hours(1))
            let session = try await house.session(of: house.owner)
            let request = ResendInvitation.Request(
                invitation: invitation.id, organization: invitation.organization,
                caller: .session(user: house.owner.id, hash: house.effects.hash(session)), idempotency: nil,
                facts: RequestFacts(id: "r", peer: "203.0.113.9"), patience: nil)
            _ = try await house.useCases.resendInvitation(request)
            let late = try await browser.submit(page, "/invitation/decline", ["report": "yes"])
            #expect(late.status == 410 && late.state == "J")
        }
        #expect(try await house.status(invitation) == .pending)
    }
}
