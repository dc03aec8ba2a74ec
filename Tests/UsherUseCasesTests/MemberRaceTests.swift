import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// What many do to the members of one organization at once.
@Suite(.timeLimit(.minutes(15)))
struct MemberRaceTests {
    @Test(arguments: Engine.available)
    func `CON-06 owners who demote, remove and leave each other never leave none`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let key = try await world.organizationKey(.owner)
        var refused = 0
        for round in 0..<1000 {
            var owners = [world.owner]
            for index in 0..<3 { owners.append(try await world.join("o\(index).\(round)@example.com", .owner)) }
            let all = owners
            let outcomes = try await race(20) { index in
                let (actor, target) = (all[index % 4], all[(index / 4 + index) % 4])
                return try await refusal {
                    switch index % 5 {
                    case 0: try await world.change(target, to: .admin, as: actor)
                    case 1: try await world.remove(target, as: actor)
                    case 2: try await world.remove(actor, as: actor)
                    case 3: try await world.change(target, MembershipChange(role: .set(.user)), as: key)
                    default:
                        let end = world.clock.now() + .days(1)
                        try await world.change(target, MembershipChange(endsAt: .set(end)), as: key)
                    }
                }
            }
            #expect(try await world.lastingOwners() == 1)
            refused += outcomes.count { $0 == .lastOwner }
            // The next round begins with one owner again, whoever is left of this one.
            try await world.restoreOwner()
        }
        #expect(refused > 0)
    }

    @Test(arguments: Engine.available)
    func `CON-05 INV-21 of acceptance and the end of the organization nothing half is left`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        for round in 0..<8 {
            let addresses = (0..<5).map { "guest\($0).\(round)@example.org" }
            for address in addresses { try await world.send(address, as: world.owner) }
            let outcomes = try await race(20) { index in
                let address = addresses[index % 5]
                return try await refusal {
                    if index >= 18 { try await world.delete() } else { _ = try await world.accept(address) }
                }
            }
            #expect(outcomes.contains(nil))
            let id = world.organization.id
            #expect(try await world.store.read { try $0.organization(id) } == nil)
            let owner = try await world.caller(world.owner)
            _ = try await world.useCases.members.restoreOrganization(id, as: owner, facts: World.facts)
            for address in addresses {
                let status = try await world.status(address)
                let isMember = try await world.isMember(address)
                #expect(status == (isMember ? .accepted : .revoked))
            }
        }
    }

    @Test(arguments: Engine.available)
    func `CON-05 of acceptance and the inviter's removal the order decides`(_ engine: Engine) async throws {
        let world = try await World(engine)
        for round in 0..<8 {
            let inviter = try await world.join("inviter\(round)@example.com", .admin)
            let addresses = (0..<10).map { "guest\($0).\(round)@example.org" }
            for address in addresses { try await world.send(address, as: inviter) }
            _ = try await race(20) { index in
                try await refusal {
                    if index >= 17 {
                        try await world.remove(inviter, as: world.owner)
                    } else {
                        _ = try await world.accept(addresses[index % 10])
                    }
                }
            }
            #expect(try await world.role(of: inviter.id) == nil)
            for address in addresses {
                let isMember = try await world.isMember(address)
                #expect(try await world.status(address) == (isMember ? .accepted : .needsApproval))
            }
        }
    }

    @Test(arguments: Engine.available)
    func `of many changes of the settings at once none is lost`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let owner = try await world.caller(world.owner)
        let id = world.organization.id
        let domains = (0..<10).map { "d\($0).example" }
        _ = try await race(20) { index in
            var change = SettingsChange()
            switch index % 4 {
            case 0: change.seatLimit = .set(7)
            case 1: change.invitationLife = .set(.hours(5))
            case 2: change.allowedDomains = .set(domains)
            default: change.purgeAfterDays = .set(11)
            }
            return try await world.useCases.members.changeSettings(
                of: id, .success(change), as: owner, facts: World.facts)
        }
        let found = try await world.useCases.members.readSettings(of: id, as: owner).settings
        #expect(found.seatLimit == 7)
        #expect(found.invitationLife == .hours(5))
        #expect(found.allowedDomains == domains)
        #expect(found.purgeAfterDays == 11)
    }

    @Test(arguments: Engine.available)
    func `of an acceptance, a refusal and a cancellation of ownership exactly one wins`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let members = world.useCases.members
        let id = world.organization.id
        for _ in 0..<8 {
            let (owner, receiver) = (try await world.caller(world.owner), try await world.caller(world.admin))
            _ = try await members.offerOwnership(
                of: id, to: .success(world.admin.id), as: owner, facts: World.facts)
            let outcomes = try await race(20) { index in
                try await refusal {
                    switch index % 3 {
                    case 0: try await members.answerOwnership.accept(id, as: receiver, facts: World.facts)
                    case 1: try await members.answerOwnership.decline(id, as: receiver, facts: World.facts)
                    default: try await members.cancelOwnership(id, as: owner, facts: World.facts)
                    }
                }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(try await world.lastingOwners() == 1)
            let roles = (try await world.role(of: world.owner.id), try await world.role(of: world.admin.id))
            #expect(roles == (.admin, .owner) || roles == (.owner, .admin))
            try await world.restoreOwner()
            if try await world.role(of: world.admin.id) == .owner {
                try await world.change(world.admin, to: .admin, as: world.owner)
            }
        }
    }

    /// Twenty of the housekeeper's rounds around the moment at which memberships end, and an owner who gives them more
    /// time.
    @Test(arguments: Engine.available)
    func `CON-05 of the end of a membership and its extension the order decides`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        let owner = try await world.caller(world.owner)
        for round in 0..<4 {
            var people: [User] = []
            for index in 0..<20 { people.append(try await world.join("p\(index).\(round)@example.com", .user)) }
            let (all, end) = (people, world.clock.now() + .hours(1))
            for person in all { try await world.change(person, MembershipChange(endsAt: .set(end)), as: owner) }
            world.clock.advance(by: end - world.clock.now() - .milliseconds(40))
            world.clock.tick()
            let outcomes = try await verdicts(of: 40) { index in
                if index < 20 {
                    try await world.change(all[index], MembershipChange(endsAt: .set(end + .days(9))), as: owner)
                } else {
                    _ = try await world.tending.removeEnded(limit: 3)
                }
            }
            world.clock.advance(by: .hours(1))
            while try await world.tending.removeEnded(limit: 100) > 0 {}
            #expect(outcomes[..<20].allSatisfy { $0 == nil || $0 == .memberNotFound }, "\(outcomes)")
            #expect(outcomes[20...].allSatisfy { $0 == nil }, "\(outcomes)")
            for (index, person) in all.enumerated() {
                #expect((try await world.role(of: person.id) != nil) == (outcomes[index] == nil))
            }
        }
    }
}
