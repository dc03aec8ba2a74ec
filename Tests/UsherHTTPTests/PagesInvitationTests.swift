import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

@Suite struct PagesInvitationTests {
    private static let password = "seven quiet pears"
    private static let target = "https://app.example.com/welcome"

    // MARK: Looking

    @Test func `the link puts its code into a cookie and leads to a clean address`() async throws {
        let house = try await PageHouse()
        let (_, code) = try await house.invite()
        try await house.serve { open in
            let page = try await open().get(
                "/auth?inv_code=\(code)&organization_id=x&redirect_uri=https%3A%2F%2Fevil&utm_source=mail")
            #expect(page.status == 303)
            #expect(page.location == "/invitation")
            #expect(
                page.cookies == [
                    "__Host-usher_code=\(code); Path=/; Max-Age=1800; HttpOnly; SameSite=Lax; Secure"
                ])
        }
    }

    // INV-02
    @Test(arguments: Engine.available)
    func `a hundred looks of any kind change nothing and lock nothing (INV-02)`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            for turn in 0..<100 {
                let method: HTTPRequest.Method = [.get, .head, .options][turn % 3]
                let more = turn % 2 == 0 ? ["Sec-Purpose": "prefetch"] : [:]
                _ = try await browser.get("/auth?inv_code=\(code)", method, more)
                _ = try await browser.get("/invitation", method, more)
            }
            #expect(browser.session == nil)
            #expect(try await browser.get("/invitation").state == "A")
        }
        #expect(try await house.status(invitation) == .pending)
        #expect(try await house.hasAccount("ada") == false)
        #expect(house.post.letters.isEmpty)
    }

    @Test func `the form calls the person what the inviter calls them, as text (WEB-08)`() async throws {
        let house = try await PageHouse()
        let (_, code) = try await house.invite("named", called: "Ada <L>")
        let (_, plain) = try await house.invite("plain")
        try await house.serve { open in
            let page = try await open().open("/auth?inv_code=\(code)")
            #expect(page.state == "A")
            #expect(page.body.contains(#"name="name" type="text" value="Ada &lt;L&gt;""#))
            let other = try await open().open("/auth?inv_code=\(plain)")
            #expect(other.body.contains(#"name="name" type="text" value="""#))
        }
    }

    // INV-30
    @Test(arguments: Engine.available)
    func `who looks without the code learns nothing, who holds it no ids and no inviter's address (INV-30)`(
        _ engine: Engine
    ) async throws {
        let house = try await PageHouse(engine)
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let stranger = try await open().open("/auth?inv_code=\(house.effects.newSecret())")
            #expect(stranger.status == 404)
            #expect(!stranger.body.contains("Example"))
            let page = try await open().open("/auth?inv_code=\(code)")
            #expect(page.state == "A")
            for secret in [
                invitation.id.rawValue, house.organization.id.rawValue, house.owner.id.rawValue, "owner@example.com",
                code,
            ] {
                #expect(!page.body.contains(secret), "\(secret)")
            }
            for fact in ["Example", "Olga Owner", "ada@example.com", "User", "7 days left", "UTC"] {
                #expect(page.body.contains(fact), "\(fact)")
            }
        }
    }

    // MARK: A

    @Test
    func `a new person sets a password and is a member, with a session, and the code is used up (AUT-01, WEB-16)`()
        async throws
    {
        let house = try await PageHouse()
        let (_, code) = try await house.invite(role: .admin)
        try await house.serve { open in
            let browser = open()
            browser.session = house.effects.newSecret()
            let planted = browser.session
            let page = try await browser.open("/auth?inv_code=\(code)")
            #expect(page.status == 200)
            let joined = try await browser.submit(
                page, "/invitation/accept", ["name": "Ada L", "password": Self.password, "email": "ada@example.com"])
            #expect(joined.status == 303)
            #expect(joined.location == Self.target)
            #expect(browser.session != nil && browser.session != planted)
            #expect(try await browser.get("/invitation").state == "F")
            #expect(browser[cookie: "__Host-usher_visit"] == nil)
            let account = try await browser.get("/account")
            #expect(account.body.contains("Ada L") && account.body.contains("Admin"))
        }
        #expect(try await house.role("ada") == .admin)
    }

    @Test(arguments: [
        ("", "Type your password"), ("short", "at least 12"), ("correct horse battery", "guessed first"),
        ("ada.example.com", "known about you"), (String(repeating: "x", count: 300), "at most 256"),
    ])
    func `a password that will not do comes back with the reason, the name, and nothing changed`(
        _ password: String, _ reason: String
    ) async throws {
        let house = try await PageHouse()
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            let back = try await browser.submit(
                page, "/invitation/accept", ["name": "Ada <L>", "password": password])
            #expect(back.status == 400)
            #expect(back.state == "A")
            #expect(back.body.contains(reason))
            #expect(back.body.contains("value=\"Ada &lt;L&gt;\""))
            #expect(back.body.contains("aria-describedby=\"password-error password-hint\" aria-invalid=\"true\""))
            #expect(back.body.contains("<title>Error: "))
            #expect(password.isEmpty || !back.body.contains("value=\"\(password)\""))
            #expect(browser.session == nil)
        }
        #expect(try await house.status(invitation) == .pending)
        #expect(try await house.hasAccount("ada") == false)
    }

    // INV-06
    @Test(arguments: Engine.available)
    func `a form for another address is refused, and the row's address stays (INV-06)`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            let back = try await browser.submit(
                page, "/invitation/accept", ["email": "eve@example.com", "password": Self.password])
            #expect(back.status == 422)
            #expect(back.body.contains("value=\"ada@example.com\""))
        }
        #expect(try await house.status(invitation) == .pending)
        #expect(try await house.hasAccount("eve") == false)
        #expect(try await house.hasAccount("ada") == false)
    }

    @Test func `the same form sent twice is a success twice, for the same person only`() async throws {
        let house = try await PageHouse()
        let (_, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            let visit = browser[cookie: "__Host-usher_visit"]
            let first = try await browser.submit(page, "/invitation/accept", ["password": Self.password])
            #expect(first.location == Self.target)
            for (password, status) in [(Self.password, 303), ("another password", 410)] {
                let second = open()
                second[cookie: "__Host-usher_visit"] = visit
                second[cookie: "__Host-usher_code"] = code
                let again = try await second.submit(page, "/invitation/accept", ["password": password])
                #expect(again.status == status)
                #expect((second.session != nil) == (status == 303))
            }
        }
    }

    @Test(arguments: Engine.available)
    func `a target that is allowed no more gives way to one's own account (INV-20)`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        let (_, code) = try await house.invite(to: "https://gone.example.org/x")
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            #expect(page.headers[.contentSecurityPolicy]?.contains("gone.example.org") == false)
            let joined = try await browser.submit(page, "/invitation/accept", ["password": Self.password])
            #expect(joined.location == "/account")
        }
    }

    // MARK: B, C, D, E, F

    @Test func `somebody with an account signs in and joins; a wrong password changes nothing`() async throws {
        let house = try await PageHouse()
        _ = try await house.person("ada", password: Self.password)
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            #expect(page.state == "B")
            let wrong = try await browser.submit(page, "/invitation/accept", ["password": "not this one"])
            #expect(wrong.status == 401 && wrong.state == "B")
            #expect(try await house.status(invitation) == .pending)
            #expect(browser.session == nil)
            let joined = try await browser.submit(page, "/invitation/accept", ["password": Self.password])
            #expect(joined.status == 303 && joined.location == Self.target)
        }
        #expect(try await house.role("ada") == .user)
    }

    @Test func `who is signed in as the invited person presses Join, and the session gets a new id (AUT-01)`()
        async throws
    {
        let house = try await PageHouse()
        let ada = try await house.person("ada", password: Self.password)
        let (_, code) = try await house.invite()
        let old = try await house.session(of: ada)
        try await house.serve { open in
            let browser = open()
            browser.session = old
            let page = try await browser.open("/auth?inv_code=\(code)")
            #expect(page.state == "C")
            let joined = try await browser.submit(page, "/invitation/accept")
            #expect(joined.location == Self.target)
            #expect(browser.session != nil && browser.session != old)
            browser[cookie: "__Host-usher_code"] = code
            #expect(try await browser.get("/invitation").state == "F")
            let replay = open()
            replay.session = old
            #expect(try await replay.get("/account").status == 303)
        }
    }

    // INV-04
    @Test(arguments: Engine.available)
    func `somebody else's session gets 403 and no address but their own; switching leads back (INV-04)`(
        _ engine: Engine
    ) async throws {
        let house = try await PageHouse(engine)
        let eve = try await house.person("eve", password: Self.password)
        let (invitation, code) = try await house.invite()
        let session = try await house.session(of: eve)
        try await house.serve { open in
            let browser = open()
            browser.session = session
            let page = try await browser.open("/auth?inv_code=\(code)")
            #expect(page.status == 403 && page.state == "D")
            #expect(!page.body.contains("ada@example.com"))
            #expect(page.body.contains("a•••@example.com") && page.body.contains("eve@example.com"))
            // The form of state C, made up: refused, with the same page.
            let token = try await browser.get("/invitation").hidden(of: "/invitation/decline")["form_token"]
            let forged = try await browser.post("/invitation/accept", ["form_token": token ?? ""])
            #expect(forged.status == 403)
            #expect(try await house.status(invitation) == .pending)
            let out = try await browser.submit(page, "/signout")
            #expect(out.status == 303 && out.location == "/invitation")
            #expect(browser.session == nil)
            #expect(try await browser.get("/invitation").state == "A")
        }
        #expect(try await house.role("eve") == nil)
    }

    // INV-05
    @Test(arguments: Engine.available)
    func `an account that nobody proved is no proof: its session cannot accept, its password dies (INV-05)`(
        _ engine: Engine
    ) async throws {
        let house = try await PageHouse(engine)
        let squatter = try await house.person("ada", password: "squatter's password", isVerified: false)
        let (invitation, code) = try await house.invite()
        let session = try await house.session(of: squatter)
        try await house.serve { open in
            let browser = open()
            browser.session = session
            let page = try await browser.open("/auth?inv_code=\(code)")
            #expect(page.status == 403 && page.state == "D")
            #expect(page.body.contains("nobody has confirmed yet"))
            #expect(page.hidden(of: "/invitation/accept").isEmpty)
            #expect(try await house.status(invitation) == .pending)
            let invited = open()
            let offer = try await invited.open("/auth?inv_code=\(code)")
            #expect(offer.state == "A")
            let joined = try await invited.submit(offer, "/invitation/accept", ["password": Self.password])
            #expect(joined.status == 303)
            #expect(try await browser.get("/account").status == 303)
        }
        let email = Sample.email("ada")
        #expect(try await house.store.read { try $0.account(of: email)?.passwordHash } == "plain:\(Self.password)")
    }

    // MARK: Ended

    // INV-11: an expired offer tells whom to ask, as the product wants; all that somebody ended is one page.
    @Test(arguments: Engine.available)
    func `withdrawn, declined and undeliverable look the same and name nobody; unknown is 404 (INV-11)`(
        _ engine: Engine
    ) async throws {
        let house = try await PageHouse(engine)
        try await house.serve { open in
            var found: [String] = []
            for (local, end) in [("a1", "revoke"), ("a2", "decline")] {
                let (invitation, code) = try await house.invite(local)
                let (hash, now) = (house.effects.hash(code), house.clock.now)
                try await house.store.write { tx in
                    if end == "revoke" {
                        _ = try tx.revoke(invitation.id, in: invitation.organization, at: now)
                    } else {
                        _ = try tx.decline(codeHash: hash, reason: "secret reason", at: now)
                    }
                }
                let page = try await open().open("/auth?inv_code=\(code)")
                #expect(page.status == 410 && page.state == "I")
                #expect(!page.body.contains("Example") && !page.body.contains("Olga"))
                found.append(page.body)
            }
            #expect(Set(found).count == 1)
            let (_, code) = try await house.invite("a3")
            house.clock.advance(by: .days(8))
            let expired = try await open().open("/auth?inv_code=\(code)")
            #expect(expired.status == 410 && expired.state == "H")
            #expect(expired.body.contains("Olga Owner") && !expired.body.contains("owner@example.com"))
            let unknown = try await open().open("/auth?inv_code=\(house.effects.newSecret())")
            #expect(unknown.status == 404 && unknown.state == "K")
        }
    }

    @Test func `declining needs no account, and says so`() async throws {
        let house = try await PageHouse()
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            let long = try await browser.submit(
                page, "/invitation/decline", ["reason": String(repeating: "x", count: 501)])
            #expect(long.status == 400 && long.body.contains("<details class=\"aside\" open>"))
            #expect(try await house.status(invitation) == .pending)
            let done = try await browser.submit(page, "/invitation/decline", ["reason": "no", "report": "yes"])
            #expect(done.status == 303 && done.location == "/invitation/reported")
            #expect(try await browser.get("/invitation/reported").state == "declined")
        }
        #expect(try await house.status(invitation) == .declined)
        #expect(try await house.hasAccount("ada") == false)
        let (hash, organization) = (house.effects.emailHash(invitation.email), house.organization.id)
        #expect(try await house.store.read { try $0.isSuppressed(hash, in: organization) })
    }

    // RFC 8058
    @Test func `a mail program's button suppresses by its token alone, and a wrong token does nothing`() async throws {
        let house = try await PageHouse()
        let (invitation, _) = try await house.invite()
        let organization = house.organization.id
        let token = house.effects.derive(.unsubscribe, "\(organization).\(invitation.id)")
        let (hash, forged) = (house.effects.emailHash(invitation.email), house.effects.newSecret())
        try await house.serve { open in
            let address = "/letter/unsubscribe?i=\(invitation.id)&o=\(organization)&t="
            let wrong = try await open().post(address + forged, ["List-Unsubscribe": "One-Click"], [:])
            #expect(wrong.status == 404)
            #expect(try await open().get(address + token).state == "unsubscribe")
            #expect(try await house.store.read { try $0.isSuppressed(hash, in: organization) } == false)
            let done = try await open().post(address + token, ["List-Unsubscribe": "One-Click"], [:])
            #expect(done.status == 200 && done.location == nil)
        }
        #expect(try await house.store.read { try $0.isSuppressed(hash, in: organization) })
    }

    @Test func `a pasted link is found again, wrapped or not; other text is told so`() async throws {
        let house = try await PageHouse()
        let (_, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let unknown = try await browser.open("/auth")
            #expect(unknown.status == 404 && unknown.state == "K")
            let wrong = try await browser.submit(unknown, "/invitation", ["code": "hello"])
            #expect(wrong.status == 400 && wrong.state == "K")
            let wrapped = "https://app.example.com/auth?x=1&inv_code=\(code.prefix(20))\n \(code.dropFirst(20))&y=2"
            for text in [code, wrapped] {
                let found = try await browser.submit(unknown, "/invitation", ["code": text])
                #expect(found.status == 303)
                #expect(try await browser.get("/invitation").state == "A")
            }
        }
    }
}
