import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// `access(of:in:at:)`: what a caller may do now, from the rows.
@Suite(.timeLimit(.minutes(15)))
struct AccessTests {
    private static let scopes = Scopes(stored: ["POST /api/invitation"])

    private func key(_ holder: APIKey.Holder, role: Role, scopes: Scopes? = nil, ends: Timestamp? = nil) -> APIKey {
        APIKey(
            id: Sample.id(), holder: holder, name: DisplayName(stored: "ci"), role: role, scopes: scopes,
            createdAt: Sample.now, updatedAt: Sample.now, expiresAt: ends)
    }

    @Test(arguments: Engine.available)
    func `a session has its membership's role, while both are there`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        try await house.signIn("s")
        let caller = Caller.session(user: house.owner.id, hash: "s")
        let access: @Sendable (Caller, Timestamp) async throws -> Access? = { caller, now in
            try await house.store.read { try $0.access(of: caller, in: house.organization.id, at: now) }
        }
        #expect(try await access(caller, Sample.now) == Access(role: .owner))
        #expect(try await access(caller, Sample.now + .days(30)) == nil)
        #expect(try await access(.session(user: house.owner.id, hash: "t"), Sample.now) == nil)
        let stranger = try await house.person("stranger")
        #expect(try await access(.session(user: stranger.id, hash: "s"), Sample.now) == nil)
        _ = try await house.store.write { try $0.end(session: "s") }
        #expect(try await access(caller, Sample.now) == nil)
    }

    @Test(arguments: Engine.available)
    func `a person's key has the lower role and both restrictions`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let person = try await house.person("ada")
        let key = key(.user(person.id), role: .owner, scopes: Self.scopes)
        try await house.store.write { tx in
            _ = try tx.add(
                Sample.membership(person.id, house.organization.id, role: .admin, scopes: Scopes(stored: [])),
                from: nil)
            try tx.add(key, hash: "k", createdBy: person.id)
        }
        let caller = Caller.userKey(user: person.id, key: key.id)
        let access: @Sendable () async throws -> Access? = {
            try await house.store.read { try $0.access(of: caller, in: house.organization.id, at: Sample.now) }
        }
        #expect(try await access() == Access(role: .admin, restrictions: [Scopes(stored: []), Self.scopes]))
        #expect(try await house.store.read { try $0.apiKey(hash: "k", at: Sample.now) } == key)
        try await house.store.write { try $0.endKeys(of: person.id, at: Sample.now) }
        #expect(try await access() == nil)
        #expect(try await house.store.read { try $0.apiKey(hash: "k", at: Sample.now) } == nil)
    }

    @Test(arguments: Engine.available, [-1, 0, 1])
    func `INV-10 a key ends at its millisecond`(_ engine: Engine, _ offset: Int64) async throws {
        let house = try await SampleHouse(engine)
        let end = Sample.now + .hours(1)
        let key = key(.organization(house.organization.id), role: .admin, ends: end)
        try await house.store.write { try $0.add(key, hash: "k", createdBy: house.owner.id) }
        let caller = Caller.organizationKey(organization: house.organization.id, key: key.id)
        let moment = end + .milliseconds(offset)
        let found = try await house.store.read { tx in
            (
                try tx.access(of: caller, in: house.organization.id, at: moment) != nil,
                try tx.apiKey(hash: "k", at: moment) != nil
            )
        }
        #expect(found == (offset < 0, offset < 0))
    }

    @Test(arguments: Engine.available)
    func `AZ-03 an organization's key is worth nothing in another`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let other = Sample.organization(name: "Other")
        let key = key(.organization(house.organization.id), role: .owner)
        try await house.store.write { tx in
            try tx.add(other)
            try tx.add(key, hash: "k", createdBy: nil)
            try tx.touch(key: key.id, at: Sample.now)
        }
        let accesses = try await house.store.read { tx in
            // A caller that names the wrong organization as its own gets nothing either.
            try [house.organization.id, other.id].map { owner in
                try tx.access(of: .organizationKey(organization: owner, key: key.id), in: other.id, at: Sample.now)
            }
        }
        #expect(accesses == [nil, nil])
        #expect(try await house.store.read { try $0.key(key.id, in: other.id) } == nil)
        #expect(try await house.store.read { try $0.key(key.id, in: house.organization.id)?.lastUsedAt } == Sample.now)
    }

    @Test(arguments: Engine.available)
    func `a deleted organization is not there for anybody`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        try await house.signIn("s")
        let key = key(.organization(house.organization.id), role: .owner)
        try await house.store.write { try $0.add(key, hash: "k", createdBy: nil) }
        try await house.delete()
        let (id, owner) = (house.organization.id, house.owner)
        let isThere = try await house.store.read { tx in
            [
                try tx.access(of: .session(user: owner.id, hash: "s"), in: id, at: Sample.now) != nil,
                try tx.access(of: .organizationKey(organization: id, key: key.id), in: id, at: Sample.now) != nil,
                try tx.organization(id) != nil, try tx.membership(of: owner.id, in: id) != nil,
                try !tx.memberships(of: owner.id).isEmpty, try tx.isMember(owner.email, of: id),
                try !tx.organizations(limit: 9).isEmpty, try tx.hasAdmin(),
            ]
        }
        #expect(isThere.wins == 0)
        #expect(try await house.store.write { try $0.lock(id, at: Sample.now) } == false)
    }
}
