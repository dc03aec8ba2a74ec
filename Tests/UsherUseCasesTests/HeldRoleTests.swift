import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// An invitation offers a membership; it never changes one, and proves one address only.
@Suite(.timeLimit(.minutes(15)))
struct HeldRoleTests {
    @Test(arguments: Engine.available, [(Role.user, Role.admin), (.admin, .user), (.owner, .user)])
    func `AZ-05 whoever became a member meanwhile keeps the role held`(
        _ engine: Engine, _ roles: (held: Role, offered: Role)
    ) async throws {
        let world = try await World(engine)
        try await world.send("both@example.com", role: roles.offered, as: world.owner)
        let person = try await world.join("both@example.com", roles.held)
        let code = try world.code(for: "both@example.com")
        let session = try await world.session(of: person)
        _ = try await world.useCases.acceptInvitation.asSignedIn(code: code, session: session, facts: World.facts)
        #expect(try await world.role(of: person.id) == roles.held)
        #expect(try await world.memberships(of: person) == 1)
        for role in [Role.user, .admin, .owner] {
            await #expect(throws: Refusal.alreadyMember) {
                try await world.send("Both@Example.com", role: role, as: world.owner)
            }
        }
        #expect(try await world.role(of: person.id) == roles.held)
    }

    @Test(arguments: Engine.available)
    func `AZ-05 twenty acceptances and changes of the role at once end with the role that was set`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("both@example.com", role: .user, as: world.owner)
        let person = try await world.join("both@example.com", .user)
        let code = try world.code(for: "both@example.com")
        let owner = try await world.caller(world.owner)
        _ = try await race(20) { index in
            if index == 10 {
                try await world.change(person, MembershipChange(role: .set(.admin)), as: owner)
            } else {
                let session = try await world.session(of: person)
                _ = try await world.useCases.acceptInvitation.asSignedIn(
                    code: code, session: session, facts: World.facts)
            }
        }
        #expect(try await world.role(of: person.id) == .admin)
        #expect(try await world.memberships(of: person) == 1)
    }

    /// No call changes the address of an account; what proves one is bound to the address that it was mailed to. Here ten
    /// people, each with a pending invitation and each with the codes of all, in every pairing at once.
    @Test(arguments: Engine.available)
    func `CON-10 a code proves the address that it was mailed to, whatever else is proved meanwhile`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        var people: [(user: User, session: String, code: String)] = []
        for index in 0..<10 {
            let address = "guest\(index)@example.org"
            let user = try await world.account(address, password: "the password of \(address)")
            try await world.send(address)
            people.append((user, try await world.session(of: user), try world.code(for: address)))
        }
        let all = people
        let outcomes = try await race(100) { index in
            let (person, letter) = (all[index % 10], all[index / 10])
            return (
                index % 10 == index / 10,
                try await refusal {
                    _ = try await world.useCases.acceptInvitation.asSignedIn(
                        code: letter.code, session: person.session, facts: World.facts)
                }
            )
        }
        #expect(outcomes.count { isOwn, refusal in isOwn && refusal == nil } == 10)
        #expect(outcomes.count { isOwn, refusal in !isOwn && refusal == nil } == 0)
        for person in people {
            #expect(try await world.memberships(of: person.user) == 1)
            #expect(try await world.invitation(person.user.email.canonical)?.acceptedBy == person.user.id)
        }
    }
}

extension World {
    fileprivate func memberships(of user: User) async throws -> Int {
        let (id, now) = (organization.id, clock.now())
        return try await store.read { tx in
            try tx.members(MemberSelection(organization: id, limit: 1000, now: now)).count { $0.user.id == user.id }
        }
    }
}
