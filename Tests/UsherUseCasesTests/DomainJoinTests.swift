import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Joining by a verified domain, and asking to: AZ-13, CON-14.
@Suite(.timeLimit(.minutes(15)))
struct DomainJoinTests {
    @Test(arguments: Engine.available)
    func `who has a proved address at the domain sees the organization and joins it at once`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let domain = try await world.prove("example.org", joining: .join, role: .admin)
        let ada = try await world.account("ada@example.org")
        let found = try #require(try await world.open(to: ada).first)
        #expect(found.organization.id == world.organization.id && found.joining == .join && found.role == .admin)
        #expect(found.request == nil)
        guard case .joined(_, let role) = try await world.enter(ada) else {
            Issue.record("not joined")
            return
        }
        #expect(role == .admin)
        #expect(try await world.role(of: ada.id) == .admin)
        #expect(try await world.open(to: ada).isEmpty)
        let invitation = try await world.find("ada@example.org")
        #expect(invitation.status == .accepted && invitation.acceptedBy == ada.id)
        #expect(invitation.inviter == .user(world.admin.id), "who switched joining on answers for it")
        #expect(try await world.audited(invitation.id) == ["invitation.created", "invitation.accepted"])
        let actors = try await world.store.read {
            try $0.entries(about: invitation.id.rawValue, in: domain.organization)
        }.map(\.actor)
        #expect(actors == ["domain:\(domain.id)", "user:\(ada.id)"])
        #expect(world.dispatch.letters.isEmpty)
        guard case .joined = try await world.enter(ada) else {
            Issue.record("twice is an error")
            return
        }
    }

    /// AZ-13: only the exact domain of a verified address.
    @Test(
        arguments: Engine.available,
        [
            "u@sub.corp.example", "u@xcorp.example", "u@corp.example.evil.example", "u@corpexample.com",
            "u@ćorp.example",
            "u@example", "u@corp-example.com",
        ])
    func `AZ-13 a domain that only looks like it lets nobody in`(_ engine: Engine, _ address: String) async throws {
        let world = try await World(engine)
        _ = try await world.prove("corp.example", joining: .join)
        guard let email = try? EmailAddress(parsing: address) else { return }
        let user = try await world.account(email.typed)
        #expect(try await world.open(to: user).isEmpty)
        await #expect(throws: Refusal.organizationNotFound) { try await world.enter(user) }
        #expect(try await world.role(of: user.id) == nil)
    }

    @Test(arguments: Engine.available)
    func `AZ-13 the address must be proved, in any spelling of the domain, and by a person who is there`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        _ = try await world.prove("xn--bcher-kva.example", joining: .join)
        let ada = try await world.account("ada@BÜCHER.example")
        guard case .joined = try await world.enter(ada) else {
            Issue.record("not joined")
            return
        }
        let bob = try await world.account("bob@bücher.example", verified: false)
        await #expect(throws: Refusal.addressUnverified) { try await world.enter(bob) }
        await #expect(throws: Refusal.addressUnverified) { try await world.open(to: bob) }
        let cy = try await world.account("cy@bücher.example")
        await #expect(throws: Refusal.sessionRequired) {
            try await world.useCases.joinByDomain.join(
                world.organization.id, as: .userKey(user: cy.id, key: ID(rawValue: world.effects.newID())),
                facts: World.facts)
        }
        await #expect(throws: Refusal.personRequired) {
            try await world.useCases.joinByDomain.list(as: world.organizationKey(.owner))
        }
        #expect(try await world.role(of: cy.id) == nil)
    }

    @Test(arguments: Engine.available)
    func `CON-14 of forty who join at once exactly as many get in as there are seats`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        _ = try await world.prove("example.org", joining: .join)
        try await world.limit(to: 10)
        var people: [User] = []
        for number in 0..<40 { people.append(try await world.account("p\(number)@example.org")) }
        let all = people
        let steps = await world.many(40) { number in
            guard case .joined = try await world.enter(all[number]) else { return false }
            return true
        }
        #expect(steps.wins == 7 && steps.refusals == Array(repeating: .seatLimitReached, count: 33), "\(steps.faults)")
        #expect(try await world.seats() == SeatCount(limit: 10, used: 10, held: 0, waiting: 0, keepsWaitlist: false))
    }

    @Test(arguments: Engine.available)
    func `one person who clicks twenty times at once is one member by one invitation`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        _ = try await world.prove("example.org", joining: .join)
        let ada = try await world.account("ada@example.org")
        let steps = await world.many(20) { _ in
            guard case .joined = try await world.enter(ada) else { return false }
            return true
        }
        #expect(steps.wins == 20, "\(steps)")
        #expect(try await world.all().count == 1)
    }

    @Test(arguments: Engine.available)
    func `when all seats are taken the waitlist is for them, if there is one`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        try await world.limit(to: 3, waitlist: true)
        let ada = try await world.account("ada@example.org")
        guard case .waits(let waiting) = try await world.enter(ada) else {
            Issue.record("no wait")
            return
        }
        #expect(waiting.status == .waitlisted)
        guard case .waits = try await world.enter(ada) else {
            Issue.record("twice")
            return
        }
        try await world.limit(to: 4, waitlist: true)
        #expect(try await world.useCases.fillSeats() == 1)
        #expect(try await world.find("ada@example.org").status == .pending, "a letter is on its way")
        guard case .joined = try await world.enter(ada) else {
            Issue.record("not joined")
            return
        }
    }

    @Test(arguments: Engine.available)
    func `what keeps others out keeps out these too`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        let (ada, bob) = (try await world.account("ada@example.org"), try await world.account("bob@example.org"))
        let (hash, id, now) = (world.effects.emailHash(ada.email), world.organization.id, world.clock.now())
        try await world.store.write { try $0.suppress(hash, in: id, at: now) }
        await #expect(throws: Refusal.recipientSuppressed) { try await world.enter(ada) }
        try await world.database.set(of: id) { $0.blockedDomains = ["example.org"] }
        await #expect(throws: Refusal.domainNotAllowed) { try await world.enter(bob) }
        try await world.database.set(of: id) { $0.blockedDomains = [] }
        try await world.delete()
        await #expect(throws: Refusal.organizationNotFound) { try await world.enter(bob) }
        #expect(try await world.open(to: bob).isEmpty)
        #expect(try await world.role(of: ada.id) == nil)
        #expect(try await world.role(of: bob.id) == nil)
    }

    /// AZ-04: the living ceiling.
    @Test(arguments: Engine.available)
    func `AZ-04 when who switched joining on could not grant it any more, people ask instead`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join, role: .admin)
        try await world.change(world.admin, to: .user, as: world.owner)
        let ada = try await world.account("ada@example.org")
        #expect(try await world.open(to: ada).first?.joining == .request)
        guard case .requested = try await world.enter(ada) else {
            Issue.record("joined")
            return
        }
        #expect(try await world.role(of: ada.id) == nil)
    }

    @Test(arguments: Engine.available)
    func `an invitation that is open already is the one that is accepted`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .request)
        try await world.send("ada@example.org", role: .admin)
        let ada = try await world.account("ada@example.org")
        guard case .joined(_, let role) = try await world.enter(ada) else {
            Issue.record("not joined")
            return
        }
        #expect(role == .admin)
        #expect(try await world.all().count == 1)
    }
}

extension World {
    func open(to user: User) async throws -> [OpenOrganization] {
        try await useCases.joinByDomain.list(as: caller(user))
    }
}
