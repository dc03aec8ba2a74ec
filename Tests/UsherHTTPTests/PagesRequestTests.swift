import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// The pages of dead links, of requests for new ones, and of short codes.
@Suite struct PagesRequestTests {
    private static let password = "seven quiet pears"

    /// State H, without JavaScript, without an account.
    @Test func `an expired invitation's page asks the inviter, once, and says the same twice`() async throws {
        let house = try await PageHouse()
        let (invitation, code) = try await house.invite()
        house.clock.advance(by: InvitationLife.usual)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            #expect(page.status == 410)
            #expect(page.state == "H")
            #expect(page.body.contains("Ask Olga Owner for a new link"))
            for _ in 0..<2 {
                let answer = try await browser.submit(page, "/invitation/ask")
                #expect(answer.status == 303)
                #expect(answer.location == "/invitation/asked")
            }
            let asked = try await browser.get("/invitation/asked")
            #expect(asked.state == "asked")
            #expect(!asked.body.contains("owner@example.com"))
        }
        #expect(house.post.letters.map(\.recipient) == [house.owner.email])
        #expect(try await house.status(invitation) == .pending, "the row is left alone")
    }

    // INV-02: looking changes nothing, WEB-04: nor does another site.
    @Test(arguments: Engine.available)
    func `looking at dead links and at requests asks nobody (INV-02, WEB-04)`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        let (_, code) = try await house.invite()
        house.clock.advance(by: InvitationLife.usual)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            for path in ["/invitation", "/invitation/ask", "/invitation/asked", "/invitation/again", "/code"] {
                for method in [HTTPRequest.Method.get, .head, .options] { _ = try await browser.get(path, method) }
            }
            let fields = page.hidden(of: "/invitation/ask")
            let cross = try await browser.post("/invitation/ask", fields, ["Sec-Fetch-Site": "cross-site"])
            #expect(cross.status == 403)
            let forged = try await browser.post("/invitation/ask", ["form_token": "x"])
            #expect(forged.status == 403)
        }
        #expect(house.post.letters.isEmpty)
    }

    @Test func `an admin signs in and approves, and the page shows what became of it`() async throws {
        let house = try await PageHouse()
        let path = try await house.request()
        try await house.serve { open in
            let browser = open()
            let first = try await browser.get(path)
            #expect(first.location == "/signin?next=\(path)")
            let signIn = try await browser.get(first.location ?? "")
            let signedIn = try await browser.submit(
                signIn, "/signin", ["email": "owner@example.com", "password": "the owner's own password"])
            #expect(signedIn.location == path)
            let page = try await browser.get(path)
            #expect(page.state == "request")
            for fact in ["ada@example.com", "Example", "User", "Approve and send", "Refuse"] {
                #expect(page.body.contains(fact), "\(fact)")
            }
            let approved = try await browser.submit(page, path + "/approve")
            #expect(approved.location == path)
            #expect(try await browser.get(path).state == "request-approved")
            // The refusal that comes after it, from a page that was open before.
            let refused = try await browser.submit(page, path + "/refuse")
            #expect(refused.location == path)
            #expect(try await browser.get(path).state == "request-approved")
        }
        #expect(try await house.openOffers("ada") == 1)
    }

    @Test(arguments: Engine.available)
    func `AZ-09 who is no admin sees no request, and decides none`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        let path = try await house.request()
        let outsider = try await house.person("outsider", password: nil)
        let member = try await house.person("member", password: nil)
        let id = house.organization.id
        try await house.store.write { _ = try $0.add(Sample.membership(member.id, id), from: nil) }
        try await house.serve { open in
            for (person, status) in [(outsider, 404), (member, 403)] {
                let browser = open()
                browser.session = try await house.session(of: person)
                let page = try await browser.get(path)
                #expect(page.status == status)
                #expect(!page.body.contains("ada@example.com"))
                let account = try await browser.get("/account")
                #expect(account.status == 200)
                let forged = try await browser.post(path + "/approve", ["form_token": "x"])
                #expect(forged.status == 403)
            }
            let nobody = try await open().get("/request/x/y")
            #expect(nobody.status == 404)
        }
        #expect(try await house.openOffers("ada") == 0)
    }

    @Test func `what stands in the way of approving is told on the page, and nothing is sent`() async throws {
        let house = try await PageHouse()
        let path = try await house.request()
        let (id, now) = (house.organization.id, house.clock.now)
        try await house.store.write { try $0.expireOverdue(Sample.email("ada"), in: id, at: now) }
        _ = try await house.invite()
        try await house.serve { open in
            let browser = open()
            browser.session = try await house.session(of: house.owner)
            let page = try await browser.get(path)
            let back = try await browser.submit(page, path + "/approve")
            #expect(back.status == 409)
            #expect(back.state == "request")
            #expect(back.body.contains("is open already"))
        }
        #expect(try await house.openOffers("ada") == 1)
    }

    /// State D: both addresses, and the way to the right one.
    @Test(arguments: Engine.available)
    func `INV-04 somebody signed in with another address asks to be invited there`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        let (_, code) = try await house.invite()
        let grace = try await house.person("grace", password: Self.password)
        try await house.serve { open in
            let browser = open()
            browser.session = try await house.session(of: grace)
            let page = try await browser.open("/auth?inv_code=\(code)")
            #expect(page.state == "D")
            #expect(page.body.contains("Ask to be invited at grace@example.com"))
            let answer = try await browser.submit(page, "/invitation/ask")
            #expect(answer.location == "/invitation/asked")
            let admin = open()
            admin.session = try await house.session(of: house.owner)
            let request = try await admin.get(try #require(house.noticePath))
            #expect(request.body.contains("grace@example.com") && request.body.contains("ada@example.com"))
        }
        #expect(try await house.openOffers("grace") == 0)
    }

    // MARK: Short codes

    @Test(arguments: Engine.available)
    func `address and short code lead to the page of the link (INV-17)`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        let (invitation, _) = try await house.invite(derived: true)
        let code = house.effects.shortCode(of: invitation.id, generation: 1).shown
        try await house.serve { open in
            let browser = open()
            let page = try await browser.get("/code")
            #expect(page.state == "code")
            for (typed, words) in [("", "eight letters"), ("0000-0000", "does not belong")] {
                let back = try await browser.submit(page, "/code", ["email": "ada@example.com", "short_code": typed])
                #expect(back.status == 400)
                #expect(back.body.contains(words))
                #expect(back.body.contains("value=\"ada@example.com\""))
                #expect(typed.isEmpty || !back.body.contains("value=\"\(typed)\""))
            }
            let opened = try await browser.submit(page, "/code", ["email": "ADA@example.com", "short_code": code])
            #expect(opened.location == "/invitation")
            let invitation = try await browser.get("/invitation")
            #expect(invitation.state == "A")
            let joined = try await browser.submit(invitation, "/invitation/accept", ["password": Self.password])
            #expect(joined.status == 303)
        }
        #expect(try await house.role("ada") == .user)
    }

    @Test(arguments: Engine.available)
    func `INV-17 after five wrong codes the address waits, and the answer for an unknown one is the same`(
        _ engine: Engine
    ) async throws {
        let house = try await PageHouse(engine)
        _ = try await house.invite(derived: true)
        try await house.serve { open in
            for address in ["ada@example.com", "nobody@example.com"] {
                let browser = open()
                let page = try await browser.get("/code")
                for turn in 0..<6 {
                    let back = try await browser.submit(
                        page, "/code", ["email": address, "short_code": "0000-0000"])
                    #expect(back.status == (turn < 5 ? 400 : 429))
                    #expect((back.headers[.retryAfter] != nil) == (turn == 5))
                }
            }
        }
    }
}

extension PageHouse {
    /// An open request of somebody whose invitation expired: the path of its page.
    func request() async throws -> String {
        let (_, code) = try await invite()
        clock.advance(by: InvitationLife.usual)
        _ = try await useCases.askForInvitation(code: code, as: nil, facts: RequestFacts(id: "r", peer: "192.0.2.1"))
        return try #require(noticePath)
    }

    var noticePath: String? {
        post.letters.compactMap { letter in
            if case .notice(let notice) = letter.content { notice.path } else { nil }
        }.last
    }

    func openOffers(_ local: String) async throws -> Int {
        let (email, now) = (Sample.email(local), clock.now)
        return try await store.read { tx in
            try tx.invitations(to: email, limit: 100).count { $0.status(at: now) == .pending }
        }
    }
}
