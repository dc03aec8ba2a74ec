import HTTPTypes
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// The page of an offer of ownership: who offers what, each state, and that looking takes nothing.
@Suite struct PagesOwnershipTests {
    private struct Offered {
        let house: PageHouse
        let member: User
        let path: String
        let transfer: OwnershipTransfer

        init() async throws {
            house = try await PageHouse()
            member = try await house.person("member", password: "the member's own password")
            let (id, user) = (house.organization.id, member.id)
            try await house.store.write { _ = try $0.add(Sample.membership(user, id), from: nil) }
            transfer = try await house.useCases.members.offerOwnership(
                of: id, to: .success(user), as: try await Self.caller(house.owner, house),
                facts: RequestFacts(id: "r", peer: "p"))
            path = "/ownership/\(id)/\(transfer.id)"
        }

        static func caller(_ user: User, _ house: PageHouse) async throws -> Caller {
            .session(user: user.id, hash: house.effects.hash(try await house.session(of: user)))
        }
    }

    @Test func `the letter leads to the page, signing in leads back, and the button takes it`() async throws {
        let offered = try await Offered()
        let (house, path) = (offered.house, offered.path)
        guard case .notice(let notice)? = house.post.letters.last?.content else {
            Issue.record("no letter")
            return
        }
        #expect(notice.path == path)
        try await house.serve { open in
            let browser = open()
            let first = try await browser.get(path)
            #expect(first.location == "/signin?next=\(path)")
            let signIn = try await browser.get(first.location ?? "")
            let signedIn = try await browser.submit(
                signIn, "/signin", ["email": "member@example.com", "password": "the member's own password"])
            #expect(signedIn.location == path)
            let page = try await browser.get(path)
            #expect(page.status == 200 && page.state == "ownership")
            for fact in ["Olga Owner", "owner@example.com", "Example", "Accept ownership", "Decline", "Owner", "User"] {
                #expect(page.body.contains(fact), "\(fact)")
            }
            for method in [HTTPRequest.Method.get, .head, .options] {
                _ = try await browser.get(path + "/accept", method)
            }
            let forged = try await browser.post(path + "/accept", ["form_token": "x"])
            #expect(forged.status == 403)
            let cross = try await browser.post(
                path + "/accept", page.hidden(of: path + "/accept"), ["Sec-Fetch-Site": "cross-site"])
            #expect(cross.status == 403)
            #expect(try await house.role("member") == .user, "nothing but the button takes it")
            let taken = try await browser.submit(page, path + "/accept")
            #expect(taken.location == path)
            #expect(try await browser.get(path).state == "ownership-accepted")
            let twice = try await browser.submit(page, path + "/decline")
            #expect(twice.location == path)
            #expect(try await browser.get(path).state == "ownership-accepted")
        }
        #expect(try await house.role("member") == .owner)
        #expect(try await house.role("owner") == .admin)
    }

    @Test func `declined, withdrawn, expired and unknown offers say so, and nothing changes`() async throws {
        for (ending, state, status) in [
            ("decline", "ownership-declined", 200), ("withdraw", "ownership-withdrawn", 410),
            ("expire", "ownership-expired", 410), ("unknown", "ownership-unknown", 404),
        ] {
            let offered = try await Offered()
            let (house, path) = (offered.house, offered.path)
            let owner = try await Offered.caller(house.owner, house)
            try await house.serve { open in
                let browser = open()
                browser.session = try await house.session(of: offered.member)
                let page = try await browser.get(path)
                var asked = path
                switch ending {
                case "decline": _ = try await browser.submit(page, path + "/decline")
                case "withdraw":
                    try await house.useCases.members.cancelOwnership(
                        house.organization.id, as: owner, facts: RequestFacts(id: "r", peer: "p"))
                case "expire":
                    house.clock.advance(by: OwnershipTransfer.lifetime)
                    // The session ended meanwhile, too.
                    browser.session = try await house.session(of: offered.member)
                default: asked = "/ownership/\(house.organization.id)/\(house.organization.id)"
                }
                let told = try await browser.get(asked)
                #expect(told.state == state && told.status == status, "\(ending): \(told.status)")
                // From a page that was open before.
                if ending != "unknown" { _ = try await browser.submit(page, path + "/accept") }
            }
            #expect(try await house.role("member") == .user, "\(ending)")
        }
    }

    @Test func `an old page does not take a newer offer`() async throws {
        let offered = try await Offered()
        let (house, path) = (offered.house, offered.path)
        let owner = try await Offered.caller(house.owner, house)
        let facts = RequestFacts(id: "r", peer: "p")
        try await house.serve { open in
            let browser = open()
            browser.session = try await house.session(of: offered.member)
            let page = try await browser.get(path)
            try await house.useCases.members.cancelOwnership(house.organization.id, as: owner, facts: facts)
            _ = try await house.useCases.members.offerOwnership(
                of: house.organization.id, to: .success(offered.member.id), as: owner, facts: facts)
            _ = try await browser.submit(page, path + "/accept")
            #expect(try await browser.get(path).state == "ownership-withdrawn")
        }
        #expect(try await house.role("member") == .user)
    }

    @Test func `AZ-09 who is not meant learns nothing, and can switch accounts`() async throws {
        let offered = try await Offered()
        let (house, path) = (offered.house, offered.path)
        let outsider = try await house.person("outsider", password: nil)
        try await house.serve { open in
            for person in [outsider, house.owner] {
                let browser = open()
                browser.session = try await house.session(of: person)
                let page = try await browser.get(path)
                #expect(page.status == 403 && page.state == "ownership-other")
                #expect(!page.body.contains("member@example.com") && !page.body.contains("Olga"))
                let out = try await browser.submit(page, "/signout")
                #expect(out.location == path)
            }
            let nobody = try await open().get("/ownership/x/y")
            #expect(nobody.status == 404)
        }
    }
}
