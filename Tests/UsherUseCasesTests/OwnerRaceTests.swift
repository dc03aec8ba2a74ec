import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherText
import UsherUseCases

/// What many do at once to who owns an organization, to the organization itself, and to a person as a whole.
@Suite(.timeLimit(.minutes(15)))
struct OwnerRaceTests {
    @Test(arguments: Engine.available)
    func `CON-06 AZ-09 of erasing, leaving, removing and demoting the last two owners one stays`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<20 {
            let second = try await world.join("second\(round)@example.com", .owner)
            let callers = [try await world.caller(world.owner), try await world.caller(second)]
            let organization = world.organization.id
            let outcomes = try await verdicts(of: 20) { index in
                switch index % 5 {
                case 0: _ = try await world.useCases.operatorActions.erase(second.email)
                case 1:
                    try await world.useCases.members.remove(
                        second.id, of: organization, as: callers[1], facts: World.facts)
                case 2:
                    try await world.useCases.members.remove(
                        world.owner.id, of: organization, as: callers[index % 2], facts: World.facts)
                case 3: try await world.change(world.owner, MembershipChange(role: .set(.admin)), as: callers[1])
                default: try await world.change(second, MembershipChange(role: .set(.user)), as: callers[0])
                }
            }
            #expect(try await world.lastingOwners() == 1)
            #expect(outcomes.contains { $0 != nil }, "\(outcomes)")
            try await world.restoreOwner()
        }
    }

    @Test(arguments: Engine.available)
    func `CON-06 of accepting an ownership, taking it back and losing it the order decides`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        let (members, id) = (world.useCases.members, world.organization.id)
        let second = try await world.join("second@example.com", .owner)
        for round in 0..<10 {
            let heir = try await world.join("heir\(round)@example.com", .admin)
            let giver = try await world.caller(world.owner)
            let (receiver, other) = (try await world.caller(heir), try await world.caller(second))
            _ = try await members.offerOwnership(of: id, to: .success(heir.id), as: giver, facts: World.facts)
            let outcomes = try await verdicts(of: 20) { index in
                switch index % 4 {
                case 0: try await members.answerOwnership.accept(id, as: receiver, facts: World.facts)
                case 1: try await members.cancelOwnership(id, as: other, facts: World.facts)
                case 2: try await world.change(world.owner, MembershipChange(role: .set(.admin)), as: other)
                default:
                    guard index > 15 else { return }
                    try await members.remove(heir.id, of: id, as: other, facts: World.facts)
                }
            }
            let taken = stride(from: 0, to: 20, by: 4).count { outcomes[$0] == nil }
            let cancelled = stride(from: 1, to: 20, by: 4).count { outcomes[$0] == nil }
            #expect(taken + cancelled <= 1, "\(outcomes)")
            #expect(try await world.role(of: world.owner.id) == .admin)
            // An owner is removed as any member is; what was not accepted made nobody one.
            #expect(try await world.role(of: heir.id) == nil)
            #expect(try await world.lastingOwners() == 1)
            #expect(try await refusal { _ = try await members.findOwnershipOffer(id, as: other) } == .transferNotFound)
            try await world.change(world.owner, MembershipChange(role: .set(.owner)), as: other)
        }
    }

    @Test(arguments: Engine.available)
    func `CON-05 INV-21 of sends, acceptances and the end of the organization no offer outlives it`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        let (id, owner) = (world.organization.id, try await world.caller(world.owner))
        for round in 0..<8 {
            let guests = (0..<8).map { "guest\($0).\(round)@example.org" }
            for guest in guests { try await world.send(guest, as: world.owner) }
            let outcomes = try await verdicts(of: 20) { index in
                switch index {
                case 0..<8: try await world.accept(guests[index])
                case 8..<16:
                    _ = try await world.send("late\(index).\(round)@example.org", as: world.owner, patience: nil)
                default: try await world.useCases.members.deleteOrganization(id, as: owner, facts: World.facts)
                }
            }
            #expect(outcomes[16...].count { $0 == nil } == 1, "\(outcomes)")
            #expect(try await world.store.read { try $0.organization(id) } == nil)
            _ = try await world.useCases.members.restoreOrganization(id, as: owner, facts: World.facts)
            let all = try await world.all()
            #expect(all.allSatisfy { $0.status == .accepted || $0.status == .revoked }, "\(all.map(\.status))")
            for (index, guest) in guests.enumerated() {
                #expect(try await world.isMember(guest) == (outcomes[index] == nil))
            }
            let sent = outcomes[8..<16].count { $0 == nil }
            #expect(all.count { $0.email.typed.hasPrefix("late") && $0.email.typed.contains(".\(round)@") } == sent)
            #expect(try await world.waitingLetters().isEmpty)
        }
    }

    @Test(arguments: Engine.available)
    func `CON-05 of bringing an organization back and purging it, it is whole or gone`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for _ in 0..<8 {
            let owner = try await world.caller(world.owner)
            let id = try await world.crowded(as: owner)
            try await world.useCases.members.deleteOrganization(id, as: owner, facts: World.facts)
            world.clock.advance(by: world.useCases.rules.deletionGrace - .milliseconds(30))
            world.clock.tick()
            let outcomes = try await verdicts(of: 20) { index in
                if index.isMultiple(of: 2) {
                    _ = try await world.useCases.members.restoreOrganization(id, as: owner, facts: World.facts)
                } else {
                    _ = try await world.tending.purge(limit: 3)
                }
            }
            let restored = stride(from: 0, to: 20, by: 2).count { outcomes[$0] == nil }
            #expect(restored <= 1, "\(outcomes)")
            world.clock.advance(by: .hours(1))
            while try await world.tending.purge(limit: 3) {}
            #expect(try await world.rows(of: id) == (restored == 1 ? 10 : 0))
            let told = try await world.store.read { try $0.entries(about: id.rawValue, in: id) }.map(\.action)
            #expect(told.count { $0 == .organizationPurged } == 1 - restored)
            #expect(told.count { $0 == .organizationRestored } == restored)
        }
    }

    /// Its purge began by a clock that was ahead: no grace, and no other clock, brings back what is left.
    @Test(arguments: Engine.available)
    func `CON-05 what is purged in part is not brought back`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        let owner = try await world.caller(world.owner)
        let id = try await world.crowded(as: owner)
        try await world.useCases.members.deleteOrganization(id, as: owner, facts: World.facts)
        try await world.at(world.useCases.rules.deletionGrace) { () async throws in
            #expect(try await world.tending.purge(limit: 3))
        }
        #expect(try await world.rows(of: id) == 7)
        let refused = try await refusal {
            _ = try await world.useCases.members.restoreOrganization(id, as: owner, facts: World.facts)
        }
        #expect(refused == .organizationNotFound)
        #expect(
            try await refusal {
                _ = try await world.useCases.operatorActions.restoreOrganization(id, grace: .days(3650))
            } == .organizationNotFound)
        #expect(try await world.store.read { try $0.organization(id) } == nil)
        while try await world.tending.purge(limit: 3) {}
        #expect(try await world.rows(of: id) == 0)
    }

    @Test(arguments: Engine.available)
    func `CON-05 of erasing a person and accepting for them nothing of them is left`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<8 {
            let address = "ada\(round)@example.org"
            let ada = try await world.account(address, password: "the password of \(address)")
            try await world.send(address)
            let id = try await world.find(address).id
            let (caller, code) = (try await world.caller(ada), try world.code(for: address))
            let session = try await world.session(of: ada)
            let outcomes = try await verdicts(of: 20) { index in
                switch index % 4 {
                case 0: _ = try await world.acceptOwn(id, caller)
                case 1:
                    _ = try await world.useCases.acceptInvitation.asSignedIn(
                        code: code, session: session, facts: World.facts)
                default: _ = try await world.useCases.operatorActions.erase(ada.email)
                }
            }
            // Who finds that somebody else just erased the account is told so.
            #expect(
                outcomes.enumerated().allSatisfy { $0.offset % 4 < 2 || [nil, .notSignedIn].contains($0.element) },
                "\(outcomes)")
            #expect(outcomes.enumerated().contains { $0.offset % 4 >= 2 && $0.element == nil })
            #expect(try await world.store.read { try $0.account(of: ada.email) } == nil)
            #expect(try await world.store.read { try $0.memberships(of: ada.id).isEmpty })
            #expect(try await world.access(of: caller) == nil)
            #expect(try await world.erasures(of: ada.id) == 1)
            #expect(try await world.find(id: id).status != .pending)
            let everything = try await world.database.everything()
            #expect(!everything.contains(address))
        }
    }
}

