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

/// What admins do with an invitation that was sent.
@Suite struct InvitationLifeTests {
    @Test(arguments: Engine.available)
    func `INV-12 a resend answers like the first letter, and 429 within a minute`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            _ = try await usher.invite(.to("ada@example.com"), to: organization)
            let id = try #require(try await house.invitations().first?.id.rawValue)
            house.clock.advance(by: .seconds(50))
            let path = "/api/invitation/\(id)/resend"
            let early = try await client.ask(.post, path, .asking(house.organization.id, key: key))
            #expect((early.status, early.code) == (429, "resend_too_soon"))
            #expect(early.headers[.retryAfter] == "10")
            #expect(house.desk.letters.count == 1)

            house.clock.advance(by: .seconds(10))
            let told = try await client.ask(.post, path, .asking(house.organization.id, key: key))
            #expect((told.status, told.body) == (204, ""))
            #expect(told.headers[.rateLimit] != nil)
            house.clock.advance(by: .minutes(1))
            #expect(try await usher.resendInvitation(id, of: organization, wait: false) == .underWay(id: id))
            house.clock.advance(by: .minutes(1))
            house.desk.say(.refused(code: 550, reason: "no"))
            for _ in 0..<2 {
                let error = await #expect(throws: UsherError.self) {
                    try await usher.resendInvitation(id, of: organization, idempotencyKey: "once")
                }
                #expect(error?.code.known == .recipientRefused)
            }
            #expect(house.desk.letters.count == 4)
        }
    }

    /// AZ-02, AZ-03.
    @Test(arguments: Engine.available)
    func `another organization's invitation is resent by nobody`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let other = try await house.organization(named: "Other")
        let (mine, theirs) = (try await house.key(), try await house.key(of: other))
        try await house.serve { client in
            _ = try await client.usher(.apiKey(mine)).invite(.to("x@example.com"), to: house.organization.id.rawValue)
            let id = try #require(try await house.invitations().first?.id)
            house.clock.advance(by: .minutes(2))
            for path in ["/api/invitation/\(id)/resend", "/api/invitation/\(Sample.id(Invitation.self))/resend"] {
                let told = try await client.ask(.post, path, .asking(other.id, key: theirs))
                #expect((told.status, told.code) == (404, "invitation_not_found"))
            }
        }
        #expect(house.desk.letters.count == 1)
    }

    @Test func `one invitation comes with its timeline, and lists say what was added`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            var body = CreateInvitation.to("ada@example.com")
            (body.message, body.name, body.metadata) = ("Hello\nAda", "Ada", ["team": "42"])
            body.expiresIn = 7200
            _ = try await usher.invite(body, to: organization)
            let listed = try #require(try await usher.invitations(of: organization).elements.first)
            #expect((listed.message, listed.name, listed.metadata) == ("Hello\nAda", "Ada", ["team": "42"]))
            #expect(listed.expiresAt == APITime(milliseconds: (house.clock.now + .hours(2)).milliseconds))
            #expect(listed.inviter.userID == nil && listed.inviter.keyID != nil)
            let details = try await usher.invitationDetails(listed.id, of: organization)
            #expect(details.invitation == listed)
            #expect(details.timeline.map(\.kind) == ["created"])
            #expect(details.next.code == "wait_for_delivery")
            #expect(try await usher.invitation(listed.id, of: organization) == listed)
        }
    }

    @Test(arguments: [
        ["message": "7"], ["message": "\"\\u202e\""], ["metadata": "[]"], ["metadata": #"{"a":1}"#],
        ["metadata": #"{"":"x"}"#], ["metadata": "{\"\(String(repeating: "k", count: 41))\":\"x\"}"],
        ["metadata": "{\"k\":\"\(String(repeating: "v", count: 4096))\"}"], ["name": "\"a\\nb\""],
        ["expires_in": "3599"], ["expires_in": "7776001"], ["expires_in": "\"3600\""], ["expires_in": "-1"],
        ["expires_at": "\"2020-01-01T00:00:00Z\""], ["expires_in": "3600", "expires_at": "\"2027-02-01T00:00:00Z\""],
    ])
    func `what cannot be added is refused with its place`(_ changes: [String: String]) async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let told = try await house.serve { client in
            try await client.ask(.post, "/api/invitation", fields, body: invitationJSON(changes))
        }
        #expect((told.status, told.code) == (400, "invalid_body"))
        #expect(changes.keys.contains { told.problem?.errors?.first?.pointer == "/\($0)" })
        #expect(house.desk.letters.isEmpty)
    }

    /// AZ-16: a cursor is of one filter, and the client pages through all.
    @Test(arguments: Engine.available)
    func `AZ-16 cursors belong to their filter, and all pages make the list`(_ engine: Engine) async throws {
        let house = try await House(engine, quotas: .off)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            for index in 0..<7 {
                _ = try await usher.invite(.to("ada+\(index)@example.com", role: index % 2), to: organization)
            }
            let filter = InvitationFilter(statuses: ["pending", "expired"], role: 0)
            let page = try await usher.invitations(of: organization, matching: filter, limit: 2)
            let cursor = try #require(page.next)
            for other in [InvitationFilter(), InvitationFilter(statuses: ["pending"], role: 0)] {
                let error = await #expect(throws: UsherError.self) {
                    try await usher.invitations(of: organization, matching: other, after: cursor)
                }
                #expect(error?.code.known == .invalidQuery)
            }
            var seen: [String] = []
            for try await found in usher.allInvitations(of: organization, matching: filter, pageSize: 2) {
                seen.append(found.email ?? "")
            }
            #expect(seen == [6, 4, 2, 0].map { "ada+\($0)@example.com" })
            let one = InvitationFilter(email: "ADA+3@example.com")
            #expect(try await usher.invitations(of: organization, matching: one).elements.map(\.role) == [1])
            let path = "/api/invitations/\(organization)"
            for query in ["role=3", "role=x", "delivery=lost", "email=x", "inviter=x", "role=1&role=1"] {
                let told = try await client.ask(
                    .get, "\(path)?\(query)", .asking(house.organization.id, key: key))
                #expect((told.status, told.code) == (400, "invalid_query"), "\(query)")
            }
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-10 an edit answers with the invitation, and refuses what it does not know`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            var body = CreateInvitation.to("ada@example.com", scopes: ["GET /api/auth/me"])
            body.message = "Hello"
            _ = try await usher.invite(body, to: organization)
            let id = try #require(try await house.invitations().first?.id.rawValue)
            var edit = EditInvitation()
            (edit.role, edit.message, edit.scopes, edit.expiresIn) = (1, .some(nil), .some(nil), 3600)
            edit.metadata = ["a": "b"]
            let edited = try await usher.editInvitation(id, edit, of: organization)
            #expect((edited.role, edited.message, edited.scopes, edited.metadata) == (1, nil, nil, ["a": "b"]))
            #expect(try await usher.invitation(id, of: organization) == edited)
            let before = try await house.invitations()
            let bad = [
                #"{"id":"x"}"#, #"{"organization_id":"x"}"#, #"{"status":"accepted"}"#, #"{"email":"x@example.com"}"#,
                #"{"created_at":"2020-01-01T00:00:00Z"}"#, #"{"code_hash":"x"}"#, #"{"generation":2}"#,
                #"{"inviter":"x"}"#, #"{"user_role":0}"#, #"{"role":null}"#, #"{"redirect_uri":null}"#,
            ]
            for text in bad {
                let told = try await client.ask(
                    .patch, "/api/invitation/\(id)", .asking(house.organization.id, key: key), body: text)
                #expect((told.status, told.code) == (400, "invalid_body"), "\(text)")
            }
            for text in [#"{"role":3}"#, #"{"role":"1"}"#] {
                let told = try await client.ask(
                    .patch, "/api/invitation/\(id)", .asking(house.organization.id, key: key), body: text)
                #expect((told.status, told.code) == (400, "invalid_role"), "\(text)")
            }
            #expect(try await house.invitations() == before)
        }
    }

    @Test func `many are withdrawn by a filter, and all only when it is said`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            for index in 0..<4 {
                _ = try await usher.invite(.to("a\(index)@example.com", role: index % 2), to: organization)
            }
            let fields = HTTPFields.asking(house.organization.id, key: key)
            for text in ["{}", #"{"all":false}"#, #"{"status":"lost"}"#, #"{"ids":["x"]}"#, #"{"everything":true}"#] {
                let told = try await client.ask(.post, "/api/invitation/revoke", fields, body: text)
                #expect((told.status, told.code) == (400, "invalid_body"), "\(text)")
            }
            let some = try await usher.revokeInvitations(of: organization, matching: InvitationFilter(role: 1))
            #expect(some == RevokedInvitations(revoked: 2, more: false))
            let nothing = InvitationFilter(statuses: ["accepted"])
            #expect(try await usher.revokeInvitations(of: organization, matching: nothing).revoked == 0)
            let role = try await usher.createRole(
                CreateCustomRole(name: "Reader", permissions: ["invitation": ["read"]]), of: organization)
            var reader = CreateInvitation.to("reader@example.com")
            reader.roleID = role.id
            _ = try await usher.invite(reader, to: organization)
            let readers = InvitationFilter(statuses: ["pending"], roleID: role.id)
            #expect(try await usher.revokeInvitations(of: organization, matching: readers).revoked == 1)
            #expect(try await usher.invitations(of: organization, statuses: ["pending"]).elements.count == 2)
            #expect(try await usher.revokeAllInvitations(of: organization).revoked == 2)
            #expect(try await usher.invitations(of: organization, statuses: ["pending"]).elements.isEmpty)
        }
    }

    @Test func `an approval answers 204, twice too`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            _ = try await usher.invite(.to("ada@example.com"), to: organization)
            let found = try #require(try await house.invitations().first)
            let now = house.clock.now
            _ = try await house.store.write { try $0.needApproval(found.id, in: found.organization, at: now) }
            #expect(try await usher.invitationDetails(found.id.rawValue, of: organization).next.code == "approve")
            #expect(try await usher.approveInvitation(found.id.rawValue, of: organization) == .sent)
            #expect(try await usher.approveInvitation(found.id.rawValue, of: organization) == .sent)
            #expect(try await usher.invitation(found.id.rawValue, of: organization).status == "pending")
        }
    }

    @Test(arguments: Engine.available)
    func `INV-30 a code tells name, masked address, role and time, and nothing else`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            _ = try await client.usher(.apiKey(key)).invite(.to("ada@example.com", role: 1), to: organization)
            let found = try #require(try await house.invitations().first)
            let code = house.effects.code(of: found.id, generation: 1)
            let told = try await client.ask(.post, "/api/invitation/lookup", body: "{\"code\":\"\(code)\"}")
            #expect(told.status == 200)
            for secret in ["ada", found.id.rawValue, organization, code, "app.example.com", "owner"] {
                #expect(!told.body.contains(secret), "\(secret)")
            }
            let nobody = client.usher(.none)
            let offer = try await nobody.lookUpInvitation(code: code)
            #expect((offer.organization, offer.email, offer.role) == ("Example", "a•••@example.com", 1))
            let open = try await client.ask(
                .get, "/api/invitation/\(found.id)", .asking(house.organization.id, key: key))
            #expect(open.body.contains(#""decline_reason":null"#))
            try await nobody.declineInvitation(code: code, reason: "no, thanks", report: true)
            let admin = client.usher(.apiKey(key))
            #expect(
                try await admin.invitationDetails(found.id.rawValue, of: organization).invitation.declineReason
                    == "no, thanks")
            let listed = try await admin.invitations(of: organization, statuses: ["declined"]).elements
            #expect(listed.map(\.declineReason) == ["no, thanks"])
            let gone = try await client.ask(.post, "/api/invitation/lookup", body: "{\"code\":\"\(code)\"}")
            #expect((gone.status, gone.code) == (410, "invitation_ended"))
            #expect(!gone.body.contains("Example"))
            for text in [
                "{}", #"{"code":7}"#, "{\"code\":\"\(code)\",\"reason\":\"\(String(repeating: "x", count: 501))\"}",
            ] {
                let bad = try await client.ask(.post, "/api/invitation/decline", body: text)
                #expect((bad.status, bad.code) == (400, "invalid_body"))
            }
            let error = await #expect(throws: UsherError.self) {
                try await client.usher(.apiKey(key)).invite(.to("ada@example.com"), to: organization)
            }
            #expect(error?.code.known == .recipientSuppressed)
        }
    }

    @Test(arguments: Engine.available)
    func `INV-05 the invited person's own list, acceptance and refusal`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        let (ada, ben) = (Sample.user("ada"), Sample.user("ben"))
        try await house.store.write { tx in
            _ = try tx.add(ada, passwordHash: nil)
            _ = try tx.add(ben, passwordHash: nil)
        }
        let (hers, his) = (try await house.session(of: ada), try await house.session(of: ben))
        try await house.serve { client in
            let admin = client.usher(.apiKey(key))
            for local in ["ada", "ben"] { _ = try await admin.invite(.to("\(local)@example.com"), to: organization) }
            let (first, second) = (client.usher(.session(hers)), client.usher(.session(his)))
            let mine = try #require(try await first.ownInvitations().first)
            #expect((mine.organization, mine.organizationID, mine.role) == ("Example", organization, 0))
            let joined = try await first.acceptOwnInvitation(mine.id)
            #expect((joined.organizationID, joined.redirectURI) == (organization, "https://app.example.com/welcome"))
            #expect(try await first.me().userOrgs.map(\.organizationID) == [organization])
            #expect(try await first.ownInvitations().isEmpty)
            let error = await #expect(throws: UsherError.self) { try await second.acceptOwnInvitation(mine.id) }
            #expect(error?.code.known == .invitationNotFound)
            let other = try #require(try await second.ownInvitations().first)
            try await second.declineOwnInvitation(other.id, reason: "no")
            let ended = await #expect(throws: UsherError.self) { try await second.acceptOwnInvitation(other.id) }
            #expect(ended?.code.known == .invitationEnded)
            let theirKey = try await house.key(user: ada)
            let refused = await #expect(throws: UsherError.self) {
                try await client.usher(.apiKey(theirKey)).acceptOwnInvitation(mine.id)
            }
            #expect(refused?.code.known == .sessionRequired)
            #expect(refused?.status == 403)
        }
    }
}
