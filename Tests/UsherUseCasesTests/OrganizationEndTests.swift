import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Organizations that are given up and come back, memberships that end, ownership that passes on.
@Suite(.timeLimit(.minutes(15)))
struct OrganizationEndTests {
    @Test(arguments: Engine.available)
    func `AZ-17 INV-21 a deleted organization is there for nobody, and its offers say that they were withdrawn`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        world.dispatch.answer(nil)
        try await world.send("ada@example.com", as: world.owner)
        let code = try world.code(for: "ada@example.com")
        let key = try await world.organizationKey(.owner)
        let owner = try await world.caller(world.owner)
        #expect(
            try await refusal { try await world.delete(as: world.admin) } == .roleTooLow(needed: .organizationDelete))
        try await world.delete()

        for caller in [key, owner] { #expect(try await world.access(of: caller) == nil) }
        #expect(try await refusal { try await world.delete() } == .notAMember)
        guard case .withdrawn(let offer) = try await world.useCases.openInvitation(code: code, as: nil) else {
            Issue.record("not withdrawn")
            return
        }
        #expect(offer.organization.name == world.organization.name)
        #expect(try await refusal { _ = try await world.accept("ada@example.com") } == .invitationEnded)
        let now = world.clock.now()
        #expect(try await world.store.read { try $0.outboxDepth(at: now).waiting } == 0)
        #expect(try await world.useCases.describeCaller(owner).memberships.isEmpty)
    }

    @Test(arguments: Engine.available)
    func `a former owner restores it within the grace time, and nobody else`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let members = world.useCases.members
        let id = world.organization.id
        try await world.send("ada@example.com", as: world.owner)
        let key = try await world.organizationKey(.owner)
        let restore: @Sendable (User) async throws -> Refusal? = { user in
            let caller = try await world.caller(user)
            return try await refusal {
                _ = try await members.restoreOrganization(id, as: caller, facts: World.facts)
            }
        }
        #expect(try await restore(world.owner) == .organizationNotFound)
        try await world.delete()
        #expect(try await restore(world.admin) == .organizationNotFound)
        #expect(try await restore(try await world.account("stranger@example.com")) == .organizationNotFound)
        let byKey = try await refusal {
            _ = try await members.restoreOrganization(id, as: key, facts: World.facts)
        }
        #expect(byKey == .personRequired)
        world.clock.advance(by: .days(29))
        #expect(try await restore(world.owner) == nil)
        #expect(try await world.role(of: world.admin.id) == .admin)
        #expect(try await world.access(of: key) == Access(role: .owner))
        #expect(try await world.status("ada@example.com") == .revoked)
        try await world.delete()
        world.clock.advance(by: .days(30))
        #expect(try await restore(world.owner) == .organizationNotFound)
    }

    @Test(arguments: Engine.available)
    func `AZ-17 what is left of it is purged in batches, and its id never comes back`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let id = world.organization.id
        for index in 0..<30 { try await world.send("guest\(index)@example.com", as: world.owner) }
        for _ in 0..<7 { _ = try await world.organizationKey(.admin) }
        let other = try await world.useCases.createOrganization(
            named: DisplayName(stored: "Other"), as: try await world.caller(world.owner), facts: World.facts)
        try await world.delete()
        #expect(try await world.tending.purge(limit: 10) == false)
        world.clock.advance(by: .days(30))
        var batches = 0
        while try await world.tending.purge(limit: 10) { batches += 1 }
        #expect(batches > 5)
        #expect(try await world.store.read { try $0.knownOrganization(id) } == nil)
        #expect(try await world.store.read { try $0.organization(other.id) } != nil)
        let owner = world.owner.id
        #expect(try await world.store.read { try $0.membership(of: owner, in: other.id)?.role } == .owner)
        let again = try await refusal {
            _ = try await world.useCases.members.restoreOrganization(
                id, as: try await world.caller(world.owner), facts: World.facts)
        }
        #expect(again == .organizationNotFound)
    }

    // MARK: Memberships that end

    @Test(arguments: Engine.available, [-1, 0, 1])
    func `a membership ends at its millisecond, swept or not`(_ engine: Engine, _ offset: Int64) async throws {
        let world = try await World(engine)
        let end = world.clock.now() + .days(10)
        try await world.send("ada@example.com", as: world.admin)
        try await world.change(
            world.admin, MembershipChange(endsAt: .set(end)), as: try await world.caller(world.owner))
        world.clock.advance(by: .days(10) + .milliseconds(offset))
        let session = try await world.caller(world.admin)
        #expect(try await (world.access(of: session) != nil) == (offset < 0))
        #expect(try await world.useCases.describeCaller(session).memberships.isEmpty == (offset >= 0))
        #expect(try await world.tending.removeEnded(limit: 10) == (offset < 0 ? 0 : 1))
        #expect(try await world.role(of: world.admin.id) == (offset < 0 ? .admin : nil))
    }

    @Test(arguments: Engine.available)
    func `AZ-06 what an ended member offered waits for an admin, and they can be invited again`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let end = world.clock.now() + .days(2)
        try await world.send("ada@example.com", as: world.admin)
        try await world.change(
            world.admin, MembershipChange(endsAt: .set(end)), as: try await world.caller(world.owner))
        world.clock.advance(by: .days(2))
        // Before anybody swept: the offer is worth nothing, and the seat is free.
        #expect(try await refusal { _ = try await world.accept("ada@example.com") } == .invitationNeedsApproval)
        #expect(try await world.send("admin@example.com", as: world.owner) == .sent)
        let code = try world.code(for: "admin@example.com")
        _ = try await world.useCases.acceptInvitation.asSignedIn(
            code: code, session: try await world.session(of: world.admin), facts: World.facts)
        #expect(try await world.role(of: world.admin.id) == .user)
        #expect(try await world.tending.removeEnded(limit: 10) == 0)
        #expect(try await world.role(of: world.admin.id) == .user)
    }

    @Test(arguments: Engine.available)
    func `a member is told once that it ends, a week before, by one of many nodes`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let owner = try await world.caller(world.owner)
        let end: @Sendable (Duration) async throws -> Void = { time in
            let moment = world.clock.now() + time
            try await world.change(world.member, MembershipChange(endsAt: .set(moment)), as: owner)
        }
        try await end(.days(8))
        #expect(try await world.tending.tellEndings(limit: 10) == 0)
        world.clock.advance(by: .days(1))
        let told = try await race(20) { _ in try await world.tending.tellEndings(limit: 10) }
        #expect(told.reduce(0, +) == 1)
        let now = world.clock.now()
        let letters = try await world.store.write {
            try $0.claimLetters(10, lease: Lease(node: "n", until: now + .minutes(1)), at: now)
        }
        #expect(letters.map(\.recipient) == [world.member.email])
        guard case .notice(let notice)? = letters.first?.content else {
            Issue.record("no notice")
            return
        }
        #expect((notice.kind, notice.organization) == (.membershipEnding, world.organization.id))
        // Another end is told anew; the same one is not.
        world.clock.advance(by: .days(1))
        #expect(try await world.tending.tellEndings(limit: 10) == 0)
        try await end(.days(3))
        #expect(try await world.tending.tellEndings(limit: 10) == 1)
    }

    @Test(arguments: Engine.available)
    func `an end in the past is refused`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let owner = try await world.caller(world.owner)
        let now = world.clock.now()
        let refused = try await refusal {
            try await world.change(world.member, MembershipChange(endsAt: .set(now)), as: owner)
        }
        #expect(refused == .invalidBody([FieldProblem("/ends_at", .outOfRange)]))
    }

    // MARK: Ownership

    @Test(arguments: Engine.available)
    func `ownership passes when the receiver accepts, and not before`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let members = world.useCases.members
        let id = world.organization.id
        let (owner, receiver) = (try await world.caller(world.owner), try await world.caller(world.member))
        let end = world.clock.now() + .days(20)
        try await world.change(
            world.member,
            MembershipChange(scopes: .set(Scopes(stored: [AnswerOwnership.acceptRoute])), endsAt: .set(end)),
            as: owner)
        try await world.send("heir@example.com", role: .owner, as: world.owner)
        let offer: @Sendable () async throws -> OwnershipTransfer = {
            try await members.offerOwnership(of: id, to: .success(world.member.id), as: owner, facts: World.facts)
        }
        #expect(try await refusal { _ = try await members.findOwnershipOffer(id, as: owner) } == .transferNotFound)
        let made = try await offer()
        let outOfScope = try await refusal { _ = try await members.findOwnershipOffer(id, as: receiver) }
        #expect(outOfScope == .outOfScope(route: FindOwnershipOffer.route))
        #expect(try await members.findOwnershipOffer(id, as: owner) == made)
        #expect(try await refusal { _ = try await offer() } == .transferPending)
        #expect(world.dispatch.letters.last?.recipient == world.member.email)
        #expect(try await world.role(of: world.owner.id) == .owner)
        #expect(try await world.role(of: world.member.id) == .user)
        let admin = try await world.caller(world.admin)
        let wrong = try await refusal { try await members.answerOwnership.accept(id, as: admin, facts: World.facts) }
        #expect(wrong == .transferNotFound)
        try await members.answerOwnership.accept(id, as: receiver, facts: World.facts)
        #expect(try await world.role(of: world.owner.id) == .admin)
        let member = world.member.id
        let now = try #require(try await world.store.read { try $0.membership(of: member, in: id) })
        #expect(now.isLastingOwner)
        #expect(now.scopes == nil)
        // The former owner can't make owners any more.
        #expect(try await world.status("heir@example.com") == .needsApproval)
        let twice = try await refusal { try await members.answerOwnership.accept(id, as: receiver, facts: World.facts) }
        #expect(twice == .transferNotFound)
    }

    @Test(arguments: Engine.available)
    func `an offer of ownership ends with its time, and with the ownership of its giver`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let members = world.useCases.members
        let id = world.organization.id
        let (owner, receiver) = (try await world.caller(world.owner), try await world.caller(world.admin))
        let offer: @Sendable () async throws -> Void = {
            _ = try await members.offerOwnership(of: id, to: .success(world.admin.id), as: owner, facts: World.facts)
        }
        let accept: @Sendable () async throws -> Refusal? = {
            try await refusal { try await members.answerOwnership.accept(id, as: receiver, facts: World.facts) }
        }
        try await offer()
        world.clock.advance(by: .days(7))
        #expect(try await accept() == .transferNotFound)
        // Another can be made in its place.
        try await offer()
        let second = try await world.join("second@example.com", .owner)
        try await world.change(world.owner, to: .admin, as: second)
        #expect(try await accept() == .transferNotFound)
        #expect(try await world.role(of: world.admin.id) == .admin)
        let stranger = try await world.account("stranger@example.com")
        let secondCaller = try await world.caller(second)
        let refused = try await refusal {
            _ = try await members.offerOwnership(
                of: id, to: .success(stranger.id), as: secondCaller, facts: World.facts)
        }
        #expect(refused == .memberNotFound)
    }

    // MARK: Settings

    @Test(arguments: Engine.available)
    func `an organization's own time for invitations is the one that counts`(_ engine: Engine) async throws {
        let world = try await World(engine)
        var change = SettingsChange()
        change.invitationLife = .set(.hours(3))
        _ = try await world.useCases.members.changeSettings(
            of: world.organization.id, .success(change), as: try await world.caller(world.owner), facts: World.facts)
        try await world.send("ada@example.com")
        let made = try #require(try await world.invitation("ada@example.com"))
        #expect(made.expiresAt - made.createdAt == .hours(3))
        world.clock.advance(by: .hours(3))
        #expect(try await refusal { _ = try await world.accept("ada@example.com") } == .invitationExpired)
    }
}
