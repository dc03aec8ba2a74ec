import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// INV-28: the pages of a link that many can join by.
@Suite struct PagesJoinTests {
    private static let password = "seven quiet pears"

    @Test func `the link puts its secret into a cookie and leads to a clean address`() async throws {
        let house = try await PageHouse()
        let link = try await house.link()
        try await house.serve { open in
            let page = try await open().get("/join?code=\(link)&role=2")
            #expect(page.status == 303 && page.location == "/join")
            #expect(
                page.cookies == ["__Host-usher_join=\(link); Path=/; Max-Age=1800; HttpOnly; SameSite=Lax; Secure"])
            let wrong = try await open().open("/join?code=short")
            #expect(wrong.status == 404 && wrong.state == "join-unknown")
        }
    }

    @Test func `from the link to a member: address, letter, confirmation, invitation, password`() async throws {
        let house = try await PageHouse()
        let link = try await house.link()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/join?code=\(link)")
            #expect(page.status == 200 && page.state == "join")
            for fact in ["Example", "Olga Owner", "User", "UTC"] { #expect(page.body.contains(fact), "\(fact)") }
            for secret in [link, "owner@example.com", house.organization.id.rawValue] {
                #expect(!page.body.contains(secret), "\(secret)")
            }
            let sent = try await browser.submit(page, "/join", ["email": "ada@example.org"])
            #expect(sent.status == 200 && sent.state == "join-sent")
            #expect(house.post.letters.map(\.recipient.typed) == ["ada@example.org"])
            // The letter is opened in another browser.
            let phone = open()
            let token = try house.token()
            let confirm = try await phone.open("/join/proof?token=\(token)")
            #expect(confirm.state == "join-confirm" && confirm.body.contains("ada@example.org"))
            #expect(!confirm.body.contains(token))
            let next = try await phone.submit(confirm, "/join/proof")
            #expect(next.status == 303 && next.location == "/invitation")
            let offer = try await phone.open("/invitation")
            #expect(offer.state == "A" && offer.body.contains("ada@example.org"))
            let joined = try await phone.submit(offer, "/invitation/accept", ["password": Self.password])
            #expect(joined.location == "https://app.example.com/welcome" && phone.session != nil)
            // The letter's link once more.
            #expect(try await phone.open("/join/proof?token=\(token)").state == "join-dead")
        }
        #expect(try await house.role(of: "ada@example.org") == .user)
    }

    // INV-02
    @Test(arguments: Engine.available)
    func `a hundred looks at the link and at the letter's link change nothing (INV-02)`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        let link = try await house.link()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/join?code=\(link)")
            _ = try await browser.submit(page, "/join", ["email": "ada@example.org"])
            let token = try house.token()
            for turn in 0..<100 {
                let method: HTTPRequest.Method = [.get, .head, .options][turn % 3]
                _ = try await browser.get("/join?code=\(link)", method)
                _ = try await browser.get("/join", method)
                _ = try await browser.get("/join/proof?token=\(token)", method)
                _ = try await browser.get("/join/proof", method)
            }
            #expect(try await browser.get("/join/proof").state == "join-confirm")
        }
        #expect(house.post.letters.count == 1)
        #expect(try await house.invitations() == 0)
    }

    @Test func `a form sent twice leads to the same invitation`() async throws {
        let house = try await PageHouse()
        let link = try await house.link(uses: 1)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/join?code=\(link)")
            _ = try await browser.submit(page, "/join", ["email": "ada@example.org"])
            let confirm = try await browser.open("/join/proof?token=\(try house.token())")
            let proof = browser[cookie: "__Host-usher_proof"]
            _ = try await browser.submit(confirm, "/join/proof")
            browser[cookie: "__Host-usher_proof"] = proof
            let again = try await browser.submit(confirm, "/join/proof")
            #expect(again.status == 303 && again.location == "/invitation")
            #expect(try await browser.get("/join").state == "join-used-up")
        }
        #expect(try await house.invitations() == 1)
    }

    @Test func `nobody learns from the page whether an address is welcome`() async throws {
        let house = try await PageHouse()
        let link = try await house.link()
        let hash = house.effects.emailHash(try EmailAddress(parsing: "never@example.org"))
        let (organization, now) = (house.organization.id, house.clock.now)
        try await house.store.write { try $0.suppress(hash, in: organization, at: now) }
        try await house.serve { open in
            var bodies: Set<String> = []
            for address in ["never@example.org", "first@example.org", "owner@example.com"] {
                let browser = open()
                let page = try await browser.open("/join?code=\(link)")
                let sent = try await browser.submit(page, "/join", ["email": address])
                #expect(sent.status == 200)
                bodies.insert(sent.body.replacing(address, with: "…"))
            }
            #expect(bodies.count == 1)
        }
        #expect(house.post.letters.map(\.recipient.typed).sorted() == ["first@example.org", "owner@example.com"])
    }

    @Test func `an address that cannot be is said at its field, and what was typed stays`() async throws {
        let house = try await PageHouse()
        let link = try await house.link(domains: ["corp.com"])
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/join?code=\(link)")
            #expect(page.body.contains("corp.com"))
            for address in ["ada@", "ada@xcorp.com"] {
                let wrong = try await browser.submit(page, "/join", ["email": address])
                #expect(wrong.status == 400 && wrong.state == "join")
                #expect(wrong.body.contains("id=\"email-error\"") && wrong.body.contains("value=\"\(address)\""))
            }
        }
        #expect(house.post.letters.isEmpty)
    }

    @Test func `each end has its page`() async throws {
        let house = try await PageHouse()
        let (expiring, revoked) = (try await house.link(life: .hours(1)), try await house.link())
        let id = try #require(try await house.links().first { $0.expiresAt > house.clock.now + .days(1) }).id
        try await house.useCases.operatorActions.revokeJoinLink(
            id, in: house.organization.id, rules: house.useCases.rules)
        house.clock.advance(by: .hours(1))
        try await house.serve { open in
            for (link, state) in [(expiring, "join-expired"), (revoked, "join-revoked")] {
                let page = try await open().open("/join?code=\(link)")
                #expect(page.status == 410 && page.state == state)
                #expect(page.body.contains("Olga Owner"))
            }
            let dead = try await open().open("/join/proof?token=\(house.effects.newSecret())")
            #expect(dead.status == 410 && dead.state == "join-dead")
        }
    }

    @Test func `who is signed in joins by a press, with the right person before their eyes`() async throws {
        let house = try await PageHouse()
        let link = try await house.link()
        let grace = try await house.person("grace", password: Self.password)
        let session = try await house.session(of: grace)
        try await house.serve { open in
            let browser = open()
            browser.session = session
            let page = try await browser.open("/join?code=\(link)")
            #expect(page.state == "join-signed-in" && page.body.contains("grace@example.com"))
            let next = try await browser.submit(page, "/join/me")
            #expect(next.location == "/invitation")
            let offer = try await browser.open("/invitation")
            #expect(offer.state == "C")
            _ = try await browser.submit(offer, "/invitation/accept")
            #expect(try await browser.get("/join").state == "join-member")
        }
        #expect(house.post.letters.isEmpty)
        #expect(try await house.role("grace") == .user)
    }

    // WEB-04
    @Test func `forms from elsewhere are refused, and nothing changes (WEB-04)`() async throws {
        let house = try await PageHouse()
        let link = try await house.link()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/join?code=\(link)")
            let fields = page.hidden(of: "/join").merging(["email": "ada@example.org"]) { $1 }
            #expect(try await browser.post("/join", fields, ["Sec-Fetch-Site": "cross-site"]).status == 403)
            #expect(try await browser.post("/join", ["email": "ada@example.org"]).status == 403)
            #expect(try await open().post("/join", fields).status == 403)
        }
        #expect(house.post.letters.isEmpty)
    }

    // WEB-08
    @Test func `a hostile name stays text on every page of a link (WEB-08)`() async throws {
        let house = try await PageHouse(organization: "<img src=x onerror=alert(1)>")
        let link = try await house.link()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/join?code=\(link)")
            let sent = try await browser.submit(page, "/join", ["email": "ada@example.org"])
            let confirm = try await browser.open("/join/proof?token=\(try house.token())")
            for page in [page, sent, confirm] {
                #expect(!page.body.contains("<img") && page.body.contains("&lt;img src=x"))
            }
        }
    }
}

