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

/// Who may do what: AZ-01 and its neighbours.
@Suite struct AccessTests {
    /// Somebody who asks, and what they hold.
    enum Asker: String, CaseIterable, Sendable {
        case nobody, outsiderKey, outsiderSession
        case userKey, adminKey, ownerKey, expiredKey, unscopedKey, scopedKey
        case userSession, adminSession, ownerSession, personsUserKey, scopedMember
        /// Members with a custom role: of the one permission that the route takes, and of all others.
        case justIt, allButIt

        var isPerson: Bool {
            switch self {
            case .outsiderSession, .userSession, .adminSession, .ownerSession, .personsUserKey, .scopedMember,
                .justIt, .allButIt:
                true
            case .nobody, .outsiderKey, .userKey, .adminKey, .ownerKey, .expiredKey, .unscopedKey, .scopedKey: false
            }
        }

        /// Who is signed in, which no key is.
        var isSession: Bool { isPerson && self != .personsUserKey }

        /// The code that a route for members of a role answers; nil: it goes through.
        func refusal(needing role: String, _ permission: Permission) -> String? {
            switch self {
            case .nobody, .expiredKey: "not_signed_in"
            case .outsiderKey, .outsiderSession: "not_a_member"
            case .userKey, .userSession, .personsUserKey: role == "user" ? nil : "role_too_low"
            case .adminKey, .adminSession: role == "owner" ? "role_too_low" : nil
            case .ownerKey, .ownerSession, .scopedKey: nil
            case .unscopedKey, .scopedMember: "out_of_scope"
            case .justIt: PermissionSet.ownersOnly.contains(permission) ? "role_too_low" : nil
            case .allButIt: role == "user" ? nil : "role_too_low"
            }
        }
    }

    private func credential(
        _ asker: Asker, in house: House, route: String, permission: Permission?
    ) async throws -> HTTPFields {
        switch asker {
        case .nobody: return [:]
        case .outsiderKey:
            return [.authorization: try await house.key(of: house.organization(named: "Other"))]
        case .outsiderSession:
            let other = try await house.organization(named: "Other")
            let user = try await house.member("outsider", role: .owner, of: other)
            return [.cookie: "usher_session=\(try await house.session(of: user))"]
        case .userKey: return [.authorization: try await house.key(.user)]
        case .adminKey: return [.authorization: try await house.key(.admin)]
        case .ownerKey: return [.authorization: try await house.key(.owner)]
        case .expiredKey: return [.authorization: try await house.key(expiresAt: house.clock.now)]
        case .unscopedKey: return [.authorization: try await house.key(scopes: [])]
        case .scopedKey: return [.authorization: try await house.key(scopes: [route])]
        case .userSession, .adminSession, .ownerSession:
            let role: Role = asker == .userSession ? .user : asker == .adminSession ? .admin : .owner
            let user = try await house.member("member", role: role)
            return [.cookie: "usher_session=\(try await house.session(of: user))"]
        case .personsUserKey:
            let user = try await house.member("member", role: .owner)
            return [.authorization: try await house.key(.user, user: user)]
        case .justIt, .allButIt:
            let it = PermissionSet(permission.map { [$0] } ?? []), all = PermissionSet.owner
            let user = try await house.member("member", holding: asker == .justIt ? it : all.subtracting(it))
            return [.cookie: "usher_session=\(try await house.session(of: user))"]
        case .scopedMember:
            let user = try await house.member("member", role: .owner, scopes: ["GET /api/other"])
            return [.cookie: "usher_session=\(try await house.session(of: user))"]
        }
    }

