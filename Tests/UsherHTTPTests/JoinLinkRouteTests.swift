import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherHTTP
import UsherTestKit
import UsherUseCases

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

    @Test func `INV-28 all uses of a link are listed, and a cursor is good for one link`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(.admin), house.organization.id)
        let memberKey = try await house.key(.user)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let expiry = APITime(milliseconds: house.clock.now.milliseconds + 86_400_000)
            var links: [String] = []
            for _ in 0..<2 {
                links.append(
                    try await usher.createJoinLink(
                        CreateJoinLink(
                            role: 0, maxUses: 1000, expiresAt: expiry, redirectURI: "https://app.example.com/"),
                        of: organization.rawValue
                    ).id)
            }
            try await house.letIn(450, by: ID(rawValue: links[0]))
            var found: [String] = []
            for try await use in usher.allJoinLinkUses(links[0], of: organization.rawValue) { found.append(use.email) }
            #expect(found == (0..<450).reversed().map { "p\($0)@example.com" })
            let page = try await usher.joinLinkUses(links[0], of: organization.rawValue, limit: 3)
            #expect(page.elements.map(\.email) == ["p449@example.com", "p448@example.com", "p447@example.com"])
            #expect(page.elements.allSatisfy { $0.status == "pending" && $0.userID == nil })
            let cursor = try #require(page.next)
            let list = "\(path(house))/\(links[0])/use", fields = HTTPFields.asking(organization, key: key)
            let told = try await client.ask(.get, "\(list)?limit=2", fields)
            #expect(told.headers[.link]?.contains("\(list)?limit=2&cursor=") == true)
            #expect(told.headers[.link]?.hasSuffix(#">; rel="next""#) == true)
            let others = try await client.ask(.get, "\(path(house))/\(links[1])/use?cursor=\(cursor)", fields)
            #expect(others.code == "invalid_query", "AZ-16")
            for query in ["?limit=0", "?limit=1001", "?cursor=x", "?status=open"] {
                #expect(try await client.ask(.get, list + query, fields).code == "invalid_query", "\(query)")
            }
            for id in ["7", house.owner.id.rawValue] {
                let none = try await client.ask(.get, "\(path(house))/\(id)/use", fields)
                #expect((none.status, none.code) == (404, "join_link_not_found"))
            }
            let member = try await client.ask(.get, list, .asking(organization, key: memberKey))
            #expect(member.status == 403)
            #expect(try await client.ask(.get, list, .asking(organization)).status == 401)
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

extension House {
    /// So many people, each a second after the one before.
    fileprivate func letIn(_ count: Int, by link: ID<JoinLink>) async throws {
        let (id, owner, now) = (organization.id, owner.id, clock.now)
        try await store.write { tx in
            for number in 0..<count {
                let offer = Sample.invitation(
                    to: Sample.email("p\(number)"), in: id, by: .user(owner), createdAt: now)
                _ = try tx.add(offer, codeHash: "c\(number)", emailHash: "e\(number)")
                _ = try tx.use(link, in: id, for: offer.id, at: now + .seconds(Int64(number)))
            }
        }
    }
}
