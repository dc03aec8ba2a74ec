import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

@Suite struct PagesFormTests {
    private static let password = "seven quiet pears"

    // MARK: Cross-site

    // WEB-04
    @Test(arguments: [
        ["Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example.org"],
        ["Sec-Fetch-Site": "same-site", "Origin": "https://sibling.localhost"],
        ["Sec-Fetch-Site": "none"],
        ["Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example.org"],
        ["Origin": "null"],
        ["Origin": "http://localhost"],
        ["Origin": "https://localhost.evil.example.org"],
        [:],
        ["Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"],
        ["Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data; boundary=x"],
        ["Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"],
    ])
    func `a form that comes from elsewhere is refused, and nothing changes (WEB-04)`(_ headers: [String: String])
        async throws
    {
        let house = try await PageHouse()
        let ada = try await house.person("bob", password: Self.password)
        let session = try await house.session(of: ada)
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/auth?inv_code=\(code)")
            for (action, fields) in [
                ("/invitation/accept", ["password": Self.password]), ("/invitation/decline", ["report": "yes"]),
            ] {
                let fields = page.hidden(of: action).merging(fields) { $1 }
                let refused = try await browser.post(action, fields, headers)
                #expect(refused.status == 403 || refused.status == 415, "\(action)")
                #expect(refused.state == "M")
            }
            let signIn = try await browser.get("/signin")
            let fields = signIn.hidden(of: "/signin")
                .merging(["email": "bob@example.com", "password": Self.password]) { $1 }
            #expect([403, 415].contains(try await browser.post("/signin", fields, headers).status))
            #expect(browser.session == nil)
            let member = open()
            member.session = session
            let account = try await member.get("/account")
            let out = try await member.post("/signout", account.hidden(of: "/signout"), headers)
            #expect([403, 415].contains(out.status))
            #expect(try await member.get("/account").status == 200)
        }
        #expect(try await house.status(invitation) == .pending)
        #expect(try await house.hasAccount("ada") == false)
    }

    @Test func `a browser that sends no Fetch Metadata is believed by its Origin`() async throws {
        let house = try await PageHouse()
        _ = try await house.person("bob", password: Self.password)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.get("/signin")
            let fields = page.hidden(of: "/signin").merging(["email": "bob@example.com", "password": Self.password]) {
                $1
            }
            #expect(try await browser.post("/signin", fields, ["Origin": "https://localhost"]).status == 303)
        }
    }

    // WEB-06, WEB-05
    @Test func `a token is good for one browser, one form and one state of being signed in (WEB-06)`() async throws {
        let house = try await PageHouse()
        _ = try await house.person("bob", password: Self.password)
        try await house.serve { open in
            let (browser, other) = (open(), open())
            let page = try await browser.get("/signin")
            _ = try await other.get("/signin")
            let good = page.hidden(of: "/signin")["form_token"] ?? ""
            let flipped = good.dropLast() + (good.hasSuffix("A") ? "E" : "A")
            let reset = try await browser.get("/reset").hidden(of: "/reset")["form_token"] ?? ""
            let fields = ["email": "bob@example.com", "password": Self.password]
            for token in ["", String(flipped), reset, good + "A", String(good.dropLast())] {
                let refused = try await browser.post("/signin", fields.merging(["form_token": token]) { $1 })
                #expect(refused.status == 403)
            }
            // Another browser's pre-session, as an attacker would plant it.
            #expect(try await other.post("/signin", fields.merging(["form_token": good]) { $1 }).status == 403)
            let visit = browser[cookie: "__Host-usher_visit"]
            let signedIn = try await browser.post("/signin", fields.merging(["form_token": good]) { $1 })
            #expect(signedIn.status == 303)
            // The pre-session ended with the sign-in, and its tokens with it.
            #expect(browser[cookie: "__Host-usher_visit"] == nil)
            let old = try await browser.post("/signin", fields.merging(["form_token": good]) { $1 })
            #expect(old.status == 403)
            #expect(visit != nil)
        }
    }

    // MARK: Sign-in

    // AUT-01, AUT-02, WEB-16
    @Test func `signing in makes a new session and ends the old, signing out ends it for real (AUT-01, AUT-02)`()
        async throws
    {
        let house = try await PageHouse()
        _ = try await house.person("bob", password: Self.password)
        try await house.serve { open in
            let browser = open()
            let planted = house.effects.newSecret()
            browser.session = planted
            let page = try await browser.get("/signin")
            let fields = ["email": " BOB@example.com ", "password": Self.password]
            let signedIn = try await browser.submit(page, "/signin", fields)
            #expect(signedIn.status == 303 && signedIn.location == "/account")
            let session = try #require(browser.session)
            #expect(session != planted)
            #expect(
                signedIn.cookies.first
                    == "__Host-usher_session=\(session); Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure")
            let account = try await browser.get("/account")
            #expect(account.body.contains("bob@example.com"))
            let out = try await browser.submit(account, "/signout")
            #expect(out.status == 303 && out.location == "/signin")
            #expect(browser.session == nil)
            if let name = HTTPField.Name("Clear-Site-Data") { #expect(out.headers[name] == "\"cache\", \"storage\"") }
            let replay = open()
            replay.session = session
            #expect(try await replay.get("/account").location == "/signin?next=/account")
        }
    }

    // AUT-23
    @Test func `a wrong password is 401, whatever else comes with it, for known and unknown alike (AUT-07, AUT-23)`()
        async throws
    {
        let house = try await PageHouse()
        _ = try await house.person("bob", password: Self.password)
        let (_, code) = try await house.invite("bob")
        try await house.serve { open in
            var answers: [String] = []
            for local in ["bob", "nobody"] {
                let browser = open()
                let page = try await browser.get("/signin?next=/invitation&inv_code=\(code)&redirect_uri=/account")
                let wrong = try await browser.submit(
                    page, "/signin",
                    ["email": "\(local)@example.com", "password": "wrong password", "inv_code": code])
                #expect(wrong.status == 401)
                #expect(browser.session == nil)
                let token = page.hidden(of: "/signin")["form_token"] ?? "-"
                answers.append(
                    wrong.body.replacing(token, with: "TOKEN").replacing("\(local)@", with: "WHO@")
                        + "\(wrong.headers.map { $0.name.rawName }.sorted())")
            }
            #expect(answers[0] == answers[1])
        }
    }

    // WEB-10
    @Test(arguments: [
        "//evil.example.org", "///evil", "/\\evil", "/%5cevil", "/%2fevil", "https:evil", "https://evil.example.org",
        "\t//evil", "@evil", "%00", "/account/../evil", "javascript:alert(1)", "", "/account?x", "/Account",
    ])
    func `no text from outside decides where a sign-in leads (WEB-10)`(_ next: String) async throws {
        let house = try await PageHouse()
        _ = try await house.person("bob", password: Self.password)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.get("/signin")
            let signedIn = try await browser.submit(
                page, "/signin", ["email": "bob@example.com", "password": Self.password, "next": next])
            #expect(signedIn.location == "/account")
        }
    }

    // MARK: Reset

    // AUT-07
    @Test func `asking for a reset says the same of every address, and writes to those that have an account (AUT-07)`()
        async throws
    {
        let house = try await PageHouse()
        _ = try await house.person("bob", password: Self.password)
        try await house.serve { open in
            var answers: [String] = []
            for local in ["bob", "nobody"] {
                let browser = open()
                let page = try await browser.get("/reset")
                let sent = try await browser.submit(page, "/reset", ["email": "\(local)@example.com"])
                #expect(sent.status == 200 && sent.state == "reset-sent")
                answers.append(
                    sent.body.replacing(local, with: "WHO") + "\(sent.headers.map { $0.name.rawName }.sorted())")
            }
            #expect(answers[0] == answers[1])
        }
        #expect(house.post.letters.count == 1)
    }

    @Test func `a reset link works once, ends all sessions, and signs nobody in`() async throws {
        let house = try await PageHouse()
        let bob = try await house.person("bob", password: "the former password")
        let session = try await house.session(of: bob)
        try await house.serve { open in
            let browser = open()
            browser.session = session
            let page = try await browser.get("/reset")
            _ = try await browser.submit(page, "/reset", ["email": "bob@example.com"])
            guard case .passwordReset(let link) = try #require(house.post.letters.first).content else {
                Issue.record("no reset letter")
                return
            }
            let secret = house.effects.secret(of: link.link)
            let form = try await browser.open("/reset?token=\(secret)")
            #expect(form.state == "reset-new" && !form.body.contains(secret))
            let short = try await browser.submit(form, "/reset/new", ["password": "short"])
            #expect(short.status == 400)
            let done = try await browser.submit(form, "/reset/new", ["password": Self.password])
            #expect(done.status == 303 && done.location == "/reset/done")
            #expect(browser.session == nil)
            #expect(try await browser.get("/account").status == 303)
            let again = try await open().open("/reset?token=\(secret)")
            #expect(again.status == 410 && again.state == "reset-dead")
        }
        let email = Sample.email("bob")
        #expect(try await house.store.read { try $0.account(of: email)?.passwordHash } == "plain:\(Self.password)")
    }

    // MARK: Secrets in links

    // AUT-21, AUT-22
    @Test func `only the one spelling of a code is taken (AUT-21, AUT-22)`() async throws {
        let house = try await PageHouse()
        let (_, code) = try await house.invite()
        let flipped = String(code.map { $0.isUppercase ? Character($0.lowercased()) : Character($0.uppercased()) })
        let last = try #require(code.last)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let index = try #require(alphabet.firstIndex(of: last))
        let padded = String(code.dropLast()) + String(alphabet[index + 1])
        try await house.serve { open in
            for wrong in [
                String(code.dropLast()), code + "A", flipped, code + "%20", code + "%0A", code + "=", "%20" + code,
                padded, "", "null", "%5B%5D", "%7B%7D", "0",
            ] {
                let page = try await open().open("/auth?inv_code=\(wrong)")
                #expect(page.status == 404 && page.state == "K", "\(wrong)")
            }
            for query in ["", "?inv_code", "?inv_code%5B%5D=\(code)", "?inv_code=\(code)&inv_code=\(code)"] {
                #expect(try await open().open("/auth\(query)").state == "K", "\(query)")
            }
            for path in ["/reset?token=", "/reset?token=null"] {
                #expect(try await open().open(path).status == 410, "\(path)")
            }
            #expect(try await open().open("/auth?inv_code=\(code)").state == "A")
        }
    }

    // MARK: Set-up

    // AUT-24
    @Test func `without its link nobody sets the server up, with it one does, and once (AUT-24)`() async throws {
        let house = try await PageHouse(hasAdmin: false)
        let link = try #require(try await house.useCases.setUp.link()).reveal()
        let fields = ["organization": "Example", "email": "first@example.com", "password": Self.password]
        try await house.serve { open in
            let stranger = open()
            #expect(try await stranger.get("/setup").status == 403)
            #expect(try await stranger.open("/setup?token=\(house.effects.newSecret())").status == 403)
            let browser = open()
            let page = try await browser.open("/setup?token=\(link)")
            #expect(page.state == "setup" && page.body.contains("value=\"Example\"") && !page.body.contains(link))
            _ = try await stranger.get("/signin")
            #expect(try await stranger.submit(page, "/setup", fields).status == 403)
            let weak = try await browser.submit(page, "/setup", fields.merging(["password": "short"]) { $1 })
            #expect(weak.status == 400 && weak.body.contains("value=\"first@example.com\""))
            let done = try await browser.submit(page, "/setup", fields)
            #expect(done.status == 303 && done.location == "/account")
            #expect(try await browser.get("/account").body.contains("Owner"))
            #expect(try await open().open("/setup?token=\(link)").status == 403)
        }
        #expect(try await house.useCases.setUp.link() == nil)
    }

    @Test func `a link that was overtaken by the operator's command is answered 409 (AUT-24)`() async throws {
        let house = try await PageHouse(hasAdmin: false)
        let link = try #require(try await house.useCases.setUp.link()).reveal()
        let draft = AdminDraft(email: house.owner.email, name: nil, organization: DisplayName(stored: "Example"))
        _ = try await house.useCases.setUp.byOperator(draft: draft, password: Password(checked: Self.password))
        try await house.serve { open in
            let browser = open()
            let page = try await browser.open("/setup?token=\(link)")
            let fields = ["organization": "Mine", "email": "eve@example.com", "password": Self.password]
            let late = try await browser.submit(page, "/setup", fields)
            #expect(late.status == 409 && late.state == "setup-done")
            #expect(browser.session == nil)
        }
        #expect(try await house.hasAccount("eve") == false)
    }
}