    @Test(arguments: OpenAPI.current?.operations ?? [], Asker.allCases)
    func `each route lets in whom its policy names, and nobody else`(
        _ operation: OpenAPI.Operation, _ asker: Asker
    ) async throws {
        let house = try await House()
        let fields = try await credential(
            asker, in: house, route: operation.scope ?? operation.route,
            permission: Permission.ofRoute[operation.route])
        let told = try await call(operation, house, fields)
        switch operation.policy {
        case "anyone": #expect(![400, 401, 403].contains(told.status))
        case "person":
            switch asker {
            case .nobody, .expiredKey: #expect(told.code == "not_signed_in")
            case _ where operation.route == "DELETE /api/user" && asker.isPerson: #expect(told.code == "wrong_password")
            case _ where asker.isPerson: #expect(Self.findsNothing.contains(told.code))
            default: #expect(told.code == "person_required")
            }
        case "session":
            switch asker {
            case .nobody, .expiredKey: #expect(told.code == "not_signed_in")
            case _ where asker.isSession: #expect(Self.findsNothing.contains(told.code))
            default: #expect(told.code == "session_required")
            }
        case "member":
            let role = try #require(operation.role)
            let permission = try #require(Permission.ofRoute[operation.route])
            if let refusal = asker.refusal(needing: role, permission) {
                #expect(told.code == refusal)
                #expect(told.status == (refusal == "not_signed_in" ? 401 : 403))
                #expect(try await house.invitations().isEmpty)
            } else {
                // An ownership passes from person to person.
                let needsPerson = operation.method == "POST" && operation.path.contains("/transfer") && !asker.isPerson
                // Who may make links or claim domains, and not invite, lets nobody in.
                let letsIn = permission == .joinLinkCreate || permission == .domainCreate
                let isAbove = asker == .justIt && letsIn && told.code == "role_above_own"
                #expect(
                    needsPerson
                        ? told.code == "person_required" : isAbove || Self.findsNothing.contains(told.code))
            }
        default: Issue.record("no policy: \(operation.route)")
        }
        if told.status == 401 { #expect(told.headers[.wwwAuthenticate] != nil) }
    }

    /// Nothing has the ids that are asked for: what is let in finds nothing.
    private static let findsNothing: Set<String?> = [
        nil,
        "invitation_not_found", "member_not_found", "key_not_found", "transfer_not_found", "organization_not_found",
        "plan_not_found", "request_not_found", "join_link_not_found", "suppression_not_found", "role_not_found",
        "domain_not_found",
    ]

