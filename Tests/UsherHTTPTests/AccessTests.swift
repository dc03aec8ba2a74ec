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

/// Who may do what, beside the matrix of all calls (AccessMatrixTests).
@Suite struct AccessTests {
    @Test(arguments: Engine.available)
    func `checks come in the order that is promised`(_ engine: Engine) async throws {
        let house = try await House(engine)
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

    /// AUT-20.
    @Test(arguments: Engine.available)
    func `AZ-02 AZ-03 INV-08 another organization's things are as unknown as things that do not exist`(_ engine: Engine)
        async throws
    {
        let house = try await House(engine)
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

    @Test(arguments: Engine.available)
    func `AZ-04 nobody grants above their own role, and only three roles exist`(_ engine: Engine) async throws {
        let house = try await House(engine)
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

    @Test(arguments: Engine.available)
    func `AZ-10 members that are not the caller's to set change nothing`(_ engine: Engine) async throws {
        let house = try await House(engine)
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

    private static let spellings = [
        "//api/invitation", "/api//invitation", "/api/invitation/", "/api/./invitation", "/api/x/../invitation",
        "/api%2finvitation", "/api/invitation;x", "/API/invitation", "/api/Invitation", "/api/invitation%20",
        "/api/invitation/%2e", "/./api/invitation",
    ]

    @Test(arguments: Engine.available)
    func `AZ-18 a path has one spelling`(_ engine: Engine) async throws {
        let it = try await OnceHouse(engine)
        let (house, fields) = (it.house, try await it.admin())
        let before = try await it.counts()
        try await house.serve { client in
            for path in Self.spellings {
                let told = try await client.ask(.post, path, fields, body: invitationJSON())
                #expect((told.status, told.code) == (404, "not_found"), "\(path)")
                for method in [HTTPRequest.Method.get, .delete, .put, .patch] {
                    let told = try await client.ask(method, path, fields, body: method == .get ? nil : "{}")
                    #expect([404, 405].contains(told.status), "\(method) \(path): \(told.status)")
                }
            }
        }
        #expect(try await it.counts() == before)
        #expect(house.desk.letters.isEmpty)
    }

    @Test(arguments: Engine.available)
    func `AZ-18 HEAD is decided as GET is, and no field makes a call another one`(_ engine: Engine) async throws {
        let it = try await OnceHouse(engine)
        let operations = try #require(OpenAPI.current).operations
        let keys = [nil, try await it.house.key(.owner)]
        let before = try await it.counts()
        try await it.house.serve { client in
            for operation in operations {
                let path = operation.path(in: it.id)
                for key in keys {
                    let fields = HTTPFields.asking(it.id, key: key)
                    let get = try await client.ask(.get, path, fields)
                    let head = try await client.ask(.head, path, fields)
                    #expect(head.status == get.status && head.body.isEmpty, "\(operation.route)")
                    guard key != nil, operation.method != "GET" else { continue }
                    for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
                        let told = try await client.ask(
                            .get, path, fields.with(try #require(HTTPField.Name(name)), operation.method))
                        #expect(told.status == get.status, "\(operation.route)")
                    }
                }
            }
        }
        #expect(try await it.counts() == before, "looking is all that was done")
    }

    @Test(arguments: Engine.available)
    func `AZ-18 a method is what it says, and 405 tells the others`(_ engine: Engine) async throws {
        let house = try await House(engine)
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
