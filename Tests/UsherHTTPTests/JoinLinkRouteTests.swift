import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit

/// The body of a link, with members changed or added as JSON texts; an empty text leaves one out.
func joinLinkJSON(_ changes: [String: String] = [:]) -> String {
    var members = [
        "role": "0", "max_uses": "3", "expires_at": "\"2027-02-01T00:00:00Z\"",
        "redirect_uri": "\"https://app.example.com/welcome\"",
    ]
    members.merge(changes) { $1 }
    let parts = members.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
    return "{" + parts.joined(separator: ",") + "}"
}

/// Links that many can join by, as clients see them.
@Suite struct JoinLinkRouteTests {
    private func path(_ house: House) -> String { "/api/organization/\(house.organization.id)/link" }

    @Test(arguments: Engine.available)
    func `INV-28 a link is told once, listed without its secret, and withdrawn`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let (key, organization) = (try await house.key(.admin), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let expiry = try #require(APITime(parsing: "2027-02-01T00:00:00Z"))
            let made = try await usher.createJoinLink(
                CreateJoinLink(
                    role: 1, maxUses: 2, expiresAt: expiry, allowedDomains: ["Bücher.example"],
                    redirectURI: "https://app.example.com/welcome"),
                of: organization)
            let secret = try #require(made.url.split(separator: "=").last.map(String.init))
            #expect(made.url == "http://localhost/join?code=\(secret)" && secret.count == 43)
            #expect(made.link.allowedDomains == ["xn--bcher-kva.example"])
            #expect(made.link.status == "open" && made.link.uses == 0 && made.link.maxUses == 2)
            let listed = try await client.ask(.get, path(house), .asking(house.organization.id, key: key))
            #expect(listed.body.contains(made.id) && !listed.body.contains(secret))
            #expect(listed.body.contains(#""inviter_id":null"#) && listed.body.contains(#""revoked_at":null"#))
            #expect(try await usher.joinLink(made.id, of: organization).uses.isEmpty)
            try await usher.revokeJoinLink(made.id, of: organization)
            try await usher.revokeJoinLink(made.id, of: organization)
            #expect(try await usher.joinLink(made.id, of: organization).link.status == "revoked")
        }
    }

    @Test func `pages of links follow each other, and a cursor is good for one organization`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(.admin), house.organization.id)
        let other = try await house.organization(named: "Other")
        let otherKey = try await house.key(.admin, of: other)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            var made: [String] = []
            for _ in 0..<5 {
                let told = try await client.ask(
                    .post, path(house), .asking(organization, key: key), body: joinLinkJSON())
                made.insert(try #require(told.body.between(#""id":""#, "\"")), at: 0)
                house.clock.advance(by: .seconds(1))
            }
            let first = try await usher.joinLinks(of: organization.rawValue, limit: 3)
            let cursor = try #require(first.next)
            let second = try await usher.joinLinks(of: organization.rawValue, limit: 3, after: cursor)
            #expect((first.elements + second.elements).map(\.id) == made && second.next == nil)
            let stolen = try await client.ask(
                .get, "/api/organization/\(other.id)/link?cursor=\(cursor)", .asking(other.id, key: otherKey))
            #expect(stolen.code == "invalid_query")
            let unknown = try await client.ask(.get, path(house) + "?status=open", .asking(organization, key: key))
            #expect(unknown.code == "invalid_query")
        }
    }

    @Test(
        arguments: [
            (["role": "2"], "/role", "out_of_range"), (["max_uses": "0"], "/max_uses", "out_of_range"),
            (["max_uses": "10001"], "/max_uses", "out_of_range"), (["max_uses": "\"3\""], "/max_uses", "wrong_type"),
            (["max_uses": ""], "/max_uses", "missing"), (["expires_at": "null"], "/expires_at", "wrong_type"),
            (["expires_at": "\"soon\""], "/expires_at", "malformed"),
            (["expires_at": "\"2020-01-01T00:00:00Z\""], "/expires_at", "out_of_range"),
            (["expires_at": "\"2028-02-01T00:00:00Z\""], "/expires_at", "out_of_range"),
            (["allowed_domains": "[\"a b\"]"], "/allowed_domains", "malformed"),
            (["allowed_domains": "[1]"], "/allowed_domains", "wrong_type"), (["uses": "3"], "/uses", "unknown"),
        ] as [([String: String], String, String)])
    func `what is wrong with a body is named`(_ changes: [String: String], _ pointer: String, _ kind: String)
        async throws
    {
        let house = try await House()
        let key = try await house.key(.owner)
        try await house.serve { client in
            let told = try await client.ask(
                .post, path(house), .asking(house.organization.id, key: key), body: joinLinkJSON(changes))
            #expect(told.status == 400 && told.code == "invalid_body")
            let problem = try #require(told.problem?.errors?.first)
            #expect(problem.pointer == pointer && problem.code == kind)
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-15 another organization's link is 404, and so is what is no id`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let (key, organization) = (try await house.key(.admin), house.organization.id)
        let other = try await house.organization(named: "Other")
        let otherKey = try await house.key(.admin, of: other)
        try await house.serve { client in
            let told = try await client.ask(.post, path(house), .asking(organization, key: key), body: joinLinkJSON())
            let id = try #require(told.body.between(#""id":""#, "\""))
            for method in [HTTPRequest.Method.get, .delete] {
                for place in [id, "nothing", organization.rawValue] {
                    let told = try await client.ask(
                        method, "/api/organization/\(other.id)/link/\(place)", .asking(other.id, key: otherKey))
                    #expect(told.status == 404 && told.code == "join_link_not_found")
                }
            }
            let found = try await client.usher(.apiKey(key)).joinLink(id, of: organization.rawValue)
            #expect(found.link.status == "open")
        }
    }
}