    private func call(_ operation: OpenAPI.Operation, _ house: House, _ credential: HTTPFields) async throws -> Told {
        let organization = house.organization.id
        let id = operation.method == "DELETE" ? Sample.id(Invitation.self).rawValue : organization.rawValue
        let path = operation.path.replacing("{organization_id}", with: organization.rawValue)
            .replacing("{invitation_id}", with: id).replacing("{plan_id}", with: id)
            .replacing("{request_id}", with: id).replacing("{user_id}", with: Sample.id(User.self).rawValue)
            .replacing("{api_key_id}", with: Sample.id(APIKey.self).rawValue)
            .replacing("{link_id}", with: Sample.id(JoinLink.self).rawValue)
            .replacing("{role_id}", with: Sample.id(CustomRole.self).rawValue)
            .replacing("{domain_id}", with: Sample.id(OrganizationDomain.self).rawValue)
        let code = "{\"code\":\"\(house.effects.newSecret())\"}"
        let bodies = [
            "PATCH /api/invitation/{invitation_id}": "{}", "POST /api/invitation/revoke": #"{"all":true}"#,
            "POST /api/invitation/lookup": code, "POST /api/invitation/decline": code,
            "POST /api/auth/me/invitation/{invitation_id}/decline": "{}",
            "POST /api/invitation": invitationJSON(), "POST /api/organization": #"{"name":"New"}"#,
            "POST /api/organization/api_key": #"{"name":"New","role":0}"#, "PUT /api/organization": #"{"name":"New"}"#,
            "PATCH /api/organization/{organization_id}/settings": #"{"seat_limit":7}"#,
            "POST /api/organization/{organization_id}/transfer": #"{"user_id":"\#(Sample.id(User.self))"}"#,
            "PUT /api/user": #"{"user_id":"\#(Sample.id(User.self))","role":0}"#,
            "POST /api/user/api_key": #"{"name":"New","role":0}"#,
            "POST /api/invitation/plan": #"{"rows":[{"email":"ada@example.org"}]}"#,
            "POST /api/organization/{organization_id}/link": joinLinkJSON(),
            "POST /api/organization/{organization_id}/role": #"{"name":"Scout","permissions":{}}"#,
            "PUT /api/organization/{organization_id}/role/{role_id}": #"{"name":"Scout"}"#,
            "POST /api/organization/{organization_id}/domain": #"{"domain":"example.org"}"#,
            "PUT /api/organization/{organization_id}/domain/{domain_id}": "{}",
            "POST /api/organization/{organization_id}/join_request/{request_id}/approve": "{}",
            "DELETE /api/user": #"{"password":"not the right one"}"#,
            "POST /api/suppression": #"{"email":"ada@example.com"}"#,
            "POST /api/suppression/check": #"{"email":"ada@example.com"}"#,
            "POST /api/suppression/remove": #"{"email":"ada@example.com"}"#,
        ]
        var fields = credential
        fields[.organization] = organization.rawValue
        let (headers, method) = (fields, try #require(HTTPRequest.Method(operation.method)))
        return try await house.serve { client in
            try await client.ask(method, path, headers, body: bodies[operation.route])
        }
    }

    @Test func `checks come in the order that is promised`() async throws {
        let house = try await House()
        let (key, user) = (try await house.key(), try await house.key(.user))
        let outsider = try await house.key(of: house.organization(named: "Other"))
        let bad = invitationJSON(["email": "7"])
        let mine = house.organization.id
        try await house.serve { client async throws in
            func code(_ fields: HTTPFields, _ body: String) async throws -> String? {
                try await client.ask(.post, "/api/invitation", fields, body: body).code
            }
            #expect(try await code([:], bad) == "organization_header_missing")
            #expect(try await code([.organization: "x", .authorization: "x"], bad) == "organization_header_invalid")
            #expect(try await code([.organization: mine.rawValue], bad) == "not_signed_in")
            #expect(try await code(.asking(mine, key: outsider), bad) == "not_a_member")
            #expect(try await code(.asking(mine, key: user), bad) == "role_too_low")
            #expect(try await code(.asking(mine, key: key), bad) == "invalid_body")
            let foreign = invitationJSON(["organization_id": "\"\(Sample.id(Organization.self))\""])
            #expect(try await code(.asking(mine, key: key), foreign) == "organization_mismatch")
        }
        #expect(house.desk.letters.isEmpty)
    }

    /// AZ-02, AZ-03, INV-08, AUT-20.
    @Test func `another organization's things are as unknown as things that do not exist`() async throws {
        let house = try await House()
        let other = try await house.organization(named: "Other")
        let (mine, theirs) = (try await house.key(), try await house.key(of: other))
        try await house.serve { client in
            _ = try await client.usher(.apiKey(theirs)).invite(.to("x@example.com"), to: other.id.rawValue)
            let page = try await client.usher(.apiKey(theirs)).invitations(of: other.id.rawValue)
            let id = try #require(page.elements.first?.id)
            let fields = HTTPFields.asking(house.organization.id, key: mine)
            let foreign = try await client.ask(.delete, "/api/invitation/\(id)", fields)
            let random = try await client.ask(.delete, "/api/invitation/\(Sample.id(Invitation.self))", fields)
            #expect(foreign.status == 404)
            #expect((foreign.status, foreign.code) == (random.status, random.code))
            #expect(foreign.problem?.detail == random.problem?.detail)
            // The other organization's header does not help either.
            let crossed = try await client.ask(.delete, "/api/invitation/\(id)", .asking(other.id, key: mine))
            let nowhere = try await client.ask(.delete, "/api/invitation/\(id)", .asking(Sample.id(), key: mine))
            #expect((crossed.status, crossed.code) == (403, "not_a_member"))
            #expect((nowhere.status, nowhere.code) == (403, "not_a_member"))
            #expect(try await client.usher(.apiKey(theirs)).invitations(of: other.id.rawValue).elements.count == 1)
            let lists = try await client.ask(.get, "/api/invitations/\(other.id)", fields)
            #expect((lists.status, lists.code) == (400, "organization_mismatch"))
        }
    }

    /// AZ-04.
    @Test func `nobody grants above their own role, and only three roles exist`() async throws {
        let house = try await House()
        let admin = try await house.key(.admin)
        let fields = HTTPFields.asking(house.organization.id, key: admin)
        try await house.serve { client in
            for role in ["2"] {
                let told = try await client.ask(
                    .post, "/api/invitation", fields, body: invitationJSON(["user_role": role]))
                #expect((told.status, told.code) == (400, "role_above_own"))
                let key = try await client.ask(
                    .post, "/api/organization/api_key", fields, body: #"{"name":"k","role":2}"#)
                #expect((key.status, key.code) == (400, "role_above_own"))
            }
            for role in ["3", "-1", "1.5", "\"1\"", "[1]", "{}", "true", "\"Owner \"", "\"OWNER\"", "2147483648"] {
                let told = try await client.ask(
                    .post, "/api/invitation", fields, body: invitationJSON(["user_role": role]))
                #expect((told.status, told.code) == (400, "invalid_role"), "\(role)")
            }
        }
        #expect(try await house.invitations().isEmpty)
    }

    /// AZ-10.
    @Test func `members that are not the caller's to set change nothing`() async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let planted = Sample.id(Invitation.self).rawValue
        try await house.serve { client in
            let body = invitationJSON([
                "id": "\"\(planted)\"", "status": "\"accepted\"", "role": "2", "org_id": "\"x\"", "token_hash": "\"x\"",
                "created_at": "0", "is_admin": "true",
            ])
            #expect(try await client.ask(.post, "/api/invitation", fields, body: body).status == 204)
            let unknown = try await client.ask(
                .post, "/api/organization/api_key", fields, body: #"{"name":"k","role":0,"id":"x","a/b~":1}"#)
            #expect((unknown.status, unknown.code) == (400, "invalid_body"))
            #expect(unknown.problem?.errors?.map(\.pointer) == ["/a~1b~0", "/id"])
        }
        let made = try #require(try await house.invitations().first)
        #expect(made.id.rawValue != planted)
        #expect((made.status, made.role) == (.pending, .user))
    }

    /// AZ-18.
    @Test(arguments: [
        "//api/invitation", "/api//invitation", "/api/invitation/", "/api/./invitation", "/api/x/../invitation",
        "/api%2finvitation", "/api/invitation;x", "/API/invitation", "/api/Invitation", "/api/invitation%20",
        "/api/invitation/%2e", "/./api/invitation",
    ])
    func `a path has one spelling`(_ path: String) async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let told = try await house.serve { try await $0.ask(.post, path, fields, body: invitationJSON()) }
        #expect((told.status, told.code) == (404, "not_found"))
        #expect(house.desk.letters.isEmpty)
    }

    /// AZ-18.
    @Test func `a method is what it says, and 405 tells the others`() async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        try await house.serve { client in
            let override = try await client.ask(
                .get, "/api/invitation", fields.with(HTTPField.Name("X-HTTP-Method-Override")!, "POST"))
            #expect((override.status, override.headers[.allow]) == (405, "POST"))
            for method in [HTTPRequest.Method.put, .patch, .options, .trace, HTTPRequest.Method("PROPFIND")!] {
                let told = try await client.ask(method, "/api/invitation", fields)
                #expect((told.status, told.code, told.headers[.allow]) == (405, "method_not_allowed", "POST"))
            }
            let id = Sample.id(Invitation.self)
            #expect(try await client.ask(.put, "/api/invitation/\(id)").headers[.allow] == "DELETE, GET, HEAD, PATCH")
            let head = try await client.ask(.head, "/api/health")
            #expect((head.status, head.body) == (200, ""))
        }
    }
}
