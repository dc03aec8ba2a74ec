import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// The pages for people of a verified domain who have no account yet: AZ-13, AUT-07, INV-02, INV-06, WEB-04, WEB-08.
@Suite struct PagesSignUpTests {
    private static let password = "seven quiet pears"
    private static let start = "/organizations/address"
    private static let proof = "/organizations/proof"

    @Test func `the page to sign in leads here when there is an organization to join, and only then`() async throws {
        let house = try await PageHouse()
        try await house.serve { open in
            #expect(try await !open().get("/signin").body.contains(Self.start))
            try await house.domain(joining: .request)
            let browser = open()
            let page = try await browser.open("/organizations")
            #expect(page.state == "signin" && page.body.contains("href=\"\(Self.start)\""))
            let wrong = try await browser.submit(page, "/signin", ["email": "a@example.com", "password": "x"])
            #expect(wrong.status == 401 && wrong.body.contains(Self.start))
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-13 from an address to a member: letter, password, and the button that everybody has`(_ engine: Engine)
        async throws
    {
        let house = try await PageHouse(engine)
        try await house.domain(joining: .join, role: .admin)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.get(Self.start)
            #expect(page.status == 200 && page.state == "sign-up")
            #expect(page.headers[.cacheControl] == "no-store" && page.headers[.contentSecurityPolicy] != nil)
            let sent = try await browser.submit(page, Self.start, ["email": "ada@example.com"])
            #expect(sent.status == 200 && sent.state == "sign-up-sent" && !sent.body.contains("Example"))
            // The letter is opened in another browser.
            let (phone, token) = (open(), try await house.signUpToken())
            let entry = try await phone.get("\(Self.proof)?token=\(token)&role=2")
            #expect(entry.status == 303 && entry.location == Self.proof)
            #expect(
                entry.cookies == ["__Host-usher_proof=\(token); Path=/; Max-Age=1800; HttpOnly; SameSite=Lax; Secure"])
            let form = try await phone.get(Self.proof)
            #expect(form.status == 200 && form.state == "sign-up-new")
            for fact in ["Example", "ada@example.com"] { #expect(form.body.contains(fact), "\(fact)") }
            for secret in [token, house.organization.id.rawValue] { #expect(!form.body.contains(secret)) }
            // INV-06: the address of the row is used, whatever the form says.
            let made = try await phone.submit(
                form, Self.proof, ["email": "eve@example.com", "name": "Ada", "password": Self.password])
            #expect(made.status == 303 && made.location == "/organizations" && phone.session != nil)
            #expect(phone[cookie: "__Host-usher_proof"] == nil)
            #expect(try await !house.hasAccount("eve"))
            #expect(try await house.role("ada") == nil, "an account is no membership")
            let choice = try await phone.open("/organizations")
            #expect(choice.state == "open-join" && choice.body.contains("Join Example"))
            #expect(try await phone.submit(choice, "/organizations/join").state == "open-joined")
            #expect(try await phone.get(Self.start).location == "/organizations")
            #expect(try await open().open("\(Self.proof)?token=\(token)").state == "sign-up-dead")
        }
        #expect(try await house.role("ada") == .admin)
    }

    /// AUT-07: status, body, headers and cookies.
    @Test func `AUT-07 the answer is the same for every address`() async throws {
        let house = try await PageHouse()
        try await house.domain(joining: .join)
        _ = try await house.person("known", password: Self.password)
        let hash = house.effects.emailHash(Sample.email("never"))
        let (organization, now) = (house.organization.id, house.clock.now)
        try await house.store.write { try $0.suppress(hash, in: organization, at: now) }
        try await house.serve { open in
            var answers: Set<[String]> = []
            for address in ["newby@example.com", "known@example.com", "never@example.com", "a@nowhere.example"] {
                let browser = open()
                let sent = try await browser.submit(
                    try await browser.get(Self.start), Self.start, ["email": address])
                let fields = sent.headers.filter { $0.name.canonicalName != "x-request-id" }
                answers.insert(
                    ["\(sent.status)", sent.body.replacing(address, with: "…")]
                        + fields.map { "\($0.name): \($0.value)" }.sorted())
            }
            #expect(answers.count == 1, "\(answers)")
        }
        let letters = try await house.notices()
        #expect(letters.map(\.to).sorted() == ["known@example.com", "newby@example.com"])
        #expect(letters.first { $0.to == "known@example.com" }?.notice.path == "/signin?next=/organizations")
    }

    // INV-02
    @Test(arguments: Engine.available)
    func `a hundred looks change nothing (INV-02)`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        try await house.domain(joining: .join)
        try await house.serve { open in
            let browser = open()
            _ = try await browser.submit(
                try await browser.get(Self.start), Self.start, ["email": "ada@example.com"])
            let token = try await house.signUpToken()
            for turn in 0..<100 {
                let method: HTTPRequest.Method = [.get, .head, .options][turn % 3]
                _ = try await browser.get(Self.start, method)
                _ = try await browser.get("\(Self.proof)?token=\(token)", method)
                _ = try await browser.get(Self.proof, method)
            }
            #expect(try await browser.get(Self.proof).state == "sign-up-new")
            #expect(browser.session == nil)
        }
        #expect(try await !house.hasAccount("ada"))
        #expect(try await house.notices().isEmpty)
    }

    // WEB-04
    @Test func `forms from elsewhere are refused, and nothing changes (WEB-04)`() async throws {
        let house = try await PageHouse()
        try await house.domain(joining: .join)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.get(Self.start)
            let fields = page.hidden(of: Self.start).merging(["email": "ada@example.com"]) { $1 }
            #expect(try await browser.post(Self.start, fields, ["Sec-Fetch-Site": "cross-site"]).status == 403)
            #expect(try await browser.post(Self.start, ["email": "ada@example.com"]).status == 403)
            #expect(try await open().post(Self.start, fields).status == 403)
            #expect(try await house.notices().isEmpty)
            _ = try await browser.post(Self.start, fields)
            let form = try await browser.open("\(Self.proof)?token=\(try await house.signUpToken())")
            let more = form.hidden(of: Self.proof).merging(["password": Self.password]) { $1 }
            #expect(try await browser.post(Self.proof, more, ["Sec-Fetch-Site": "cross-site"]).status == 403)
            #expect(try await browser.post(Self.proof, ["password": Self.password]).status == 403)
            let foreign = ["form_token": fields["form_token"] ?? "", "password": Self.password]
            #expect(try await browser.post(Self.proof, foreign).status == 403)
        }
        #expect(try await !house.hasAccount("ada"))
    }

    @Test func `what is wrong is said at its field, and what was typed stays`() async throws {
        let house = try await PageHouse()
        try await house.domain(joining: .request)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.get(Self.start)
            let wrong = try await browser.submit(page, Self.start, ["email": "ada@"])
            #expect(wrong.status == 400 && wrong.state == "sign-up")
            #expect(wrong.body.contains("id=\"email-error\"") && wrong.body.contains("value=\"ada@\""))
            _ = try await browser.submit(page, Self.start, ["email": "ada.lovelace@example.com"])
            let form = try await browser.open("\(Self.proof)?token=\(try await house.signUpToken())")
            for password in ["short", "correct horse battery", "ada.lovelace@example.com"] {
                let weak = try await browser.submit(
                    form, Self.proof, ["name": "Ada L", "password": password])
                #expect(weak.status == 400 && weak.state == "sign-up-new", "\(password)")
                #expect(weak.body.contains("id=\"password-error\"") && weak.body.contains("value=\"Ada L\""))
                #expect(!weak.body.contains("value=\"\(password)\" type=\"password\""))
            }
            let name = try await browser.submit(
                form, Self.proof, ["name": String(repeating: "x", count: 2000), "password": Self.password])
            #expect(name.status == 400 && name.body.contains("id=\"name-error\""))
        }
        #expect(try await !house.hasAccount("ada.lovelace"))
    }

    @Test func `a form sent twice is a success for who knows the password, and for nobody else`() async throws {
        let house = try await PageHouse()
        try await house.domain(joining: .join)
        try await house.serve { open in
            let browser = open()
            _ = try await browser.submit(
                try await browser.get(Self.start), Self.start, ["email": "ada@example.com"])
            let form = try await browser.open("\(Self.proof)?token=\(try await house.signUpToken())")
            let before = [
                "__Host-usher_proof": browser[cookie: "__Host-usher_proof"],
                "__Host-usher_visit": browser[cookie: "__Host-usher_visit"], "__Host-usher_session": nil,
            ]
            let fields = ["email": "ada@example.com", "password": Self.password]
            #expect(try await browser.submit(form, Self.proof, fields).location == "/organizations")
            for (name, value) in before { browser[cookie: name] = value }
            let again = try await browser.submit(form, Self.proof, fields)
            #expect(again.location == "/organizations" && browser.session != nil)
            for (name, value) in before { browser[cookie: name] = value }
            let other = try await browser.submit(
                form, Self.proof, ["email": "ada@example.com", "password": "another password"])
            #expect(other.status == 410 && other.state == "sign-up-dead" && browser.session == nil)
        }
    }

    @Test func `each end has its page`() async throws {
        let house = try await PageHouse()
        try await house.domain(joining: .join)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.get(Self.start)
            _ = try await browser.submit(page, Self.start, ["email": "ada@example.com"])
            let form = try await browser.open("\(Self.proof)?token=\(try await house.signUpToken())")
            try await house.block(["example.com"])
            let closed = try await browser.submit(form, Self.proof, ["password": Self.password])
            #expect(closed.status == 403 && closed.state == "sign-up-closed")
            #expect(try await !house.hasAccount("ada"))
            try await house.block([])
            _ = try await house.person("ada", password: Self.password)
            let known = try await browser.submit(form, Self.proof, ["password": "another password"])
            #expect(known.state == "sign-up-known" && known.body.contains("/signin?next=/organizations"))
            #expect(browser.session == nil)
            for secret in [house.effects.newSecret(), "short"] {
                let dead = try await open().open("\(Self.proof)?token=\(secret)")
                #expect(dead.status == 410 && dead.state == "sign-up-dead" && dead.body.contains(Self.start))
            }
            #expect(try await open().get(Self.proof).status == 410)
        }
    }

    // WEB-08
    @Test func `a hostile name stays text (WEB-08)`() async throws {
        let house = try await PageHouse(organization: "<img src=x onerror=alert(1)>")
        try await house.domain(joining: .join)
        try await house.serve { open in
            let browser = open()
            let page = try await browser.get(Self.start)
            _ = try await browser.submit(page, Self.start, ["email": "ada@example.com"])
            let form = try await browser.open("\(Self.proof)?token=\(try await house.signUpToken())")
            #expect(form.state == "sign-up-new" && !form.body.contains("<img") && form.body.contains("&lt;img"))
        }
    }
}

extension PageHouse {
    /// Takes the letters that wait for whichever node asks.
    func notices() async throws -> [(to: String, notice: Notice)] {
        let now = clock.now
        let letters = try await store.write {
            try $0.claimLetters(100, lease: Lease(node: "reader", until: now + .days(365)), at: now)
        }
        return letters.compactMap { letter in
            if case .notice(let notice) = letter.content { (letter.recipient.typed, notice) } else { nil }
        }
    }

    /// The secret in the letter that waits.
    func signUpToken() async throws -> String {
        effects.secret(of: try #require(try await notices().last?.notice.link))
    }

    /// Domains that the organization does not admit from now on.
    func block(_ domains: [String]) async throws {
        let id = organization.id
        try await store.write { tx in
            guard var home = try tx.organization(id) else { return }
            home.settings.blockedDomains = domains
            try tx.change(home)
        }
    }
}
