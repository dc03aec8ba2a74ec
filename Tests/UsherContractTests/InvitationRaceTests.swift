import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// What many do to one invitation at once.
@Suite(.timeLimit(.minutes(15)))
struct InvitationRaceTests {
    @Test(arguments: Engine.available, [2, 20, 50])
    func `CON-02 of many people with one code exactly one wins`(_ engine: Engine, _ count: Int) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, code) = try await house.invite()
        let people = try await race(count) { try await house.person("person\($0)") }
        let wins = try await race(count) { index in
            try await house.store.write { tx in
                let user = people[index].id
                guard let won = try tx.accept(codeHash: code, by: invitation.email, user: user, at: Sample.now)
                else { return false }
                return try tx.add(Sample.membership(user, won.organization), from: won.id)
            }
        }
        #expect(wins.wins == 1)
        let members = try await race(count) { index in
            try await house.store.read {
                try $0.membership(of: people[index].id, in: house.organization.id) != nil
            }
        }
        #expect(members.wins == 1)
        #expect(try await house.reload(invitation)?.status == .accepted)
    }

    @Test(arguments: Engine.available)
    func `CON-01 fifty acceptances of one person make one membership and one acceptance`(_ engine: Engine) async throws
    {
        let house = try await SampleHouse(engine)
        let (invitation, code) = try await house.invite()
        let person = try await house.person("ada")
        let outcomes = try await race(50) { _ in
            try await house.store.write { tx -> (accepted: Bool, added: Bool) in
                let accepted = try tx.accept(codeHash: code, by: invitation.email, user: person.id, at: Sample.now)
                let added = try tx.add(Sample.membership(person.id, house.organization.id), from: invitation.id)
                return (accepted != nil, added)
            }
        }
        #expect(outcomes.map(\.accepted).wins == 1)
        #expect(outcomes.map(\.added).wins == 1)
        #expect(try await house.store.read { try $0.memberships(of: person.id).count } == 1)
    }

    @Test(arguments: Engine.available)
    func `CON-03 of acceptance and revocation exactly one wins`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        for round in 0..<10 {
            let (invitation, code) = try await house.invite("guest\(round)")
            let person = try await house.person("guest\(round)")
            let wins = try await race(20) { index in
                try await house.store.write { tx in
                    guard index.isMultiple(of: 2) else {
                        return try tx.revoke(invitation.id, in: house.organization.id, at: Sample.now)
                    }
                    let won = try tx.accept(codeHash: code, by: invitation.email, user: person.id, at: Sample.now)
                    return try won != nil && tx.add(Sample.membership(person.id, house.organization.id), from: nil)
                }
            }
            #expect(wins.wins == 1)
            let isMember = try await house.store.read {
                try $0.isMember(invitation.email, of: house.organization.id)
            }
            #expect(try await house.reload(invitation)?.status == (isMember ? .accepted : .revoked))
        }
    }

    @Test(arguments: Engine.available)
    func `CON-08 INV-15 fifty invitations of one address make one row`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let added = try await race(50) { index in
            do {
                // Typed in different ways, the address stays one.
                _ = try await house.invite(index.isMultiple(of: 2) ? "Grace" : "grace")
                return true
            } catch Refusal.alreadyInvited { return false }
        }
        #expect(added.wins == 1)
        let listed = try await house.store.read {
            try $0.invitations(InvitationSelection(organization: house.organization.id, limit: 100, now: Sample.now))
        }
        #expect(listed.count == 1)
    }

    @Test(arguments: Engine.available)
    func `an address can be invited anew after each end, and into another organization at once`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let other = Sample.organization(name: "Other")
        try await house.store.write { try $0.add(other) }
        let (first, _) = try await house.invite()
        let elsewhere = Sample.invitation(in: other.id, by: .user(house.owner.id))
        #expect(try await house.store.write { try $0.add(elsewhere, codeHash: "elsewhere", emailHash: "h") })
        #expect(
            try await house.store.write { try $0.revoke(first.id, in: house.organization.id, at: Sample.now) })
        let (second, code) = try await house.invite()
        #expect(try await house.store.write { try $0.decline(codeHash: code, reason: "no", at: Sample.now) } != nil)
        #expect(try await house.reload(second)?.status == .declined)
        _ = try await house.invite()
    }
}
