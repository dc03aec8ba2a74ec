import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit
import UsherUseCases

@testable import UsherHTTP

/// The frozen call and its neighbours, through the published client where it can ask.
@Suite struct InvitationTests {
    @Test func `204 when the relay took the letter, with limits and nothing else`() async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let told = try await house.serve { try await $0.ask(.post, "/api/invitation", fields, body: invitationJSON()) }
        #expect(told.status == 204)
        #expect(told.body.isEmpty)
        #expect(told.headers[.contentType] == nil)
        #expect(told.headers[.contentLength] == nil)
        #expect(told.headers[.rateLimit]?.hasPrefix("\"actor\";r=499;t=") == true)
        #expect(told.headers[.rateLimitPolicy]?.contains("\"recipient\";q=20;w=86400") == true)
        let made = try #require(try await house.invitations().first)
        #expect((made.email.typed, made.role, made.status) == ("ada@example.com", .user, .pending))
        #expect(made.redirectURI.text == "https://app.example.com/welcome")
    }

    @Test func `400 when the relay refused, 202 when it said nothing yet`() async throws {
        let house = try await House()
        let client = try await house.key()
        let organization = house.organization.id.rawValue
        try await house.serve { http in
            let usher = http.usher(.apiKey(client))
            house.desk.say(.refused(code: 550, reason: "no such user"))
            let error = await #expect(throws: UsherError.self) {
                try await usher.invite(.to("a@example.com"), to: organization)
            }
            #expect(error?.status == 400)
            #expect(error?.code == UsherError.Code(.recipientRefused))
            #expect(error?.message.contains("550") == true)
            house.desk.say(.delayed(until: house.clock.now, code: 450, reason: "later"))
            let outcome = try await usher.invite(.to("b@example.com"), to: organization)
            let page = try await usher.invitations(of: organization)
            let id = try #require(page.elements.first { $0.email == "b@example.com" }?.id)
            #expect(outcome == .underWay(id: id))
        }
    }

    @Test func `202 at once when the client prefers not to wait`() async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        try await house.serve { client in
            let told = try await client.ask(
                .post, "/api/invitation", fields.with(.prefer, "respond-async"), body: invitationJSON())
            #expect(told.status == 202)
            #expect(told.headers[.preferenceApplied] == "respond-async")
            let location = try #require(told.headers[.location])
            let found = try await client.ask(.get, location, fields)
            #expect(found.status == 200)
            #expect(found.body.contains("\"email\":\"ada@example.com\""))
            for junk in ["junk", "wait=x", String(repeating: "p,", count: 5000)] {
                let body = invitationJSON(["email": "\"x\(junk.count)@example.com\""])
                let told = try await client.ask(.post, "/api/invitation", fields.with(.prefer, junk), body: body)
                #expect(told.status == 204)
            }
        }
    }

    @Test func `scopes and locale are kept, and space around the address is not`() async throws {
        let house = try await House()
        let key = try await house.key()
        try await house.serve { client in
            var invitation = CreateInvitation.to("  Ada@Example.com ", role: 1, scopes: ["POST /api/invitation"])
            invitation.locale = "de-at"
            invitation.organizationID = house.organization.id.rawValue.uppercased()
            let outcome = try await client.usher(.apiKey(key)).invite(invitation, to: house.organization.id.rawValue)
            #expect(outcome == .sent)
        }
        let made = try #require(try await house.invitations().first)
        #expect(made.email.canonical == "ada@example.com")
        #expect(made.email.typed == "Ada@Example.com")
        #expect((made.role, made.scopes?.routes, made.locale) == (.admin, ["POST /api/invitation"], "de-AT"))
    }

    /// AUT-05, VAL-01.
    @Test(
        arguments: [
            ("email", "[\"a@example.com\"]", "invalid_body", "wrong_type"),
            ("email", "{}", "invalid_body", "wrong_type"),
            ("email", "7", "invalid_body", "wrong_type"), ("email", "null", "invalid_body", "wrong_type"),
            ("email", "", "invalid_body", "missing"), ("email", "\"nobody\"", "invalid_email", nil),
            ("email", "\"a@b.example,c@d.example\"", "invalid_email", nil),
            ("user_role", "", "invalid_body", "missing"),
            ("app_url", "\"javascript:alert(1)\"", "invalid_url", nil),
            ("app_url", "\"//example.com\"", "invalid_url", nil),
            ("redirect_uri", "\"https://evil.example\"", "origin_not_allowed", nil),
            ("organization_id", "\"x\"", "invalid_body", "malformed"),
            ("organization_id", "7", "invalid_body", "wrong_type"),
            ("scopes", "\"x\"", "invalid_body", "wrong_type"), ("scopes", "[7]", "invalid_body", "wrong_type"),
            ("scopes", "[\"nonsense\"]", "invalid_body", "malformed"),
            ("locale", "\"nonsense!\"", "invalid_body", "malformed"),
        ] as [(String, String, String, String?)])
    func `a member that is wrong is named, and nothing is sent`(
        _ member: String, _ value: String, _ code: String, _ kind: String?
    ) async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let told = try await house.serve {
            try await $0.ask(.post, "/api/invitation", fields, body: invitationJSON([member: value]))
        }
        #expect((told.status, told.code) == (400, code))
        #expect(told.problem?.message == told.problem?.detail)
        if let kind { #expect(told.problem?.errors == [Problem.Item(pointer: "/\(member)", code: kind)]) }
        #expect(house.desk.letters.isEmpty)
        #expect(try await house.invitations().isEmpty)
    }

    /// INV-15, CON-08.
    @Test(arguments: Engine.available)
    func `of many invitations to one address one is made and one letter sent`(_ engine: Engine) async throws {
        let house = try await House(engine, quotas: .off)
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let spellings = ["ada@example.com", "Ada@Example.COM", "ADA@EXAMPLE.com", " ada@example.com "]
        let statuses = try await house.serve { client in
            try await withThrowingTaskGroup(of: Told.self) { group in
                for number in 0..<50 {
                    let body = invitationJSON(["email": "\"\(spellings[number % spellings.count])\""])
                    group.addTask { try await client.ask(.post, "/api/invitation", fields, body: body) }
                }
                return try await group.reduce(into: []) { $0.append($1.code ?? "\($1.status)") }
            }
        }
        #expect(statuses.filter { $0 == "204" }.count == 1)
        #expect(statuses.filter { $0 == "already_invited" }.count == 49)
        #expect(try await house.invitations().count == 1)
        #expect(house.desk.letters.count == 1)
    }

    @Test func `an invitation is listed, revoked, and gone from the list`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            _ = try await usher.invite(.to("ada@example.com"), to: organization)
            let listed = try #require(try await usher.invitations(of: organization).elements.first)
            #expect((listed.email, listed.used, listed.status) == ("ada@example.com", false, "pending"))
            #expect(try await usher.invitation(listed.id, of: organization) == listed)
            try await usher.revokeInvitation(listed.id, of: organization)
            try await usher.revokeInvitation(listed.id, of: organization)
            #expect(try await usher.invitations(of: organization).elements.isEmpty)
            let revoked = try await usher.invitations(of: organization, statuses: ["revoked"])
            #expect(revoked.elements.map(\.id) == [listed.id])
            #expect(try await usher.invitation(listed.id, of: organization).status == "revoked")
            // The address is free again.
            #expect(try await usher.invite(.to("ada@example.com"), to: organization) == .sent)
        }
    }

    @Test func `a list is walked page by page, newest first`() async throws {
        let house = try await House(quotas: .off)
        let (key, organization) = (try await house.key(), house.organization.id)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            for number in 0..<7 {
                _ = try await usher.invite(.to("p\(number)@example.com"), to: organization.rawValue)
                house.clock.advance(by: .milliseconds(number % 2))
            }
            var (seen, cursor, pages): ([String], String?, Int) = ([], nil, 0)
            repeat {
                let page = try await usher.invitations(of: organization.rawValue, limit: 3, after: cursor)
                seen += page.elements.compactMap(\.email)
                (cursor, pages) = (page.next, pages + 1)
            } while cursor != nil && pages < 10
            #expect(pages == 3)
            #expect(Set(seen).count == 7)
            #expect(seen.first == "p6@example.com")
            let older = try await client.ask(
                .get, "/api/invitation/\(organization)", .asking(organization, key: key))
            #expect(older.status == 200)
        }
    }

    /// AZ-16, VAL-11, VAL-15.
    @Test(
        arguments: Engine.available,
        [
            "limit=0", "limit=-1", "limit=1001", "limit=9223372036854775808", "limit=1.5", "limit=", "limit=%2B5",
            "status=nonsense", "status=", "status=pending,", "sort=id", "q='%20OR%201=1", "cursor=x", "cursor=",
            "limit=5&limit=6",
        ])
    func `AZ-16 a query that is not understood is refused`(_ engine: Engine, _ query: String) async throws {
        let house = try await House(engine)
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let told = try await house.serve {
            try await $0.ask(.get, "/api/invitations/\(house.organization.id)?\(query)", fields)
        }
        #expect((told.status, told.code) == (400, "invalid_query"))
        #expect(told.problem?.errors?.isEmpty == false)
    }

    @Test func `a limit that is used up answers 429 and says when`() async throws {
        var quotas = Quotas.off
        quotas.actor = Quota(.actor, 2, per: .hours(1))
        let house = try await House(quotas: quotas)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            for number in 0..<2 { _ = try await usher.invite(.to("p\(number)@example.com"), to: organization) }
            let error = await #expect(throws: UsherError.self) {
                try await usher.invite(.to("late@example.com"), to: organization)
            }
            #expect(error?.code.known == .limited)
            #expect((error?.retryAfter ?? .zero) > .zero)
        }
        #expect(house.desk.letters.count == 2)
    }

    @Test func `an organization and a key of it are made by a person`() async throws {
        let house = try await House()
        let session = try await house.session(of: house.owner)
        try await house.serve { client in
            let usher = client.usher(.session(session))
            let made = try await usher.createOrganization(named: " New house ")
            #expect((made.name, made.deleted, made.registerable) == ("New house", 0, false))
            let key = try await usher.createAPIKey(CreateAPIKey(name: "ci", role: 1), of: made.id)
            #expect(APIKeyText.isWellFormed(key.apiKey))
            // A new organization allows no origin beside the server's own.
            let refused = await #expect(throws: UsherError.self) {
                try await client.usher(.apiKey(key.apiKey)).invite(.to("x@example.com"), to: made.id)
            }
            #expect(refused?.code.known == .originNotAllowed)
            let late = await #expect(throws: UsherError.self) {
                try await usher.createAPIKey(
                    CreateAPIKey(name: "ci", role: 1, expiresAt: APITime(milliseconds: 0)), of: made.id)
            }
            #expect(late?.problems.map(\.code) == ["out_of_range"])
        }
    }
}
