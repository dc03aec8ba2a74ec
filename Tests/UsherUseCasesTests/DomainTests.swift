import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Domains that the DNS proves: AZ-13, CRS-15, AZ-04.
@Suite(.timeLimit(.minutes(15)))
struct DomainTests {
    @Test(arguments: Engine.available)
    func `a domain is claimed, proved by its record, and all of it is written down`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.claim(joining: .request)
        #expect(made.verifiedAt == nil && made.joiningNow == .off, "nothing before the proof")
        #expect(made.record.name == "_usher-challenge.example.org")
        #expect(made.record.value == "usher-verification=\(made.token)" && made.token.utf8.count == 43)
        #expect(try await world.claim(joining: .join) == made, "twice is no error, and changes nothing")
        await #expect(throws: Refusal.domainNotProved(made.record, found: nil)) { try await world.verify(made) }
        world.records.set([], at: made.record.name)
        await #expect(throws: Refusal.domainNotProved(made.record, found: 0)) { try await world.verify(made) }
        let near = ["v=spf1 -all", "usher-verification=", made.record.value + "x", made.record.value.lowercased()]
        world.records.set(near, at: made.record.name)
        await #expect(throws: Refusal.domainNotProved(made.record, found: 4)) { try await world.verify(made) }
        #expect(try await world.domain(made).verifiedAt == nil)
        world.records.set(near + [" \(made.record.value) "], at: made.record.name)
        let proved = try await world.verify(made)
        #expect(proved.verifiedAt == world.clock.now() && proved.joiningNow == .request)
        #expect(try await world.verify(made) == proved)
        #expect(try await world.audited(domain: made) == ["domain.added", "domain.verified"])
        try await world.useCases.domains.remove(
            made.id, from: world.organization.id, as: world.caller(world.admin), facts: World.facts)
        #expect(try await world.audited(domain: made).last == "domain.removed")
        await #expect(throws: Refusal.domainNotFound) { try await world.verify(made) }
    }

    /// CRS-15: trouble with the DNS is no proof of anything.
    @Test(arguments: Engine.available)
    func `CRS-15 when no name server answers nothing changes`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.prove("example.org", joining: .join)
        world.records.fallSilent()
        await #expect(throws: Refusal.domainLookupFailed(retryAfter: .seconds(60))) { try await world.verify(made) }
        world.clock.advance(by: .days(30))
        #expect(try await world.useCases.verifyDomain.again(limit: 10) == 1)
        let kept = try await world.domain(made)
        #expect(kept.verifiedAt != nil && kept.missingSince == nil && kept.joiningNow == .join)
        #expect(try await world.useCases.verifyDomain.again(limit: 10) == 0)
        world.clock.advance(by: .hours(1))
        #expect(try await world.useCases.verifyDomain.again(limit: 10) == 1, "soon again")
    }

    @Test(arguments: Engine.available)
    func `a record that is gone for a week ends the proof and the joining, and no membership`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let made = try await world.prove("example.org", joining: .join)
        let ada = try await world.account("ada@example.org")
        guard case .joined = try await world.enter(ada) else {
            Issue.record("not joined")
            return
        }
        world.records.set([], at: made.record.name)
        #expect(try await world.useCases.verifyDomain.again(limit: 10) == 0, "looked at just now")
        for day in 1...7 {
            world.clock.advance(by: .days(1))
            #expect(try await world.useCases.verifyDomain.again(limit: 10) == 1)
            let now = try await world.domain(made)
            #expect(now.verifiedAt != nil && now.missingSince != nil && now.joiningNow == .join, "day \(day)")
        }
        // It came back for a day: the week begins anew.
        world.records.set([made.record.value], at: made.record.name)
        world.clock.advance(by: .days(1))
        #expect(try await world.useCases.verifyDomain.again(limit: 10) == 1)
        #expect(try await world.domain(made).missingSince == nil)
        world.records.set(nil, at: made.record.name)
        for _ in 1...8 {
            world.clock.advance(by: .days(1))
            #expect(try await world.useCases.verifyDomain.again(limit: 10) == 1)
        }
        let lost = try await world.domain(made)
        #expect(lost.verifiedAt == nil && lost.missingSince == nil && lost.joining == .off)
        #expect(try await world.audited(domain: made).last == "domain.lost")
        #expect(try await world.useCases.verifyDomain.again(limit: 10) == 0)
        #expect(try await world.role(of: ada.id) == .user, "members stay")
        let bob = try await world.account("bob@example.org")
        await #expect(throws: Refusal.organizationNotFound) { try await world.enter(bob) }
    }

    @Test(arguments: Engine.available)
    func `a domain that another organization has proved is taken, and both may claim it`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let made = try await world.prove("example.org", joining: .join)
        let other = try await world.useCases.createOrganization(
            named: DisplayName(stored: "Other"), as: world.caller(world.owner), facts: World.facts)
        let caller = try await world.caller(world.owner)
        let theirs = try await world.useCases.domains.add(
            .success(DomainDraft(name: "example.org")), to: other.id, as: caller, facts: World.facts)
        #expect(theirs.token != made.token)
        world.records.set([made.record.value, theirs.record.value], at: theirs.record.name)
        await #expect(throws: Refusal.domainTaken) {
            try await world.useCases.verifyDomain(theirs.id, in: other.id, as: caller, facts: World.facts)
        }
        // Neither sees the other's.
        await #expect(throws: Refusal.domainNotFound) {
            try await world.useCases.domains.find(made.id, in: other.id, as: caller)
        }
        try await world.useCases.domains.remove(
            made.id, from: world.organization.id, as: caller, facts: World.facts)
        let proved = try await world.useCases.verifyDomain(theirs.id, in: other.id, as: caller, facts: World.facts)
        #expect(proved.verifiedAt != nil)
    }

    /// AZ-04: nobody grants above their own role, by a domain either.
    @Test(arguments: Engine.available)
    func `AZ-04 a domain makes no owners, nothing above its setter's role, and nothing before the proof`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let made = try await world.claim()
        let tooHigh = Refusal.invalidBody([FieldProblem("/role", .outOfRange)])
        await #expect(throws: tooHigh) { try await world.set(made, DomainChange(role: .owner)) }
        await #expect(throws: Refusal.domainNotVerified) { try await world.set(made, DomainChange(joining: .join)) }
        #expect(try await world.set(made, DomainChange(role: .admin)).role == .admin)
        #expect(try await world.set(made, DomainChange(joining: .off)).joining == .off)
        await #expect(throws: Refusal.roleTooLow(needed: .domainUpdate)) {
            try await world.set(made, DomainChange(role: .user), as: world.member)
        }
        let key = try await world.organizationKey(.user)
        await #expect(throws: Refusal.roleTooLow(needed: .domainRead)) {
            try await world.useCases.domains.list(of: world.organization.id, after: nil, limit: 10, as: key)
        }
    }

    @Test(arguments: Engine.available)
    func `an organization has at most a hundred domains, and asks so often`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for number in 0..<100 { _ = try await world.claim("d\(number).example.org") }
        await #expect(throws: Refusal.domainLimitReached) { try await world.claim("more.example.org") }
        #expect(try await world.claim("d7.example.org").name == "d7.example.org", "what is there is there")
        let limited = try await World(engine)
        let made = try await limited.claim()
        for _ in 0..<60 { _ = await refusals { _ = try await limited.verify(made) } }
        #expect(limited.records.questions == 60)
        guard case .limited? = await refusals({ _ = try await limited.verify(made) }) else {
            Issue.record("no limit")
            return
        }
        #expect(limited.records.questions == 60, "nobody is asked for it")
    }

    private func refusals(_ work: () async throws -> Void) async -> Refusal? {
        do {
            try await work()
            return nil
        } catch { return error as? Refusal }
    }
}

