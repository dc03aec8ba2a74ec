import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// Proofs of addresses of verified domains, in the store.
@Suite(.timeLimit(.minutes(2)))
struct SignUpTests {
    private static let end = Sample.now + .minutes(10)

    private func proof(_ email: EmailAddress = Sample.email("ada")) -> (DomainProof, OneTimeLink) {
        let id: ID<OneTimeLink> = Sample.id()
        return (
            DomainProof(id: id, email: email, expiresAt: Self.end),
            OneTimeLink(
                id: id, purpose: .domain, hash: id.rawValue, user: nil, createdAt: Sample.now, expiresAt: Self.end)
        )
    }

    private func add(_ made: (DomainProof, OneTimeLink), to house: SampleHouse) async throws {
        try await house.store.write { tx in
            try tx.replace(made.0, at: Sample.now)
            try tx.add(made.1)
        }
    }

    @Test(arguments: Engine.available)
    func `a proof comes back as it was made, and a newer one ends the older`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (first, second, other) = (proof(), proof(), proof(Sample.email("bob")))
        for made in [first, other] { try await add(made, to: house) }
        #expect(try await house.store.read { try $0.domainProof(first.0.id) } == first.0)
        try await add(second, to: house)
        let (old, new, hers, link) = try await house.store.read { tx in
            (
                try tx.domainProof(first.0.id), try tx.domainProof(second.0.id), try tx.domainProof(other.0.id),
                try tx.oneTimeLink(hash: first.1.hash, purpose: .domain, at: Sample.now)
            )
        }
        #expect(old == nil && new == second.0 && hers == other.0 && link == nil)
    }

    @Test(arguments: Engine.available)
    func `of twenty proofs of one address that are made at once one works`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let all = (0..<20).map { _ in proof() }
        _ = try await race(20) { index in
            for _ in 0..<20 {
                do { return try await add(all[index], to: house) } catch is StoreUnavailable {
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
        }
        let working = try await house.store.read { tx in
            try all.filter { made in
                try tx.domainProof(made.0.id) != nil
                    && tx.oneTimeLink(hash: made.1.hash, purpose: .domain, at: Sample.now) != nil
            }
        }
        #expect(working.count == 1)
    }

    @Test(arguments: Engine.available)
    func `a proof is removed when its time is over, and not before`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let made = proof()
        try await add(made, to: house)
        _ = try await house.store.write { try $0.prune(limit: 10, at: Self.end - .milliseconds(1)) }
        #expect(try await house.store.read { try $0.domainProof(made.0.id) } == made.0)
        _ = try await house.store.write { try $0.prune(limit: 10, at: Self.end) }
        #expect(try await house.store.read { try $0.domainProof(made.0.id) } == nil)
    }

    @Test(arguments: Engine.available)
    func `whether any organization lets people in is known`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        func isOpen() async throws -> Bool { try await house.store.read { try $0.isAnyDomainOpen() } }
        #expect(try await !isOpen())
        let made = OrganizationDomain(
            id: Sample.id(), organization: house.organization.id, name: "example.org", token: "token",
            joining: .request, role: .user, inviter: .user(house.owner.id), createdAt: Sample.now,
            updatedAt: Sample.now)
        _ = try await house.store.write { try $0.add(made) }
        #expect(try await !isOpen(), "not proved")
        let proved = try #require(try await house.store.write { try $0.prove(made, at: Sample.now) })
        #expect(try await isOpen())
        var changed = proved
        changed.joining = .off
        let off = changed
        _ = try await house.store.write { try $0.change(off, at: Sample.now) }
        #expect(try await !isOpen())
        _ = try await house.store.write { try $0.change(proved, at: Sample.now) }
        #expect(try await isOpen())
        _ = try await house.store.write { try $0.delete(house.organization.id, at: Sample.now) }
        #expect(try await !isOpen())
    }
}
