import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit
import UsherUseCases

/// Domains that the DNS proves, and requests to join, as clients see them: AZ-13, AZ-16.
@Suite struct DomainRouteTests {
    private func path(_ house: House) -> String { "/api/organization/\(house.organization.id)/domain" }

    @Test func `a domain is claimed, proved, changed and given up`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(.admin), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let made = try await usher.createDomain(
                CreateDomain(domain: "Bücher.Example", joining: "request", role: 1), of: organization)
            #expect(made.domain == "xn--bcher-kva.example" && made.status == "pending" && made.joining == "request")
            #expect(made.record.type == "TXT" && made.record.name == "_usher-challenge.xn--bcher-kva.example")
            #expect(try await usher.createDomain(CreateDomain(domain: "bücher.example"), of: organization) == made)
            let fields = HTTPFields.asking(house.organization.id, key: key)
            let missing = try await client.ask(.post, "\(path(house))/\(made.id)/verify", fields)
            #expect((missing.status, missing.code) == (400, "domain_not_proved"))
            #expect(missing.problem?.message.contains(made.record.value) == true)
            house.records.fallSilent()
            let silent = try await client.ask(.post, "\(path(house))/\(made.id)/verify", fields)
            #expect((silent.status, silent.code) == (503, "domain_lookup_failed"))
            #expect(silent.headers[.retryAfter] == "60")
            house.records.fallSilent(false)
            house.records.set([made.record.value], at: made.record.name)
            #expect(try await usher.verifyDomain(made.id, of: organization).status == "verified")
            let changed = try await usher.updateDomain(made.id, UpdateDomain(joining: "join"), of: organization)
            #expect(changed.joining == "join" && changed.role == 1)
            #expect(try await usher.domain(made.id, of: organization) == changed)
            let listed = try await client.ask(.get, path(house), fields)
            #expect(listed.body.contains(#""missing_since":null"#) && listed.body.contains(made.record.value))
            try await usher.deleteDomain(made.id, of: organization)
            #expect(try await usher.domains(of: organization).elements.isEmpty)
            let gone = try await client.ask(.delete, "\(path(house))/\(made.id)", fields)
            #expect((gone.status, gone.code) == (404, "domain_not_found"))
        }
    }

    @Test(arguments: [
        (#"{}"#, "invalid_body"), (#"{"domain":7}"#, "invalid_body"), (#"{"domain":"*.example.org"}"#, "invalid_body"),
        (#"{"domain":"example"}"#, "invalid_body"), (#"{"domain":"a b.example"}"#, "invalid_body"),
        (#"{"domain":"example.org."}"#, "invalid_body"), (#"{"domain":"example.org","x":1}"#, "invalid_body"),
        (#"{"domain":"example.org","joining":"all"}"#, "invalid_body"),
        (#"{"domain":"example.org","role":2}"#, "invalid_body"),
        (#"{"domain":"example.org","role":7}"#, "invalid_role"),
        (#"{"domain":"GMail.com"}"#, "domain_public"), (#"{"domain":"co.uk"}"#, "domain_public"),
    ])
    func `what is no domain of an organization is refused`(_ body: String, _ code: String) async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key(.owner))
        let told = try await house.serve { try await $0.ask(.post, self.path(house), fields, body: body) }
        #expect((told.status, told.code) == (400, code))
    }

    @Test func `a person joins or asks, and an admin decides`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(.admin), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            // People of the kit are at example.com.
            let made = try await usher.createDomain(
                CreateDomain(domain: "example.com", joining: "request"), of: organization)
            house.records.set([made.record.value], at: made.record.name)
            _ = try await usher.verifyDomain(made.id, of: organization)
            let ada = Sample.user("ada")
            try await house.store.write { _ = try $0.add(ada, passwordHash: nil) }
            let session = try await house.session(of: ada)
            let fields: HTTPFields = [.cookie: "usher_session=\(session)"]
            let list = try await client.ask(.get, "/api/auth/me/organization", fields)
            #expect(list.status == 200 && list.body.contains(#""joining":"request""#))
            #expect(list.body.contains(#""request":null"#))
            let path = "/api/auth/me/organization/\(organization)/join"
            let asked = try await client.ask(.post, path, fields)
            #expect(asked.status == 202 && asked.body.contains(#""status":"requested""#))
            #expect(try await client.ask(.delete, path, fields).status == 204)
            #expect(try await client.ask(.delete, path, fields).code == "request_not_found")
            #expect(try await client.ask(.post, path, fields).status == 202)
            let page = try await usher.joinRequests(of: organization, status: "open")
            #expect(page.elements.map(\.email) == ["ada@example.com"])
            #expect(try await usher.joinRequests(of: organization, status: "withdrawn").elements.count == 1)
            let id = try #require(page.elements.first?.id)
            #expect(try await usher.approveJoinRequest(id, role: 1, of: organization).status == "approved")
            let joined = try await client.ask(.post, path, fields)
            #expect(joined.status == 200 && joined.body.contains(#""role":1"#))
            let refused = try await client.ask(
                .post, "/api/organization/\(organization)/join_request/\(id)/refuse",
                .asking(house.organization.id, key: key))
            #expect((refused.status, refused.code) == (400, "request_not_open"))
        }
        let (ada, owner) = (Sample.email("ada"), house.organization.id)
        let role = try await house.store.read { tx in
            try tx.account(of: ada).flatMap { try tx.membership(of: $0.user.id, in: owner)?.role }
        }
        #expect(role == .admin)
    }

    @Test(arguments: Engine.available)
    func `AZ-13 of twenty organizations that prove a domain at once one has it, and nineteen are told`(
        _ engine: Engine
    ) async throws {
        let house = try await House(store: engine.makeStore(), publicURL: "http://localhost", quotas: .off)
        var homes: [(id: String, key: String)] = []
        for number in 0..<20 {
            let made = try await house.organization(named: "Organization \(number)")
            homes.append((made.id.rawValue, try await house.key(.admin, of: made)))
        }
        let all = homes
        try await house.serve { client in
            var claims: [String] = [], values: [String] = []
            for home in all {
                let made = try await client.usher(.apiKey(home.key)).createDomain(
                    CreateDomain(domain: "example.org"), of: home.id)
                claims.append(made.id)
                values.append(made.record.value)
                house.records.set(values, at: made.record.name)
            }
            let ids = claims
            let codes = try await withThrowingTaskGroup(of: String.self) { group in
                for (home, id) in zip(all, ids) {
                    group.addTask {
                        do {
                            return try await client.usher(.apiKey(home.key)).verifyDomain(id, of: home.id).status
                        } catch let error as UsherError { return "\(error.status) \(error.code)" }
                    }
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(codes.sorted() == Array(repeating: "400 domain_taken", count: 19) + ["verified"])
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-13 who is of no such domain finds no organization`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let ada = Sample.user("ada")
        try await house.store.write { _ = try $0.add(ada, passwordHash: nil) }
        let asker: HTTPFields = [.cookie: "usher_session=\(try await house.session(of: ada))"]
        try await house.serve { client in
            for id in [house.organization.id.rawValue, Sample.id(Organization.self).rawValue, "7"] {
                let told = try await client.ask(.post, "/api/auth/me/organization/\(id)/join", asker)
                #expect((told.status, told.code) == (404, "organization_not_found"))
            }
            #expect(try await client.ask(.get, "/api/auth/me/organization", asker).body == "[]")
        }
    }
}
