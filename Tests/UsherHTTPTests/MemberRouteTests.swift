import Foundation
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

/// Members, keys, settings and organizations, as they are on the wire.
@Suite struct MemberRouteTests {
    private func json(_ told: Told) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(told.body.utf8), options: .fragmentsAllowed)
    }

    private func object(_ told: Told) throws -> [String: Any] { try #require(try json(told) as? [String: Any]) }

    private func list(_ told: Told) throws -> [[String: Any]] { try #require(try json(told) as? [[String: Any]]) }

    // MARK: Members

    @Test func `members are listed as the clients of this API family read them, and tell of this organization only`()
        async throws
    {
        let house = try await House()
        let other = try await house.organization(named: "Other")
        let ada = try await house.member("ada", role: .admin)
        let elsewhere = Sample.membership(ada.id, other.id, role: .owner)
        try await house.store.write { _ = try $0.add(elsewhere, from: nil) }
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key(.admin))
        let path = "/api/organization/users/\(house.organization.id)"
        let told = try await house.serve { try await $0.ask(.get, path, fields) }
        #expect(told.status == 200)
        let users = try list(told)
        #expect(users.count == 2)
        #expect(users.allSatisfy { Set($0.keys) == ["id", "name", "email", "created_at", "user_orgs", "orgs"] })
        let memberships = users.flatMap { $0["user_orgs"] as? [[String: Any]] ?? [] }
        #expect(memberships.count == 2)
        #expect(
            memberships.allSatisfy {
                Set($0.keys) == [
                    "id", "user_id", "organization_id", "role", "custom_role", "scopes", "ends_at", "metadata",
                    "created_at",
                    "updated_at",
                ] && $0["organization_id"] as? String == house.organization.id.rawValue
            })
        #expect(!told.body.contains(other.id.rawValue))
    }

    @Test func `the client reads all pages, with filters, and refuses no character of a search`() async throws {
        let house = try await House()
        for index in 0..<12 { _ = try await house.member("m\(index)", role: index.isMultiple(of: 3) ? .admin : .user) }
        let (id, key) = (house.organization.id.rawValue, try await house.key())
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            var seen: [String] = []
            for try await member in usher.members(of: id, pageSize: 5) { seen.append(member.email) }
            #expect(seen.count == 13)
            #expect(Set(seen).count == 13)
            var admins = 0
            for try await _ in usher.members(of: id, filter: MemberFilter(role: 1), pageSize: 2) { admins += 1 }
            #expect(admins == 4)
            let page = try await usher.memberPage(of: id, filter: MemberFilter(search: "m1"))
            #expect(page.elements.count == 3)
            #expect(page.next == nil)
            let odd = MemberFilter(search: "a&b=c+d%20é #?", joinedAfter: APITime(milliseconds: 0))
            #expect(try await usher.memberPage(of: id, filter: odd).elements.isEmpty)
        }
    }

    /// AZ-16.
    @Test(arguments: [
        "limit=0", "limit=1001", "limit=x", "cursor=x", "role=3", "role=admin", "search=", "search=%20",
        "joined_after=yesterday", "limit=1&limit=2", "order=name", "cursor=1.019ad3c0-0000-7000-8000-000000000001.x",
    ])
    func `a query that is not understood is refused, and named`(_ query: String) async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let path = "/api/organization/users/\(house.organization.id)?\(query)"
        let told = try await house.serve { try await $0.ask(.get, path, fields) }
        #expect((told.status, told.code) == (400, "invalid_query"))
        #expect(told.problem?.errors?.first?.pointer == query.split(separator: "=").first.map(String.init))
    }

    @Test(arguments: Engine.available)
    func `AZ-03 AZ-16 a cursor of another organization is none`(_ engine: Engine) async throws {
        let house = try await House(engine)
        for index in 0..<3 { _ = try await house.member("m\(index)", role: .user) }
        let other = try await house.organization(named: "Other")
        let (mine, theirs) = (try await house.key(), try await house.key(of: other))
        try await house.serve { client in
            let page = try await client.usher(.apiKey(mine)).memberPage(of: house.organization.id.rawValue, limit: 2)
            let cursor = try #require(page.next)
            let told = try await client.ask(
                .get, "/api/organization/users/\(other.id)?cursor=\(cursor)", .asking(other.id, key: theirs))
            #expect((told.status, told.code) == (400, "invalid_query"))
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-09 the last owner is refused with 400, and others are changed with 204`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let (key, ada) = (try await house.key(), try await house.member("ada", role: .user))
        let owner = try await house.session(of: house.owner)
        let fields = HTTPFields.asking(house.organization.id, key: key)
        let mine = HTTPFields.asking(house.organization.id, session: owner)
        try await house.serve { client in
            let demote = try await client.ask(.put, "/api/user", mine, body: #"{"role":1}"#)
            #expect((demote.status, demote.code) == (400, "last_owner"))
            let path = "/api/organization/\(house.organization.id)/user/\(house.owner.id)"
            let leave = try await client.ask(.delete, path, mine)
            #expect((leave.status, leave.code) == (400, "last_owner"))
            let body = #"{"user_id":"\#(ada.id)","role":2,"organization_id":"\#(house.organization.id)"}"#
            let promoted = try await client.ask(.put, "/api/user", fields, body: body)
            #expect((promoted.status, promoted.body) == (204, ""))
            #expect(try await client.ask(.delete, path, mine).status == 204)
            #expect(try await client.ask(.get, "/api/auth/me", [.cookie: "usher_session=\(owner)"]).status == 200)
            let gone = try await client.ask(.put, "/api/user", mine, body: #"{"role":1}"#)
            #expect((gone.status, gone.code) == (403, "not_a_member"))
        }
    }

    /// AZ-02, AZ-10, AZ-21.
    @Test(
        arguments: Engine.available,
        [
            (#"{"user_id":"x"}"#, "invalid_body"), (#"{"role":3}"#, "invalid_role"), (#"{"role":"1"}"#, "invalid_role"),
            (#"{"scopes":"GET /x"}"#, "invalid_body"), (#"{"ends_at":"soon"}"#, "invalid_body"),
            (#"{"ends_at":"2020-01-01T00:00:00Z","user_id":"ADA"}"#, "invalid_body"),
            (#"{"email":"x"}"#, "invalid_body"),
            (#"{"id":"x","user_id":"ADA"}"#, "invalid_body"), ("[]", "invalid_body"), ("", "invalid_body"),
            (#"{"user_id":"ADA","organization_id":"019ad3c0-0000-7000-8000-000000000001"}"#, "organization_mismatch"),
            (#"{"user_id":"FOREIGN","role":0}"#, "member_not_found"),
            (#"{"user_id":"019ad3c0-0000-7000-8000-000000000001","role":0}"#, "member_not_found"),
        ])
    func `AZ-02 AZ-10 a change that is no good changes nothing`(
        _ engine: Engine, _ one: (body: String, code: String)
    ) async throws {
        let (body, code) = one
        let house = try await House(engine)
        let (key, ada) = (try await house.key(), try await house.member("ada", role: .user))
        let other = try await house.organization(named: "Other")
        let foreign = try await house.member("foreign", role: .admin, of: other)
        let fields = HTTPFields.asking(house.organization.id, key: key)
        let text = body.replacing("ADA", with: ada.id.rawValue).replacing("FOREIGN", with: foreign.id.rawValue)
        let told = try await house.serve { try await $0.ask(.put, "/api/user", fields, body: text) }
        #expect((told.status, told.code) == (code == "member_not_found" ? 404 : 400, code))
        let (id, their) = (house.organization.id, other.id)
        #expect(try await house.store.read { try $0.membership(of: ada.id, in: id)?.role } == .user)
        #expect(try await house.store.read { try $0.membership(of: foreign.id, in: their)?.role } == .admin)
    }

    @Test func `scopes and end are set, kept and cleared by the client`() async throws {
        let house = try await House()
        let (key, ada) = (try await house.key(), try await house.member("ada", role: .user))
        let id = house.organization.id.rawValue
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let end = APITime(milliseconds: house.clock.now.milliseconds + 86_400_000)
            func membership() async throws -> UserOrganizationBody? {
                try await usher.memberPage(of: id, filter: MemberFilter(search: "ada")).elements.first?.userOrgs.first
            }
            let set = UpdateMember(userID: ada.id.rawValue, role: 1, scopes: .set(["GET /x"]), endsAt: .set(end))
            try await usher.updateMember(set, of: id)
            var found = try await membership()
            #expect((found?.role, found?.scopes, found?.endsAt) == (1, ["GET /x"], end))
            try await usher.updateMember(UpdateMember(userID: ada.id.rawValue, role: 0), of: id)
            found = try await membership()
            #expect((found?.role, found?.scopes, found?.endsAt) == (0, ["GET /x"], end))
            try await usher.updateMember(UpdateMember(userID: ada.id.rawValue, scopes: .clear, endsAt: .clear), of: id)
            found = try await membership()
            #expect((found?.role, found?.scopes, found?.endsAt) == (0, nil, nil))
            try await usher.removeMember(ada.id.rawValue, of: id)
            #expect(try await membership() == nil)
        }
    }

    // MARK: Keys

    @Test(arguments: Engine.available)
    func `AZ-11 keys are listed without their text, and revoked`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let (key, id) = (try await house.key(), house.organization.id.rawValue)
        let session = try await house.session(of: house.owner)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let made = try await usher.createAPIKey(CreateAPIKey(name: "ci", role: 1), of: id)
            let told = try await client.ask(.get, "/api/organization/api_key", .asking(house.organization.id, key: key))
            let keys = try list(told)
            #expect(keys.count == 2)
            #expect(
                keys.allSatisfy {
                    Set($0.keys) == [
                        "id", "organization_id", "user_id", "name", "role", "custom_role", "scopes", "expires_at",
                        "last_used_at",
                        "created_at", "updated_at",
                    ]
                })
            #expect(!told.body.contains(made.apiKey) && !told.body.contains("ush_") && !told.body.contains("hash"))
            try await usher.revokeAPIKey(made.id, of: id)
            let dead = try await client.ask(
                .get, "/api/organization/api_key", .asking(house.organization.id, key: made.apiKey))
            #expect((dead.status, dead.code) == (401, "not_signed_in"))

            let me = client.usher(.session(session))
            let own = try await me.createOwnAPIKey(CreateAPIKey(name: "own", role: 2))
            var mine: [APIKeyBody] = []
            for try await key in me.ownAPIKeys() { mine.append(key) }
            #expect(mine.map(\.id) == [own.id])
            #expect(mine.first?.organizationID == "00000000-0000-0000-0000-000000000000")
            #expect(mine.first?.userID == house.owner.id.rawValue)
            #expect(try await client.usher(.apiKey(own.apiKey)).organization(id).name == "Example")
            try await me.revokeOwnAPIKey(own.id)
            await #expect(throws: UsherError.self) { _ = try await client.usher(.apiKey(own.apiKey)).me() }
        }
    }

    // MARK: Organizations

    @Test func `an organization is described twice in one answer, and keeps its partners' words`() async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        try await house.serve { client in
            let configuration = #"{"a":[1,2.5,null,true,{"b":"é\"/"}]}"#
            let body = #"{"name":" New name ","partner_configuration":\#(configuration)}"#
            let put = try await client.ask(.put, "/api/organization", fields, body: body)
            #expect(put.status == 200)
            #expect(try object(put)["name"] as? String == "New name")
            let told = try await client.ask(.get, "/api/organization/\(house.organization.id)", fields)
            let found = try object(told)
            let inner = try #require(found["organization"] as? NSDictionary)
            #expect(found["plan"] is NSNull && found["subscription"] is NSNull)
            #expect(inner["partner_configuration"] as? NSDictionary == (try configuration.dictionary()))
            let outer = found.filter { !["organization", "plan", "subscription"].contains($0.key) } as NSDictionary
            #expect(inner == outer)
            let kept = try await client.ask(.put, "/api/organization", fields, body: "{}")
            #expect(kept.body == put.body)
            for bad in [
                #"{"name":""}"#, #"{"name":7}"#, #"{"partner_configuration":[]}"#, #"{"owner":1}"#,
                #"{"partner_configuration":{"x":"\#(String(repeating: "x", count: 4090))"}}"#,
            ] {
                let refused = try await client.ask(.put, "/api/organization", fields, body: bad)
                #expect((refused.status, refused.code) == (400, "invalid_body"))
            }
            #expect(try await client.ask(.put, "/api/organization", fields, body: "{}").body == put.body)
        }
    }

    @Test func `a deleted organization answers like one that never was, until it is restored`() async throws {
        let house = try await House()
        let (id, key) = (house.organization.id.rawValue, try await house.key())
        let session = try await house.session(of: house.owner)
        try await house.serve { client in
            let owner = client.usher(.session(session))
            try await owner.deleteOrganization(id)
            let never = try await client.ask(.get, "/api/organization/\(id)", .asking(Sample.id(), key: key))
            let gone = try await client.ask(.get, "/api/organization/\(id)", .asking(house.organization.id, key: key))
            #expect((never.status, gone.status, gone.code) == (400, 403, "not_a_member"))
            #expect(try await owner.me().orgs.isEmpty)
            #expect(try await owner.restoreOrganization(id).id == id)
            #expect(try await client.usher(.apiKey(key)).organization(id).name == "Example")
        }
    }

    @Test func `a path that is written out wins over one with an id in it`() async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        try await house.serve { client in
            let told = try await client.ask(.delete, "/api/organization/api_key", fields)
            #expect((told.status, told.headers[.allow]) == (405, "GET, HEAD, POST"))
            let other = try await client.ask(.post, "/api/organization/\(house.organization.id)", fields)
            #expect((other.status, other.headers[.allow]) == (405, "DELETE, GET, HEAD"))
        }
    }

    // MARK: Settings

    @Test func `settings are a merge patch`() async throws {
        let house = try await House()
        let (id, key) = (house.organization.id, try await house.key())
        let path = "/api/organization/\(id)/settings"
        let fields = HTTPFields.asking(id, key: key)
        try await house.serve { client in
            let usual = try await client.ask(.get, path, fields)
            let body = """
                {"allowed_origins":["https://App.example.com/","https://app.example.com"],"invitation_life":3600,
                 "reminders":[{"after_days":2},{"before_end_days":1}],"purge_after_days":30,"seat_limit":5,
                 "allowed_domains":["Bücher.example","example.com"],"blocked_domains":["*.Spam.example"],"waitlist":true}
                """
            let merge = fields.with(.contentType, "application/merge-patch+json")
            let patched = try await client.ask(.patch, path, merge, body: body)
            #expect(patched.status == 200)
            let found = try object(patched) as NSDictionary
            #expect(
                found
                    == (try """
                    {"allowed_origins":["https://app.example.com"],"invitation_life":3600,
                     "reminders":[{"after_days":2},{"before_end_days":1}],"purge_after_days":30,"seat_limit":5,
                     "allowed_domains":["xn--bcher-kva.example","example.com"],
                     "blocked_domains":["*.spam.example"],"waitlist":true}
                    """.dictionary()))
            #expect(try await client.ask(.get, path, fields).body == patched.body)
            #expect(try await client.ask(.patch, path, fields, body: "{}").body == patched.body)
            var change = UpdateSettings()
            change.seatLimit = .set(9)
            let usher = client.usher(.apiKey(key))
            let after = try await usher.updateSettings(change, of: id.rawValue)
            #expect((after.seatLimit, after.invitationLife, after.reminders.count) == (9, 3600, 2))
            let cleared = """
                {"allowed_origins":null,"invitation_life":null,"reminders":null,"purge_after_days":null,
                 "allowed_domains":null,"blocked_domains":null,"seat_limit":null,"waitlist":null}
                """
            let none = try object(try await client.ask(.patch, path, fields, body: cleared))
            #expect(none["seat_limit"] is NSNull && none["invitation_life"] is NSNull)
            #expect((none["purge_after_days"] as? Int, none["waitlist"] as? Bool) == (90, false))
            #expect((none["allowed_origins"] as? [String], none["reminders"] as? [String]) == ([], []))
            // What was given when the organization was made is gone, too.
            #expect(usual.body.contains("https://app.example.com"))
        }
    }

    @Test(arguments: [
        (#"{"invitation_life":3599}"#, "/invitation_life"), (#"{"invitation_life":7776001}"#, "/invitation_life"),
        (#"{"invitation_life":"7d"}"#, "/invitation_life"), (#"{"reminders":[{"after_days":0}]}"#, "/reminders/0"),
        (#"{"reminders":[{"after_days":1,"before_end_days":1}]}"#, "/reminders/0"),
        (#"{"reminders":[{"hours":1}]}"#, "/reminders/0"), (#"{"reminders":{}}"#, "/reminders"),
        (#"{"reminders":[\#((1...11).map { #"{"after_days":\#($0)}"# }.joined(separator: ","))]}"#, "/reminders"),
        (#"{"purge_after_days":0}"#, "/purge_after_days"), (#"{"seat_limit":-1}"#, "/seat_limit"),
        (#"{"allowed_domains":["ok.example","not a domain"]}"#, "/allowed_domains/1"),
        (#"{"blocked_domains":["user@example.com"]}"#, "/blocked_domains/0"),
        (#"{"allowed_origins":["https://a.example/path"]}"#, "/allowed_origins/0"),
        (#"{"allowed_origins":["*"]}"#, "/allowed_origins/0"), (#"{"waitlist":1}"#, "/waitlist"),
        (#"{"name":"x"}"#, "/name"),
    ])
    func `a setting that is no good is named, and nothing is changed`(_ body: String, _ pointer: String) async throws {
        let house = try await House()
        let path = "/api/organization/\(house.organization.id)/settings"
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        try await house.serve { client in
            let before = try await client.ask(.get, path, fields)
            let told = try await client.ask(.patch, path, fields, body: body)
            #expect((told.status, told.code) == (400, "invalid_body"))
            #expect(told.problem?.errors?.map(\.pointer) == [pointer])
            #expect(try await client.ask(.get, path, fields).body == before.body)
        }
    }

    /// AZ-12: settings are the owner's, in whichever way they are asked.
    @Test func `an admin reads settings and changes none`() async throws {
        let house = try await House()
        let path = "/api/organization/\(house.organization.id)/settings"
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key(.admin))
        try await house.serve { client in
            #expect(try await client.ask(.get, path, fields).status == 200)
            let told = try await client.ask(.patch, path, fields, body: #"{"seat_limit":1}"#)
            #expect((told.status, told.code) == (403, "role_too_low"))
            let wrong = try await client.ask(.patch, path, fields.with(.contentType, "text/plain"), body: "{}")
            #expect(wrong.status == 415)
        }
    }
}

extension String {
    fileprivate func dictionary() throws -> NSDictionary? {
        try JSONSerialization.jsonObject(with: Data(utf8)) as? NSDictionary
    }
}