extension PageHouse {
    /// The secret of a new link.
    func link(uses: Int = 30, life: Duration = .days(7), domains: [String] = []) async throws -> String {
        let draft = JoinLinkDraft(
            role: .user, maximumUses: uses, expiresAt: clock.now + life, allowedDomains: domains,
            redirectURI: Sample.url)
        return try await useCases.operatorActions.createJoinLink(
            draft, in: organization.id, for: owner.email, rules: useCases.rules
        ).secret.reveal()
    }

    func links() async throws -> [JoinLink] {
        try await useCases.operatorActions.joinLinks(of: organization.id).links
    }

    /// The secret in the newest letter.
    func token() throws -> String {
        guard case .notice(let notice) = post.letters.last?.content, let id = notice.link else {
            throw Refusal.linkInvalid
        }
        return effects.secret(of: id)
    }

    func invitations() async throws -> Int {
        let (id, now) = (organization.id, clock.now)
        return try await store.read { try $0.invitations(InvitationSelection(organization: id, limit: 100, now: now)) }
            .count
    }

    func role(of address: String) async throws -> Role? {
        let (email, organization) = (try EmailAddress(parsing: address), organization.id)
        return try await store.read { tx in
            try tx.account(of: email).flatMap { try tx.membership(of: $0.user.id, in: organization)?.role }
        }
    }
}
