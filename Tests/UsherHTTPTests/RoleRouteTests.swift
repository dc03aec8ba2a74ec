import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit

@testable import UsherHTTP

/// Roles of an organization's own, on the wire.
@Suite struct RoleRouteTests {
    /// AZ-01: the table is the document's, and the document's is the table's.
    @Test func `AZ-01 each call of a member takes the permission that the document names`() throws {
        let document = try #require(OpenAPI.current)
        let members = document.operations.filter { $0.policy == "member" }
        for operation in members {
            let needed = try #require(Permission.ofRoute[operation.route], "\(operation.route)")
            #expect(operation.permission == needed.rawValue, "\(operation.route)")
            let least = Role.allCases.first { $0.permissions.contains(needed) }
            #expect(operation.role == least?.name, "\(operation.route)")
        }
        #expect(Set(members.map(\.route)) == Set(Permission.ofRoute.keys))
    }

    @Test func `the client makes, reads, changes and deletes roles, page by page`() async throws {
        let house = try await House()
        let (id, key) = (house.organization.id.rawValue, try await house.key())
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let made = try await usher.createRole(
                CreateCustomRole(name: "  Recruiter ", permissions: ["invitation": ["read", "create"], "member": []]),
                of: id)
            #expect(made.permissions == ["invitation": ["create", "read"]])
            #expect(made.organizationID == id)
            #expect(try await usher.role(made.id, of: id) == made)
            for name in ["a", "b"] {
                _ = try await usher.createRole(CreateCustomRole(name: name, permissions: [:]), of: id)
            }
            let first = try await usher.roles(of: id, limit: 2)
            let last = try await usher.roles(of: id, limit: 2, after: first.next)
            #expect(first.elements.count == 2 && last.elements.count == 1 && last.next == nil)
            #expect(Set((first.elements + last.elements).map(\.id)).count == 3)
            let narrow = UpdateCustomRole(permissions: ["member": ["read"]])
            let changed = try await usher.updateRole(made.id, narrow, of: id)
            #expect(changed.name == made.name && changed.permissions == ["member": ["read"]])
            try await usher.deleteRole(made.id, of: id)
            await #expect(throws: UsherError.self) { _ = try await usher.role(made.id, of: id) }
            let all = try await usher.permissions()
            #expect(all.roles.map(\.role) == [0, 1, 2])
            #expect(all.roles.last?.permissions == all.permissions)
            #expect(all.ownersOnly == ["organization": ["delete"], "ownership": ["transfer"]])
        }
    }

    /// VAL-03, AZ-04: what is no permission is named by its place.
    @Test(arguments: [
        (#"{"name":"x"}"#, "/permissions", "missing"), (#"{"permissions":{}}"#, "/name", "missing"),
        (#"{"name":"","permissions":{}}"#, "/name", "missing"),
        (#"{"name":"a\nb","permissions":{}}"#, "/name", "malformed"),
        (#"{"name":"x","permissions":[]}"#, "/permissions", "wrong_type"),
        (#"{"name":"x","permissions":{"moon":["land"]}}"#, "/permissions/moon", "unknown"),
        (#"{"name":"x","permissions":{"a/b~":["land"]}}"#, "/permissions/a~1b~0", "unknown"),
        (#"{"name":"x","permissions":{"invitation":"read"}}"#, "/permissions/invitation", "wrong_type"),
        (#"{"name":"x","permissions":{"invitation":["read","fly"]}}"#, "/permissions/invitation/1", "unknown"),
        (#"{"name":"x","permissions":{"invitation":[1]}}"#, "/permissions/invitation/0", "wrong_type"),
        (#"{"name":"x","permissions":{"organization":["delete"]}}"#, "/permissions/organization/0", "out_of_range"),
        (#"{"name":"x","permissions":{"ownership":["transfer"]}}"#, "/permissions/ownership/0", "out_of_range"),
        (#"{"name":"x","permissions":{},"role":2}"#, "/role", "unknown"),
    ])
    func `a role that can't be is refused, by its place`(_ body: String, _ pointer: String, _ kind: String)
        async throws
    {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let path = "/api/organization/\(house.organization.id)/role"
        let told = try await house.serve { try await $0.ask(.post, path, fields, body: body) }
        #expect((told.status, told.code) == (400, "invalid_body"))
        let found = told.problem?.errors?.first { $0.pointer == pointer }
        #expect(found != nil, "\(told.body)")
        if pointer != "/name" { #expect(found?.code == kind) }
    }

    @Test func `names are hostile: long ones are refused, others come back as they are`() async throws {
        let house = try await House()
        let (id, key) = (house.organization.id.rawValue, try await house.key())
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            for name in [String(repeating: "a", count: 61), "a\u{202E}b", "a\u{0}b"] {
                await #expect(throws: UsherError.self) {
                    _ = try await usher.createRole(CreateCustomRole(name: name, permissions: [:]), of: id)
                }
            }
            let odd = "<b>\"Chief\"</b> & {{role}} https://evil.example"
            let made = try await usher.createRole(CreateCustomRole(name: odd, permissions: [:]), of: id)
            #expect(made.name == odd)
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-05 AZ-08 AZ-10 a role is offered, shown beside the number 0, changed and taken`(_ engine: Engine)
        async throws
    {
        let house = try await House(engine)
        let (id, key) = (house.organization.id.rawValue, try await house.key())
        let ada = try await house.member("ada", role: .user)
        let cookie = try await house.session(of: ada)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let role = try await usher.createRole(
                CreateCustomRole(name: "Scout", permissions: ["invitation": ["create", "read"]]), of: id)
            let fields = HTTPFields.asking(house.organization.id, key: key)
            let both = invitationJSON(["role_id": "\"\(role.id)\"", "user_role": "1"])
            let refused = try await client.ask(.post, "/api/invitation", fields, body: both)
            #expect((refused.status, refused.code) == (400, "invalid_role"))
            let unknown = invitationJSON(["role_id": "\"\(Sample.id(CustomRole.self))\""])
            let lost = try await client.ask(.post, "/api/invitation", fields, body: unknown)
            #expect((lost.status, lost.code) == (404, "role_not_found"))
            let good = invitationJSON(["role_id": "\"\(role.id)\"", "email": "\"bob@example.org\""])
            #expect(try await client.ask(.post, "/api/invitation", fields, body: good).status == 204)
            let listed = try await usher.invitations(
                of: id, matching: InvitationFilter(roleID: role.id)
            ).elements
            #expect(listed.map(\.role) == [0] && listed.map(\.customRole?.name) == ["Scout"])

            var change = UpdateMember(userID: ada.id.rawValue, roleID: .set(role.id))
            try await usher.updateMember(change, of: id)
            let page = try await usher.memberPage(of: id, filter: MemberFilter(roleID: role.id))
            #expect(page.elements.map(\.email) == [ada.email.typed])
            #expect(page.elements.first?.userOrgs.first?.customRole?.id == role.id)
            let mine = client.usher(.session(cookie))
            #expect(try await mine.me().userOrgs.first?.customRole?.name == "Scout")
            #expect(try await mine.invitations(of: id).elements.count == 1)
            let told = try await client.ask(
                .get, "/api/organization/users/\(id)", .asking(house.organization.id, session: cookie))
            #expect((told.status, told.code) == (403, "role_too_low"))
            #expect(told.problem?.detail.contains("member:read") == true, "\(told.body)")
            let inUse = try await client.ask(.delete, "/api/organization/\(id)/role/\(role.id)", fields)
            #expect((inUse.status, inUse.code) == (400, "role_in_use"))
            #expect(inUse.problem?.detail.contains("1 member(s), 1 open invitation(s)") == true)
            change.role = 2
            await #expect(throws: UsherError.self) { try await usher.updateMember(change, of: id) }
            try await usher.updateMember(UpdateMember(userID: ada.id.rawValue, roleID: .clear), of: id)
            await #expect(throws: UsherError.self) { _ = try await mine.invitations(of: id) }
            #expect(try await mine.me().userOrgs.first?.customRole == nil)
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-04 a key of a role may do what the role allows, and a person's own key holds none`(_ engine: Engine)
        async throws
    {
        let house = try await House(engine)
        let (id, key) = (house.organization.id.rawValue, try await house.key())
        let owner = try await house.session(of: house.owner)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let role = try await usher.createRole(
                CreateCustomRole(name: "Scout", permissions: ["invitation": ["read"]]), of: id)
            let made = try await usher.createAPIKey(CreateAPIKey(name: "ci", role: 0, roleID: role.id), of: id)
            let theirs = client.usher(.apiKey(made.apiKey))
            #expect(try await theirs.invitations(of: id).elements.isEmpty)
            await #expect(throws: UsherError.self) { _ = try await theirs.invite(.to("x@example.org"), to: id) }
            var shown: [RoleReference?] = []
            for try await one in usher.apiKeys(of: id) { shown.append(one.customRole) }
            #expect(shown.contains(RoleReference(id: role.id, name: "Scout")))
            _ = try await usher.updateRole(role.id, UpdateCustomRole(permissions: [:]), of: id)
            await #expect(throws: UsherError.self) { _ = try await theirs.invitations(of: id) }
            let own = try await client.ask(
                .post, "/api/user/api_key", [.cookie: "usher_session=\(owner)"],
                body: #"{"name":"ci","role":0,"role_id":"\#(role.id)"}"#)
            #expect((own.status, own.code) == (400, "invalid_body"))
            #expect(own.problem?.errors?.map(\.pointer) == ["/role_id"])
        }
    }
}