extension World {
    func claim(
        _ name: String = "example.org", joining: OrganizationDomain.Joining = .off, role: Role = .user,
        as user: User? = nil
    ) async throws -> OrganizationDomain {
        try await useCases.domains.add(
            .success(DomainDraft(name: name, joining: joining, role: role)), to: organization.id,
            as: caller(user ?? admin), facts: Self.facts)
    }

    @discardableResult
    func verify(_ domain: OrganizationDomain) async throws -> OrganizationDomain {
        try await useCases.verifyDomain(
            domain.id, in: domain.organization, as: caller(admin), facts: Self.facts)
    }

    /// A domain with its record in the DNS.
    func prove(
        _ name: String, joining: OrganizationDomain.Joining, role: Role = .user, as user: User? = nil
    ) async throws -> OrganizationDomain {
        let made = try await claim(name, joining: joining, role: role, as: user)
        records.set([made.record.value], at: made.record.name)
        return try await verify(made)
    }

    @discardableResult
    func set(
        _ domain: OrganizationDomain, _ change: DomainChange, as user: User? = nil
    ) async throws -> OrganizationDomain {
        try await useCases.domains.change(
            domain.id, .success(change), in: domain.organization, as: caller(user ?? admin), facts: Self.facts)
    }

    func domain(_ domain: OrganizationDomain) async throws -> OrganizationDomain {
        try #require(try await store.read { try $0.domain(domain.id, in: domain.organization) })
    }

    func audited(domain: OrganizationDomain) async throws -> [String] {
        try await store.read { try $0.entries(about: domain.id.rawValue, in: domain.organization) }
            .map(\.action.rawValue)
    }

    func enter(_ user: User) async throws -> JoiningStep {
        try await useCases.joinByDomain.join(organization.id, as: caller(user), facts: Self.facts)
    }
}
