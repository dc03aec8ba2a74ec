import Testing
import UsherDomain
import UsherHistoryModel
import UsherTestKit
import UsherText
import UsherUseCases

/// Roles of an organization's own: who makes, gives and takes them.
@Suite(.timeLimit(.minutes(15)))
struct CustomRoleTests {
    private static let inviting = PermissionSet([.invitationRead, .invitationCreate])

    // MARK: Making

    @Test(arguments: Engine.available)
    func `AZ-04 nobody makes, widens, changes or deletes a role that allows what they may not do`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let settings = PermissionSet([.settingsUpdate])
        await #expect(throws: Refusal.roleAboveOwn(missing: settings)) {
            try await world.define("Keeper", settings, as: world.admin)
        }
        let keeper = try await world.define("Keeper", settings)
        await #expect(throws: Refusal.targetAboveOwn(missing: settings)) {
            try await world.redefine(keeper, PermissionSet(), as: world.admin)
        }
        await #expect(throws: Refusal.targetAboveOwn(missing: settings)) {
            try await world.delete(keeper, as: world.admin)
        }
        let scout = try await world.define("Scout", Self.inviting, as: world.admin)
        await #expect(throws: Refusal.roleAboveOwn(missing: settings)) {
            try await world.redefine(scout, Self.inviting.union(settings), as: world.admin)
        }
        await #expect(throws: Refusal.roleTooLow(needed: .roleCreate)) {
            try await world.define("Mine", PermissionSet(), as: world.member)
        }
        await #expect(throws: Refusal.roleTooLow(needed: .roleUpdate)) {
            try await world.redefine(scout, PermissionSet(), as: world.member)
        }
        await #expect(throws: Refusal.roleTooLow(needed: .roleDelete)) {
            try await world.delete(scout, as: world.member)
        }
        let found = try await world.useCases.members.roles.list(
            of: world.organization.id, after: nil, limit: 9, as: try await world.caller(world.admin))
        #expect(Set(found.elements.map(\.permissions)) == [settings, Self.inviting])
        try await world.delete(scout, as: world.admin)
        await #expect(throws: Refusal.roleNotFound) { try await world.delete(scout, as: world.admin) }
    }

    @Test(arguments: Engine.available)
    func `AZ-04 nobody raises themselves, by the role that they hold or by another`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let own = PermissionSet([.roleRead, .roleCreate, .roleUpdate, .roleDelete, .memberUpdate, .memberRead])
        let keeper = try await world.define("Keeper", own)
        let ada = try await world.join("ada@example.com", as: keeper)
        let more = PermissionSet([.auditRead])
        await #expect(throws: Refusal.roleAboveOwn(missing: more)) {
            try await world.redefine(keeper, own.union(more), as: ada)
        }
        await #expect(throws: Refusal.roleAboveOwn(missing: more)) { try await world.define("More", more, as: ada) }
        let auditor = try await world.define("Auditor", more)
        await #expect(throws: Refusal.roleAboveOwn(missing: more)) { try await world.give(auditor, to: ada, as: ada) }
        await #expect(throws: Refusal.roleAboveOwn(missing: more)) {
            try await world.give(auditor, to: world.member, as: ada)
        }
        let allowed = PermissionSet.user.union(own)
        await #expect(throws: Refusal.roleAboveOwn(missing: PermissionSet.admin.subtracting(allowed))) {
            try await world.change(world.member, to: .admin, as: ada)
        }
        await #expect(throws: Refusal.targetAboveOwn(missing: PermissionSet.admin.subtracting(allowed))) {
            try await world.change(world.admin, to: .user, as: ada)
        }
        #expect(try await world.held(by: ada) == HeldRole(.user, keeper.assigned))
        #expect(try await world.held(by: world.member) == .user)
        #expect(try await world.held(by: world.admin) == .admin)
        // What they may do, they may give.
        try await world.give(keeper, to: world.member, as: ada)
        #expect(try await world.held(by: world.member) == HeldRole(.user, keeper.assigned))
    }

    @Test(arguments: Engine.available)
    func `a name is there once, whatever its case, and roles are a hundred at most`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let scout = try await world.define("Scout", PermissionSet())
        await #expect(throws: Refusal.roleNameTaken) { try await world.define("sCOUT", PermissionSet()) }
        let other = try await world.define("Other", PermissionSet())
        let rename: @Sendable (CustomRole, String) async throws -> CustomRole = { role, name in
            let edit = ManageRoles.Edit(name: .set(DisplayName(stored: name)), permissions: .keep)
            return try await world.useCases.members.roles.change(
                role.id, .success(edit), in: world.organization.id, as: try await world.caller(world.owner),
                facts: World.facts)
        }
        await #expect(throws: Refusal.roleNameTaken) { _ = try await rename(other, "SCOUT") }
        #expect(try await rename(scout, "SCOUT").name.text == "SCOUT", "its own name in another case")
        for index in 2..<CustomRole.maximumCount { _ = try await world.define("r\(index)", PermissionSet()) }
        await #expect(throws: Refusal.tooManyRoles(maximum: CustomRole.maximumCount)) {
            try await world.define("one too many", PermissionSet())
        }
    }

    // MARK: Giving

    @Test(arguments: Engine.available)
    func `AZ-05 AZ-08 a role comes with an invitation, allows what it says, and changes at once`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let scout = try await world.define("Scout", Self.inviting)
        let owner = try await world.caller(world.owner)
        #expect(try await world.send("ada@example.com", as: scout, by: owner) == .sent)
        guard case .invitation(let letter)? = world.dispatch.letters.last?.content else {
            Issue.record("no letter")
            return
        }
        #expect((letter.role, letter.roleName?.text) == (.user, "Scout"))
        let joined = try await world.accept("ada@example.com")
        #expect(joined.offer.invitation.customRole == scout.assigned)
        let ada = try #require(
            try await world.store.read { try $0.account(of: EmailAddress(parsing: "ada@example.com"))?.user })
        #expect(try await world.held(by: ada) == HeldRole(.user, scout.assigned))
        let caller = try await world.caller(ada)
        #expect(try await world.send("bob@example.org", as: ada) == .sent)
        #expect(try await world.send("eve@example.org", as: scout, by: caller) == .sent)
        await #expect(throws: Refusal.roleTooLow(needed: .invitationRevoke)) {
            let id = try #require(try await world.invitation("bob@example.org")).id
            try await world.useCases.revokeInvitation(id, in: world.organization.id, as: caller, facts: World.facts)
        }
        try await world.redefine(scout, PermissionSet([.invitationRead]))
        await #expect(throws: Refusal.roleTooLow(needed: .invitationCreate)) {
            try await world.send("dan@example.org", as: ada)
        }
        #expect(try await world.status("bob@example.org") == .needsApproval, "who invited may not any more")
        #expect(try await world.status("eve@example.org") == .needsApproval)
    }

    /// AZ-06: the ceiling by sets, at each place where it is asked, for roles that are made by chance.
    @Test(arguments: Engine.available)
    func `AZ-04 AZ-06 of any two roles the one gives the other only when it allows as much`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        var random = SeededGenerator(seed: 14)
        let acting: [Permission] = [
            .invitationCreate, .invitationUpdate, .invitationResend, .invitationApprove, .memberUpdate, .memberRemove,
            .keyCreate, .joinLinkCreate, .invitationRead,
        ]
        let pool: [Permission] = [.auditRead, .seatRead, .settingsRead, .suppressionRead, .settingsUpdate]
        for round in 0..<12 {
            let extra = PermissionSet(pool.filter { _ in Bool.random(using: &random) })
            let given = PermissionSet(pool.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
            let own = try await world.define("own\(round)", PermissionSet(acting).union(extra))
            let role = try await world.define("given\(round)", given)
            let ada = try await world.join("ada\(round)@example.com", as: own)
            let caller = try await world.caller(ada)
            let missing = given.subtracting(extra)
            let above: Refusal? = missing.isEmpty ? nil : .roleAboveOwn(missing: missing)
            let beyond: Refusal? = missing.isEmpty ? nil : .targetAboveOwn(missing: missing)
            // Sending, resending and editing.
            let guest = "guest\(round)@example.org"
            #expect(try await refusal { try await world.send(guest, as: role, by: caller) } == above)
            let owner = try await world.caller(world.owner)
            let other = "other\(round)@example.org"
            try await world.send(other, as: role, by: owner)
            let offer = try #require(try await world.invitation(other))
            world.clock.advance(by: .minutes(2))
            #expect(try await refusal { try await world.resend(offer.id, by: caller) } == above)
            #expect(try await refusal { try await world.edit(offer.id, to: nil, by: caller) } == above)
            let plain = "plain\(round)@example.org"
            try await world.send(plain, as: world.owner)
            let low = try #require(try await world.invitation(plain))
            #expect(try await refusal { try await world.edit(low.id, to: role, by: caller) } == above)
            // Members, keys and links.
            let bob = try await world.join("bob\(round)@example.com", .user)
            #expect(try await refusal { try await world.give(role, to: bob, as: ada) } == above)
            try await world.give(role, to: bob)
            #expect(try await refusal { try await world.give(nil, to: bob, as: ada) } == beyond)
            try await world.give(role, to: bob)
            #expect(try await refusal { try await world.remove(bob, as: ada) } == beyond)
            #expect(try await refusal { try await world.makeKey(as: role, by: caller) } == above)
            #expect(try await refusal { try await world.makeLink(as: role, by: caller) } == above)
            // Accepting: by then the role allows more than who invited.
            guard missing.isEmpty else { continue }
            try await world.redefine(role, given.with(.auditExport))
            #expect(
                try await refusal { try await world.accept(guest) } == .invitationNeedsApproval)
            #expect(try await world.status(guest) == .needsApproval)
            let waiting = try #require(try await world.invitation(guest))
            let needed = Refusal.roleAboveOwn(missing: PermissionSet([.auditExport]))
            #expect(try await refusal { _ = try await world.approve(waiting.id, by: caller) } == needed)
            #expect(try await refusal { _ = try await world.approve(waiting.id, by: owner) } == nil)
            try await world.accept(guest)
        }
    }

    @Test(arguments: Engine.available)
    func `a number takes a custom role away, and the last owner stays`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let scout = try await world.define("Scout", Self.inviting)
        await #expect(throws: Refusal.lastOwner) { try await world.give(scout, to: world.owner) }
        try await world.give(scout, to: world.member)
        try await world.change(world.member, to: .admin, as: world.owner)
        #expect(try await world.held(by: world.member) == .admin)
        try await world.give(scout, to: world.member)
        #expect(try await world.held(by: world.member) == HeldRole(.user, scout.assigned))
        try await world.give(nil, to: world.member)
        #expect(try await world.held(by: world.member) == .user)
        let transfer = try await world.useCases.members.offerOwnership(
            of: world.organization.id, to: .success(world.member.id), as: try await world.caller(world.owner),
            facts: World.facts)
        #expect(transfer.receiver == world.member.id)
        try await world.give(scout, to: world.member)
        try await world.useCases.members.answerOwnership.accept(
            world.organization.id, as: try await world.caller(world.member), facts: World.facts)
        #expect(try await world.held(by: world.member) == .owner)
    }

    // MARK: Deleting

    @Test(arguments: Engine.available)
    func `a role is not deleted while anything holds it, and it is told what does`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let scout = try await world.define("Scout", Self.inviting)
        let owner = try await world.caller(world.owner)
        let key = try await world.makeKey(as: scout, by: owner)
        let link = try await world.makeLink(as: scout, by: owner)
        try await world.send("ada@example.com", as: scout, by: owner)
        try await world.give(scout, to: world.member)
        let all = RoleUse(members: 1, invitations: 1, keys: 1, links: 1)
        await #expect(throws: Refusal.roleInUse(all)) { try await world.delete(scout) }
        try await world.give(nil, to: world.member)
        let offer = try #require(try await world.invitation("ada@example.com"))
        try await world.useCases.revokeInvitation(
            offer.id, in: world.organization.id, as: owner, facts: World.facts)
        try await world.useCases.members.revokeKey(key, of: world.organization.id, as: owner, facts: World.facts)
        await #expect(throws: Refusal.roleInUse(RoleUse(members: 0, invitations: 0, keys: 0, links: 1))) {
            try await world.delete(scout)
        }
        #expect(try await world.invitation("ada@example.com")?.customRole == scout.assigned, "nothing is half done")
        try await world.useCases.revokeJoinLink(
            link, in: world.organization.id, as: owner, facts: World.facts)
        try await world.delete(scout)
        #expect(try await world.invitation("ada@example.com")?.customRole == nil)
        await #expect(throws: Refusal.roleNotFound) { try await world.send("bob@example.com", as: scout, by: owner) }
        await #expect(throws: Refusal.roleNotFound) { try await world.give(scout, to: world.member) }
    }

    @Test(arguments: Engine.available)
    func `AZ-02 AZ-03 INV-32 another organization's role is as unknown as one that does not exist`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let other = try await world.useCases.operatorActions.createOrganization(
            named: DisplayName(stored: "Other"), owner: EmailAddress(parsing: "other@example.com"), allowedOrigins: [])
        let foreign = try await world.useCases.operatorActions.createRole(
            ManageRoles.Draft(name: DisplayName(stored: "Scout"), permissions: Self.inviting),
            in: other.organization.id)
        let owner = try await world.caller(world.owner)
        #expect(try await refusal { try await world.send("x@example.org", as: foreign, by: owner) } == .roleNotFound)
        #expect(try await refusal { try await world.give(foreign, to: world.member) } == .roleNotFound)
        #expect(try await refusal { try await world.redefine(foreign, PermissionSet()) } == .roleNotFound)
        #expect(try await refusal { try await world.delete(foreign) } == .roleNotFound)
        #expect(try await refusal { _ = try await world.makeKey(as: foreign, by: owner) } == .roleNotFound)
        #expect(try await refusal { _ = try await world.makeLink(as: foreign, by: owner) } == .roleNotFound)
        #expect(try await world.held(by: world.member) == .user)
    }

    // MARK: Races

    /// Accepting, narrowing and deleting at once: whoever joined holds what the role allows, and the role is there.
    @Test(arguments: Engine.available)
    func `CON-05 AZ-06 INV-32 of accepting a role and narrowing or deleting it one comes first`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<4 {
            let scout = try await world.define("scout\(round)", Self.inviting)
            let owner = try await world.caller(world.owner)
            let guests = (0..<10).map { "guest\($0).\(round)@example.org" }
            for guest in guests { try await world.send(guest, as: scout, by: owner) }
            let outcomes = try await race(20) { index in
                try await refusal {
                    switch index {
                    case 0..<10: try await world.accept(guests[index])
                    case 10..<15: try await world.delete(scout)
                    default: try await world.redefine(scout, PermissionSet([.invitationRead]))
                    }
                }
            }
            #expect(outcomes.count { $0 == nil } == 15, "\(outcomes)")
            let id = world.organization.id
            let members = try await world.store.read { tx in
                try tx.members(
                    MemberSelection(organization: id, customRole: scout.id, limit: 100, now: world.clock.now()))
            }
            #expect(members.count == 10)
            #expect(members.allSatisfy { $0.membership.customRole?.permissions == PermissionSet([.invitationRead]) })
        }
    }

    @Test(arguments: Engine.available)
    func `CON-05 of making one name twenty times at once one is made`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let outcomes = try await race(20) { _ in
            try await refusal { _ = try await world.define("Scout", PermissionSet()) }
        }
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(outcomes.count { $0 == .roleNameTaken } == 19)
    }
}

