import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// The pages by which people of a verified domain come in: AZ-13, INV-02, WEB-04.
@Suite struct PagesJoiningTests {
    @Test(arguments: Engine.available)
    func `who has an address at the domain joins by one press`(_ engine: Engine) async throws {
        let house = try await PageHouse(engine)
        try await house.domain(joining: .join, role: .admin)
        let ada = try await house.person("ada", password: "seven quiet pears")
        try await house.serve { open in
            let browser = open()
            let first = try await browser.get("/organizations")
            #expect(first.location == "/signin?next=/organizations")
            let signedIn = try await browser.submit(
                try await browser.get(first.location ?? ""), "/signin",
                ["email": "ada@example.com", "password": "seven quiet pears"])
            #expect(signedIn.location == "/organizations")
            let page = try await browser.get("/organizations")
            #expect(page.state == "open-join" && page.body.contains("Join Example"))
            // INV-02 and WEB-04: looking does nothing, nor does another site.
            for method in [HTTPRequest.Method.get, .head] { _ = try await browser.get("/organizations/join", method) }
            let fields = page.hidden(of: "/organizations/join")
            let cross = try await browser.post("/organizations/join", fields, ["Sec-Fetch-Site": "cross-site"])
            #expect(cross.status == 403)
            #expect(try await house.role("ada") == nil)
            let joined = try await browser.submit(page, "/organizations/join")
            #expect(joined.status == 200 && joined.state == "open-joined")
            #expect(try await browser.submit(page, "/organizations/join").location == "/organizations")
            #expect(try await browser.get("/organizations").state == "open-none")
        }
        #expect(try await house.role("ada") == .admin)
        #expect(ada.verifiedAt != nil)
    }

    @Test func `who may only ask is told what became of it, and an admin decides on a page`() async throws {
        let house = try await PageHouse()
        try await house.domain(joining: .request)
        let (ada, outsider) = (
            try await house.person("ada", password: nil), try await house.person("bob", password: nil)
        )
        try await house.serve { open in
            let browser = open()
            browser.session = try await house.session(of: ada)
            let page = try await browser.get("/organizations")
            #expect(page.state == "open-ask")
            #expect(try await browser.submit(page, "/organizations/join").location == "/organizations")
            let asked = try await browser.get("/organizations")
            #expect(asked.state == "open-asked")
            #expect(try await browser.submit(asked, "/organizations/withdraw").location == "/organizations")
            #expect(try await browser.get("/organizations").state == "open-ask")
            _ = try await browser.submit(page, "/organizations/join")
            let path = try #require(try await house.joiningPath(of: ada))
            #expect(try await browser.get(path).status == 404, "who asks does not decide")
            let other = open()
            other.session = try await house.session(of: outsider)
            #expect(try await other.get(path).status == 404)
            let boss = open()
            #expect(try await boss.get(path).location == "/signin?next=\(path)")
            boss.session = try await house.session(of: house.owner)
            let request = try await boss.get(path)
            #expect(request.state == "joining")
            for fact in ["ada@example.com", "Example", "User", "Approve", "Refuse"] {
                #expect(request.body.contains(fact), "\(fact)")
            }
            #expect(try await boss.submit(request, path + "/refuse").location == path)
            #expect(try await boss.get(path).state == "joining-refused")
            #expect(try await boss.submit(request, path + "/approve").location == path)
            #expect(try await boss.get(path).state == "joining-refused", "the first decision stands")
            #expect(try await browser.get("/organizations").state == "open-refused")
        }
        #expect(try await house.role("ada") == nil)
    }

    @Test func `approving on the page makes the member`() async throws {
        let house = try await PageHouse()
        try await house.domain(joining: .request)
        let ada = try await house.person("ada", password: nil)
        try await house.serve { open in
            let browser = open()
            browser.session = try await house.session(of: ada)
            _ = try await browser.submit(try await browser.get("/organizations"), "/organizations/join")
            let path = try #require(try await house.joiningPath(of: ada))
            let boss = open()
            boss.session = try await house.session(of: house.owner)
            let request = try await boss.get(path)
            let forged = try await boss.post(path + "/approve", ["form_token": "x"])
            #expect(forged.status == 403)
            #expect(try await house.role("ada") == nil)
            #expect(try await boss.submit(request, path + "/approve").location == path)
            #expect(try await boss.get(path).state == "joining-approved")
        }
        #expect(try await house.role("ada") == .user)
    }

    @Test(arguments: Engine.available)
    func `AZ-13 whose address is not proved, or of no such domain, sees nothing to join`(_ engine: Engine) async throws
    {
        let house = try await PageHouse(engine)
        try await house.domain(joining: .join, name: "example.org")
        let (ada, eve) = (
            try await house.person("ada", password: nil),
            try await house.person("eve", password: nil, isVerified: false)
        )
        try await house.serve { open in
            for person in [ada, eve] {
                let browser = open()
                browser.session = try await house.session(of: person)
                #expect(try await browser.get("/organizations").state == "open-none")
                #expect(try await browser.post("/organizations/join", ["form_token": "x"]).status == 403)
            }
        }
        #expect(try await house.role("ada") == nil)
    }
}

extension PageHouse {
    /// A verified domain, set by the owner.
    func domain(
        joining: OrganizationDomain.Joining, role: Role = .user, name: String = "example.com"
    ) async throws {
        let made = OrganizationDomain(
            id: Sample.id(), organization: organization.id, name: name, token: "token", joining: joining, role: role,
            inviter: .user(owner.id), createdAt: clock.now, updatedAt: clock.now)
        let now = clock.now
        try await store.write { tx in
            _ = try tx.add(made)
            _ = try tx.prove(made, at: now)
        }
    }

    func joiningPath(of user: User) async throws -> String? {
        let id = organization.id
        let request = try await store.read { try $0.lastJoinRequest(of: user.id, in: id) }
        return request.map { "/joining/\(id)/\($0.id)" }
    }
}