extension World {
    /// One more organization, with ten rows: five members and five offers.
    func crowded(as owner: Caller) async throws -> ID<Organization> {
        let id = try await useCases.createOrganization(
            named: DisplayName(stored: "Crowded"), as: owner, facts: Self.facts
        ).id
        let now = clock.now()
        for _ in 0..<4 {
            let person = try await account("\(effects.newID())@example.org")
            let membership = Membership(
                id: ID(rawValue: effects.newID()), user: person.id, organization: id, role: .user, scopes: nil,
                createdAt: now, updatedAt: now)
            try await store.write { _ = try $0.add(membership, from: nil) }
        }
        for number in 0..<5 {
            let email = try EmailAddress(parsing: "new\(number)@example.org")
            let offer = Sample.invitation(to: email, in: id, by: .user(self.owner.id), createdAt: now)
            let hash = effects.hash(offer.id.rawValue)
            _ = try await store.write { try $0.add(offer, codeHash: hash, emailHash: hash) }
        }
        return id
    }

    /// Members and offers of an organization, whatever became of them.
    func rows(of id: ID<Organization>) async throws -> Int {
        let offers = InvitationSelection(
            organization: id, statuses: Set(Invitation.Status.allCases), limit: 100, now: clock.now())
        let members = MemberSelection(organization: id, limit: 100, now: clock.now())
        return try await store.read { try $0.members(members).count + $0.invitations(offers).count }
    }

    /// How often it is written down that a person was erased.
    fileprivate func erasures(of user: ID<User>) async throws -> Int {
        try await database.base.snapshot { session in
            try session.rows("SELECT id FROM audit WHERE subject = \(user) AND action = 'user.erased'").count
        }
    }

    fileprivate func find(id: ID<Invitation>) async throws -> Invitation {
        let organization = organization.id
        return try #require(try await store.read { try $0.invitation(id, in: organization) })
    }
}
