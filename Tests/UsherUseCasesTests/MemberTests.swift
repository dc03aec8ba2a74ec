import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Members: changed, removed, leaving, and what follows from it.
@Suite(.timeLimit(.minutes(15)))
struct MemberTests {
    private typealias Step = @Sendable (World) async throws -> Void

    // MARK: Last owner

    @Test(arguments: Engine.available)
    func `AZ-09 the last owner stays, whichever way is tried`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let id = world.organization.id
        let key = try await world.organizationKey(.owner)
        let members = world.useCases.members
        let end = world.clock.now() + .days(30)
        let tries: [Step] = [
            { try await $0.remove($0.owner, as: $0.owner) },
            { try await $0.change($0.owner, to: .admin, as: $0.owner) },
            { try await $0.change(nil, MembershipChange(role: .set(.user)), as: try await $0.caller($0.owner)) },
            { try await $0.change(nil, MembershipChange(endsAt: .set(end)), as: try await $0.caller($0.owner)) },
            {
                let narrow = MembershipChange(scopes: .set(Scopes(stored: [])))
                try await $0.change(nil, narrow, as: try await $0.caller($0.owner))
            },
            { try await $0.change($0.owner, MembershipChange(role: .set(.admin)), as: key) },
            { try await $0.change($0.owner, MembershipChange(endsAt: .set(end)), as: key) },
            { try await members.remove($0.owner.id, of: id, as: key, facts: World.facts) },
            { try await $0.useCases.operatorActions.removeMember($0.owner.email, of: id) },
            {
                try await $0.useCases.operatorActions.changeMember(
                    $0.owner.email, of: id, MembershipChange(role: .set(.user)))
            },
        ]
        for attempt in tries {
            #expect(try await refusal { try await attempt(world) } == .lastOwner)
            #expect(try await world.role(of: world.owner.id) == .owner)
            #expect(try await world.lastingOwners() == 1)
        }
        // An owner whose membership ends does not count.
        let second = try await world.join("second@example.com", .owner)
        try await world.change(second, MembershipChange(endsAt: .set(end)), as: key)
        #expect(try await refusal { try await world.remove(world.owner, as: world.owner) } == .lastOwner)
        try await world.change(second, MembershipChange(endsAt: .set(nil)), as: key)
        try await world.remove(world.owner, as: world.owner)
        #expect(try await world.lastingOwners() == 1)
    }

    // MARK: Ceilings

    @Test(arguments: Engine.available)
    func `AZ-04 AZ-12 nobody changes or removes whoever stands above them, by a key neither`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let key = try await world.organizationKey(.admin)
        let members = world.useCases.members
        let tries: [(Refusal, Step)] = [
            (.targetAboveOwn(own: .admin), { try await $0.change($0.owner, to: .user, as: $0.admin) }),
            (.targetAboveOwn(own: .admin), { try await $0.remove($0.owner, as: $0.admin) }),
            (.roleAboveOwn(own: .admin), { try await $0.change($0.member, to: .owner, as: $0.admin) }),
            (.roleAboveOwn(own: .admin), { try await $0.change($0.admin, to: .owner, as: $0.admin) }),
            (.roleTooLow(needed: .memberUpdate), { try await $0.change($0.member, to: .admin, as: $0.member) }),
            (.roleTooLow(needed: .memberRemove), { try await $0.remove($0.admin, as: $0.member) }),
            (.targetAboveOwn(own: .admin), { try await $0.change($0.owner, MembershipChange(), as: key) }),
            (
                .targetAboveOwn(own: .admin),
                { try await members.remove($0.owner.id, of: $0.organization.id, as: key, facts: World.facts) }
            ),
            (.personRequired, { try await $0.change(nil, MembershipChange(role: .set(.user)), as: key) }),
        ]
        for (expected, attempt) in tries { #expect(try await refusal { try await attempt(world) } == expected) }
        #expect(try await world.role(of: world.owner.id) == .owner)
        #expect(try await world.role(of: world.admin.id) == .admin)
        #expect(try await world.role(of: world.member.id) == .user)
        // Within it they may, and anybody may leave.
        try await world.change(world.member, to: .admin, as: world.admin)
        #expect(try await world.role(of: world.member.id) == .admin)
        try await world.remove(world.member, as: world.member)
        #expect(try await world.role(of: world.member.id) == nil)
        #expect(try await refusal { try await world.remove(world.member, as: world.admin) } == .memberNotFound)
    }

    @Test(arguments: Engine.available)
    func `AZ-12 a restricted admin lifts no restriction, not even their own`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let narrow = Scopes(stored: [ChangeMember.route])
        try await world.change(
            world.admin, MembershipChange(scopes: .set(narrow)), as: try await world.caller(world.owner))
        let admin = try await world.caller(world.admin)
        let outside = Refusal.invalidBody([FieldProblem("/scopes", .outOfRange)])
        for scopes in [nil, Scopes(stored: ["POST /api/invitation"])] {
            for user in [nil, world.member] {
                let change = MembershipChange(scopes: .set(scopes))
                #expect(try await refusal { try await world.change(user, change, as: admin) } == outside)
            }
        }
        try await world.change(world.member, MembershipChange(scopes: .set(narrow)), as: admin)
        let (member, id) = (world.member, world.organization.id)
        #expect(try await world.store.read { try $0.membership(of: member.id, in: id)?.scopes } == narrow)
    }

    // MARK: What follows

    @Test(arguments: Engine.available)
    func `AZ-07 a removed member's access, keys and offers end in the same moment`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let session = try await world.caller(world.admin)
        let theirs = try await world.organizationKey(.admin, madeBy: world.admin)
        let others = try await world.organizationKey(.admin, madeBy: world.owner)
        let draft = KeyDraft(name: DisplayName(stored: "own"), role: .admin, scopes: nil, expiresAt: nil)
        let own = try await world.useCases.members.createUserKey(draft, as: session, facts: World.facts).key
        let ownKey = Caller.userKey(user: world.admin.id, key: own.id)
        world.dispatch.answer(nil)
        try await world.send("by.admin@example.com", as: world.admin)
        try await world.send("by.owner@example.com", as: world.owner)
        #expect(try await world.access(of: ownKey) == Access(role: .admin))

        try await world.remove(world.admin, as: world.owner)
        for caller in [session, theirs, ownKey] { #expect(try await world.access(of: caller) == nil) }
        #expect(try await world.access(of: others) == Access(role: .admin))
        #expect(try await world.status("by.admin@example.com") == .needsApproval)
        #expect(try await world.status("by.owner@example.com") == .pending)
        // One letter of the two is still to go.
        let now = world.clock.now()
        #expect(try await world.store.read { try $0.outboxDepth(at: now).waiting } == 1)
        let taken = try await refusal { _ = try await world.accept("by.admin@example.com") }
        #expect(taken == .invitationNeedsApproval)
        // The person is still there, and so is their account elsewhere.
        let id = world.admin.id
        #expect(try await world.store.read { try $0.user(id) } != nil)
    }

    @Test(arguments: Engine.available)
    func `AZ-06 offers of a revoked key wait for an admin`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let key = try await world.organizationKey(.admin)
        let request = SendInvitation.Request(
            organization: world.organization.id, caller: key, draft: .success(try world.draft("ada@example.com")),
            idempotency: nil, facts: World.facts, patience: .seconds(1))
        _ = try await world.useCases.sendInvitation(request)
        let owner = try await world.caller(world.owner)
        let revoke: @Sendable () async throws -> Void = {
            try await world.useCases.members.revokeKey(
                key.key, of: world.organization.id, as: owner, facts: World.facts)
        }
        try await revoke()
        #expect(try await world.access(of: key) == nil)
        #expect(try await world.status("ada@example.com") == .needsApproval)
        #expect(try await refusal { try await revoke() } == .keyNotFound)
    }

    @Test(arguments: Engine.available)
    func `AZ-06 AZ-08 a demoted member's session has the new role, and only offers beyond it wait`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let second = try await world.join("second@example.com", .owner)
        let session = try await world.caller(second)
        for role in Role.allCases { try await world.send("\(role.name)@example.org", role: role, as: second) }
        try await world.change(second, to: .admin, as: world.owner)
        #expect(try await world.access(of: session) == Access(role: .admin))
        #expect(try await world.status("owner@example.org") == .needsApproval)
        #expect(try await world.status("admin@example.org") == .pending)
        #expect(try await world.status("user@example.org") == .pending)
        try await world.change(second, to: .user, as: world.owner)
        #expect(try await world.access(of: session) == Access(role: .user))
        #expect(try await world.status("admin@example.org") == .needsApproval)
        #expect(try await world.status("user@example.org") == .needsApproval)
        // Who is promoted again gets no offer back by it.
        try await world.change(second, to: .owner, as: world.owner)
        #expect(try await world.status("user@example.org") == .needsApproval)
    }

    @Test(arguments: Engine.available)
    func `AZ-14 a removed member's old link opens nothing, and only an admin can invite them again`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("ada@example.com", as: world.owner)
        let old = try world.code(for: "ada@example.com")
        let joined = try await world.accept("ada@example.com")
        let email = try EmailAddress(parsing: "ada@example.com")
        let ada = try #require(try await world.store.read { try $0.account(of: email)?.user })
        try await world.remove(ada, as: world.admin)
        let hash = try #require(joined.session?.session.hash)
        let accept = world.useCases.acceptInvitation
        await #expect(throws: Refusal.self) {
            _ = try await accept.asSignedIn(code: old, session: hash, facts: World.facts)
        }
        await #expect(throws: Refusal.self) {
            _ = try await accept.bySigningIn(
                code: old, password: Password(parsing: "a long enough password"), facts: World.facts)
        }
        #expect(try await world.role(of: ada.id) == nil)
        let refused = try await refusal { try await world.send("ada@example.com", as: world.member) }
        #expect(refused == .roleTooLow(needed: .invitationCreate))
        #expect(try await world.send("ada@example.com", as: world.admin) == .sent)
    }

    @Test(arguments: Engine.available)
    func `a change of nothing is written down nowhere`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let (id, member) = (world.organization.id, world.member)
        let before = try await world.store.read { try $0.membership(of: member.id, in: id) }
        world.clock.advance(by: .minutes(1))
        try await world.change(member, to: .user, as: world.owner)
        #expect(try await world.store.read { try $0.membership(of: member.id, in: id) } == before)
    }

    // MARK: Keys

    @Test(arguments: Engine.available)
    func `a person's keys are theirs alone, and no key makes a stronger one`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let members = world.useCases.members
        let (admin, member) = (try await world.caller(world.admin), try await world.caller(world.member))
        let draft: @Sendable (Role, [String]?) -> KeyDraft = { role, scopes in
            KeyDraft(
                name: DisplayName(stored: "own"), role: role, scopes: scopes.map { Scopes(stored: $0) },
                expiresAt: nil)
        }
        let routes = [CreateUserKey.route, ListUserKeys.route]
        let weak = try await members.createUserKey(draft(.user, routes), as: admin, facts: World.facts).key
        let caller = Caller.userKey(user: world.admin.id, key: weak.id)
        let tries: [(KeyDraft, Caller)] = [
            (draft(.owner, nil), admin), (draft(.admin, nil), member), (draft(.admin, nil), caller),
            (draft(.user, ["POST /api/invitation"]), caller),
        ]
        for (draft, caller) in tries {
            await #expect(throws: Refusal.self) {
                _ = try await members.createUserKey(draft, as: caller, facts: World.facts)
            }
        }
        // Without a word about it a key is as restricted as the one that made it.
        let made = try await members.createUserKey(draft(.user, nil), as: caller, facts: World.facts).key
        #expect(made.scopes?.routes == routes)
        let outOfScope = try await refusal { try await members.revokeUserKey(made.id, as: caller, facts: World.facts) }
        #expect(outOfScope == .outOfScope(route: RevokeUserKey.route))
        let foreign = try await refusal { try await members.revokeUserKey(made.id, as: member, facts: World.facts) }
        #expect(foreign == .keyNotFound)
        #expect(try await members.listUserKeys(after: nil, limit: 9, as: member).elements.isEmpty)
        let listed = try await members.listUserKeys(after: nil, limit: 1, as: admin)
        let rest = try await members.listUserKeys(after: listed.next, limit: 1, as: admin)
        #expect(Set((listed.elements + rest.elements).map(\.id)) == [weak.id, made.id])
        #expect(rest.next == nil)
        try await members.revokeUserKey(weak.id, as: admin, facts: World.facts)
        #expect(try await world.access(of: caller) == nil)
    }
}