extension World {
    fileprivate func resend(_ id: ID<Invitation>, by caller: Caller) async throws {
        _ = try await useCases.resendInvitation(
            ResendInvitation.Request(
                invitation: id, organization: organization.id, caller: caller, idempotency: nil, facts: Self.facts,
                patience: .seconds(1)))
    }

    /// - Parameter role: nil: another message.
    fileprivate func edit(_ id: ID<Invitation>, to role: CustomRole?, by caller: Caller) async throws {
        var edit = InvitationEdit()
        if let role { edit.customRole = .some(role.id) } else { edit.name = .some(DisplayName(stored: "Ada")) }
        _ = try await useCases.editInvitation(
            id, .success(edit), in: organization.id, as: caller, facts: Self.facts)
    }

    @discardableResult
    fileprivate func makeKey(as role: CustomRole, by caller: Caller) async throws -> ID<APIKey> {
        let draft = KeyDraft(
            name: DisplayName(stored: "ci"), role: .user, customRole: role.id, scopes: nil, expiresAt: nil)
        return try await useCases.createOrganizationKey(
            .success(draft), in: organization.id, as: caller, facts: Self.facts
        ).key.id
    }

    @discardableResult
    fileprivate func makeLink(as role: CustomRole, by caller: Caller) async throws -> ID<JoinLink> {
        let draft = JoinLinkDraft(
            role: .user, customRole: role.id, maximumUses: 3, expiresAt: clock.now() + .days(3), allowedDomains: [],
            redirectURI: try WebURL(parsing: "https://app.example.com/welcome", field: "redirect_uri"))
        return try await useCases.createJoinLink(
            .success(draft), in: organization.id, as: caller, facts: Self.facts
        ).link.id
    }
}
