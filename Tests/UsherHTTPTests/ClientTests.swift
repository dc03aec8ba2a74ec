import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit
import UsherUseCases

/// The published client against the server, where no other suite calls it.
@Suite struct ClientTests {
    @Test func `an organization is renamed, limited, counted and exported`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            #expect(try await usher.health().status == "ok")
            let renamed = try await usher.updateOrganization(UpdateOrganization(name: "Renamed"), organization)
            #expect(renamed.name == "Renamed")
            #expect(try await usher.organization(organization).name == "Renamed")
            #expect(try await usher.settings(of: organization).seatLimit == nil)
            var change = UpdateSettings()
            change.seatLimit = .set(3)
            #expect(try await usher.updateSettings(change, of: organization).seatLimit == 3)
            #expect(try await usher.settings(of: organization).seatLimit == 3)
            _ = try await usher.invite(.to("ada@example.com"), to: organization)
            var kinds: [String] = []
            for try await movement in usher.seatMovements(of: organization) { kinds.append(movement.kind) }
            #expect(kinds == ["held", "opened"])
            let file = String(decoding: try await usher.exportOrganization(organization), as: UTF8.self)
            #expect(file.contains(organization) && file.contains("Renamed") && file.contains("ada@example.com"))
        }
    }

    @Test func `a person signs out, and is erased by their password alone`() async throws {
        let house = try await House(
            store: Engine.sqlite.makeStore(), publicURL: "http://localhost", hasher: PlainHasher())
        let ada = Sample.user("ada")
        let password = "seven quiet pears"
        try await house.store.write { _ = try $0.add(ada, passwordHash: "plain:\(password)") }
        let (first, second) = (try await house.session(of: ada), try await house.session(of: ada))
        try await house.serve { client in
            let leaving = client.usher(.session(first))
            #expect(try await leaving.me().email == "ada@example.com")
            #expect(try await !leaving.signOut().logoutURL.isEmpty)
            let out = await #expect(throws: UsherError.self) { try await leaving.me() }
            #expect(out?.code.known == .notSignedIn)
            let staying = client.usher(.session(second))
            let wrong = await #expect(throws: UsherError.self) { try await staying.eraseUser(password: "eight pears") }
            #expect(wrong?.code.known == .wrongPassword)
            #expect(try await staying.me().id == ada.id.rawValue)
            try await staying.eraseUser(password: password)
            await #expect(throws: UsherError.self) { try await staying.me() }
        }
        let address = Sample.email("ada")
        #expect(try await house.store.read { try $0.account(of: address) } == nil)
    }

    @Test func `a person finds an organization, asks, takes it back, asks again, and is refused`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(.admin), house.organization.id.rawValue)
        let ada = Sample.user("ada")
        try await house.store.write { _ = try $0.add(ada, passwordHash: nil) }
        let session = try await house.session(of: ada)
        try await house.serve { client in
            let (admin, person) = (client.usher(.apiKey(key)), client.usher(.session(session)))
            let made = try await admin.createDomain(
                CreateDomain(domain: "example.com", joining: "request"), of: organization)
            house.records.set([made.record.value], at: made.record.name)
            _ = try await admin.verifyDomain(made.id, of: organization)
            #expect(try await person.openOrganizations().map(\.joining) == ["request"])
            #expect(try await person.join(organization: organization).status == "requested")
            try await person.withdrawJoinRequest(to: organization)
            let asked = try await person.join(organization: organization)
            let id = try #require(asked.requestID)
            #expect(try await admin.refuseJoinRequest(id, of: organization).status == "refused")
            var statuses: [String] = []
            for try await request in admin.allJoinRequests(of: organization) { statuses.append(request.status) }
            #expect(statuses.sorted() == ["refused", "withdrawn"])
            #expect(try await person.me().userOrgs.isEmpty)
        }
    }

    @Test func `lists of more than a page are read to their end`() async throws {
        let house = try await House(quotas: .off)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            for index in 0..<3 {
                _ = try await usher.createRole(
                    CreateCustomRole(name: "r\(index)", permissions: ["invitation": ["read"]]), of: organization)
                _ = try await usher.createDomain(CreateDomain(domain: "d\(index).example.org"), of: organization)
                let end = APITime(milliseconds: house.clock.now.milliseconds + 86_400_000)
                _ = try await usher.createJoinLink(
                    CreateJoinLink(
                        role: 0, maxUses: 1 + index, expiresAt: end, redirectURI: "https://app.example.com/"),
                    of: organization)
            }
            for index in 0..<201 { _ = try await usher.suppress("a\(index)@example.org", in: organization) }
            var (roles, domains, links, hashes) = ([String](), [String](), [Int](), Set<String>())
            for try await role in usher.allRoles(of: organization) { roles.append(role.name) }
            for try await domain in usher.allDomains(of: organization) { domains.append(domain.domain) }
            for try await link in usher.allJoinLinks(of: organization) { links.append(link.maxUses) }
            for try await one in usher.allSuppressions(of: organization) { hashes.insert(one.hash) }
            #expect(roles == ["r2", "r1", "r0"])
            #expect(domains == ["d2.example.org", "d1.example.org", "d0.example.org"])
            #expect(links == [3, 2, 1])
            #expect(hashes.count == 201)
        }
    }
}
