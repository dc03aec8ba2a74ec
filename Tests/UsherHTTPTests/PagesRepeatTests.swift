import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// INV-01, CON-01: a repeat by the same person is a success on the pages, too: at once, later, and from another tab.
@Suite struct PagesRepeatTests {
    private static let password = "seven quiet pears"
    private static let target = "https://app.example.com/welcome"

    /// The state of the page that the form is sent from.
    enum Way: String, CaseIterable, Sendable { case A, B, C }

    private static let engines = Engine.available

    /// What a browser has that opened the invitation, and the page that it sees.
    private func open(_ way: Way, _ house: PageHouse, _ code: String, in browser: Browser) async throws -> Page {
        if way != .A {
            let ada = try await house.person("ada", password: Self.password)
            if way == .C { browser.session = try await house.session(of: ada) }
        }
        let page = try await browser.open("/auth?inv_code=\(code)")
        #expect(page.state == way.rawValue)
        return page
    }

    private static func fields(_ way: Way) -> [String: String] { way == .C ? [:] : ["password": password] }

    private func expectOnce(_ house: PageHouse, _ invitation: Invitation) async throws {
        #expect(try await house.role("ada") == .user)
        #expect(try await house.status(invitation) == .accepted)
        let subject = invitation.id.rawValue
        let entries = try await house.store.read { try $0.entries(about: subject, in: invitation.organization) }
        #expect(entries.count { $0.action == .invitationAccepted } == 1)
        let all = try await house.store.read { try $0.auditEntries(after: 0, through: .max, limit: 1000) }.map(\.action)
        #expect(all.count { $0 == "membership.created" } == 1)
    }

    @Test(arguments: engines, Way.allCases)
    func `CON-01 of one form sent twenty times at once every answer is a success, and one takes effect`(
        _ engine: Engine, _ way: Way
    ) async throws {
        let house = try await PageHouse(engine, quotas: .off)
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await self.open(way, house, code, in: browser)
            let old = browser.session
            let answers = try await withThrowingTaskGroup(of: (Page, Browser).self) { group in
                for _ in 0..<20 {
                    let twin = open()
                    twin.take(browser)
                    group.addTask { (try await twin.submit(page, "/invitation/accept", Self.fields(way)), twin) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let places = answers.map { "\($0.0.status) \($0.0.location ?? $0.0.state ?? "")" }
            let wanted = way == .C ? ["303 \(Self.target)", "303 /invitation"] : ["303 \(Self.target)"]
            #expect(places.allSatisfy { wanted.contains($0) }, "\(places)")
            #expect(places.contains("303 \(Self.target)"))
            // A browser shows the last answer: with the cookies of whoever joined, that is the way in.
            let joined = try #require(answers.first { $0.0.location == Self.target && $0.1.session != old }).1
            let shown = try await joined.get("/invitation")
            #expect(shown.status == 200 && shown.state == "F")
        }
        try await expectOnce(house, invitation)
    }

    @Test(arguments: engines, [Way.A, .B])
    func `CON-01 among twenty at once nobody gets in with another password`(_ engine: Engine, _ way: Way) async throws {
        let house = try await PageHouse(engine, quotas: .off)
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await self.open(way, house, code, in: browser)
            let wrong = open()
            wrong.take(browser)
            #expect(
                try await browser.submit(page, "/invitation/accept", Self.fields(way)).location == Self.target)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let fields = ["password": "another password"]
                        return try await wrong.submit(page, "/invitation/accept", fields).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 410 }, "\(statuses)")
            #expect(wrong.session == nil)
        }
        try await expectOnce(house, invitation)
    }

    @Test(arguments: engines, Way.allCases)
    func `a second tab of the same browser, and one with the cookies of before, see what became of it`(
        _ engine: Engine, _ way: Way
    ) async throws {
        let house = try await PageHouse(engine)
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await self.open(way, house, code, in: browser)
            let before = open()
            before.take(browser)
            _ = try await browser.submit(page, "/invitation/accept", Self.fields(way))
            let session = browser.session
            let second = try await browser.submit(page, "/invitation/accept", Self.fields(way))
            #expect(second.status == 303 && second.location == "/invitation" && second.cookies.isEmpty)
            #expect(try await browser.get("/invitation").state == "F")
            #expect(browser.session == session)
            let late = try await before.submit(page, "/invitation/accept", Self.fields(way))
            #expect(late.status == 303 && late.location == (way == .C ? "/invitation" : Self.target))
            #expect(try await before.get("/invitation").state == (way == .C ? "G" : "F"))
        }
        try await expectOnce(house, invitation)
    }

    // WEB-04
    @Test(arguments: engines, Way.allCases)
    func `without its token a form accepts nothing, and from elsewhere none is answered, taken or not (WEB-04)`(
        _ engine: Engine, _ way: Way
    ) async throws {
        let house = try await PageHouse(engine)
        let (invitation, code) = try await house.invite()
        try await house.serve { open in
            let browser = open()
            let page = try await self.open(way, house, code, in: browser)
            let fields = page.hidden(of: "/invitation/accept").merging(Self.fields(way)) { $1 }
            let elsewhere = ["Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example.org"]
            let (before, forged) = (open(), Self.fields(way).merging(["form_token": house.effects.newSecret()]) { $1 })
            before.take(browser)
            #expect(try await browser.post("/invitation/accept", fields, elsewhere).status == 403)
            #expect(try await browser.post("/invitation/accept", forged).status == 403)
            #expect(try await browser.post("/invitation/accept", Self.fields(way)).status == 403)
            #expect(try await house.status(invitation) == .pending)
            #expect(try await browser.post("/invitation/accept", fields).location == Self.target)
            for browser in [browser, before] {
                #expect(try await browser.post("/invitation/accept", fields, elsewhere).status == 403)
                let text = ["Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"]
                #expect(try await browser.post("/invitation/accept", fields, text).status == 415)
            }
        }
        try await expectOnce(house, invitation)
    }
}

extension Browser {
    /// Takes the cookies that another browser has now.
    fileprivate func take(_ other: Browser) {
        for name in ["session", "visit", "code"].map({ "__Host-usher_\($0)" }) {
            self[cookie: name] = other[cookie: name]
        }
    }
}
