import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Editing, approving, withdrawing many.
@Suite(.timeLimit(.minutes(15))) struct ManageInvitationsTests {
    @Test(arguments: Engine.available)
    func `an edit changes what it names, and is what the person gets`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let extras = InvitationExtras(name: try DisplayName(parsing: "Ada"), metadata: Metadata(["a": "1"]))
        try await world.send("new@example.org", extras: extras)
        let before = try #require(try await world.invitation("new@example.org"))
        world.clock.advance(by: .hours(1))
        var edit = InvitationEdit()
        edit.role = .admin
        edit.scopes = .some(try Scopes(["GET /api/auth/me"]))
        edit.message = .some(try InviterMessage(parsing: "Welcome"))
        edit.expiry = .after(.days(30))
        edit.locale = .some("de")
        edit.redirectURI = try WebURL(parsing: "https://app.example.com/other", field: "redirect_uri")
        let edited = try await world.edit(before.id, edit)
        #expect(edited.role == .admin)
        #expect(edited.scopes?.routes == ["GET /api/auth/me"])
        #expect(edited.expiresAt == world.clock.now() + .days(30))
        #expect((edited.locale, edited.redirectURI.text) == ("de", "https://app.example.com/other"))
        #expect((edited.extras.message?.text, edited.extras.name, edited.generation) == ("Welcome", extras.name, 1))
        #expect(edited.extras.metadata == extras.metadata)
        var again = InvitationEdit()
        (again.scopes, again.message, again.name, again.metadata) = (.some(nil), .some(nil), .some(nil), Metadata())
        let bare = try await world.edit(before.id, again, as: world.owner)
        #expect((bare.scopes, bare.extras) == (nil, InvitationExtras()))
        #expect(bare.role == .admin)
        #expect(world.dispatch.letters.count == 1)
        let joined = try await world.accept("new@example.org")
        #expect(joined.offer.invitation.role == .admin)
        #expect(
            try await world.audited(before.id)
                == ["invitation.created", "invitation.edited", "invitation.edited", "invitation.accepted"])
    }

    @Test(arguments: Engine.available)
    func `AZ-04 an edit stays under the ceiling, on allowed origins, and within the invitation's life`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        try await world.send("boss@example.org", role: .owner, as: world.owner)
        let new = try #require(try await world.invitation("new@example.org"))
        let boss = try #require(try await world.invitation("boss@example.org"))
        var up = InvitationEdit()
        up.role = .owner
        await #expect(throws: Refusal.roleAboveOwn(own: .admin)) { try await world.edit(new.id, up) }
        var down = InvitationEdit()
        down.role = .user
        await #expect(throws: Refusal.roleAboveOwn(own: .admin)) { try await world.edit(boss.id, down) }
        await #expect(throws: Refusal.roleTooLow(needed: .invitationUpdate)) {
            try await world.edit(new.id, down, as: world.member)
        }
        var away = InvitationEdit()
        let evil = try WebURL(parsing: "https://evil.example/", field: "redirect_uri")
        away.redirectURI = evil
        await #expect(throws: Refusal.originNotAllowed(field: "redirect_uri", origin: evil.origin)) {
            try await world.edit(new.id, away)
        }
        #expect(try await world.invitation("new@example.org") == new)
        // Who raises the role answers for it.
        #expect(try await world.edit(new.id, up, as: world.owner).inviter == .user(world.owner.id))
        try await world.accept("new@example.org")
        await #expect(throws: Refusal.invitationNotPending) { try await world.edit(new.id, down, as: world.owner) }
        world.clock.advance(by: .days(8))
        await #expect(throws: Refusal.invitationExpired) { try await world.edit(boss.id, down, as: world.owner) }
    }

    @Test(arguments: Engine.available)
    func `AZ-06 an invitation whose inviter lost the right waits for another admin, and goes on with the same link`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let id = try await world.sendByShortLivedKey("new@example.org", role: .admin)
        world.clock.advance(by: .hours(2))
        await #expect(throws: Refusal.invitationNeedsApproval) { try await world.accept("new@example.org") }
        #expect(try await world.invitation("new@example.org")?.status == .needsApproval)
        #expect(try await world.found(id, as: world.owner).invitation.next(at: world.clock.now()) == .approve)
        world.clock.advance(by: .minutes(2))
        await #expect(throws: Refusal.invitationNeedsApproval) { try await world.resend(id, as: world.owner) }
        await #expect(throws: Refusal.roleTooLow(needed: .invitationApprove)) {
            try await world.approve(id, as: world.member)
        }
        #expect(try await world.approve(id, as: world.owner) == .sent)
        #expect(try await world.approve(id, as: world.owner) == .sent, "twice is no error")
        #expect(world.dispatch.letters.count == 1, "the letter that the person has is good")
        let joined = try await world.accept("new@example.org")
        #expect(joined.offer.invitation.inviter == .user(world.owner.id))
        await #expect(throws: Refusal.invitationNotPending) { try await world.approve(id, as: world.owner) }
        #expect(
            try await world.audited(id)
                == [
                    "invitation.created", "invitation.needs_approval", "invitation.approved", "invitation.accepted",
                ])
    }

    @Test(arguments: Engine.available)
    func `AZ-06 what waited too long, or never went, is sent anew when it is approved`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("late@example.org")
        try await world.send("unsent@example.org", patience: nil)
        for address in ["late@example.org", "unsent@example.org"] {
            let id = try #require(try await world.invitation(address)?.id)
            let held = try await world.store.write {
                try $0.needApproval(id, in: world.organization.id, at: world.clock.now())
            }
            #expect(held)
        }
        let unsent = try #require(try await world.invitation("unsent@example.org")?.id)
        #expect(try await world.approve(unsent, as: world.owner) == .sent)
        world.clock.advance(by: .days(8))
        let late = try #require(try await world.invitation("late@example.org")?.id)
        #expect(try await world.approve(late, as: world.owner) == .sent)
        #expect(world.dispatch.letters.count == 4)
        try await world.accept("late@example.org")
        let again = try await world.invitation("unsent@example.org")
        #expect((again?.generation, again?.inviter) == (2, .user(world.owner.id)))
    }

    @Test(arguments: Engine.available)
    func `of twenty approvals one is written down`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let id = try #require(try await world.invitation("new@example.org")?.id)
        _ = try await world.store.write { try $0.needApproval(id, in: world.organization.id, at: world.clock.now()) }
        let caller = try await world.caller(world.owner)
        let outcomes = try await withThrowingTaskGroup(of: SendOutcome.self) { group in
            for _ in 0..<20 { group.addTask { try await world.approve(id, by: caller) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes == Array(repeating: .sent, count: 20))
        #expect(try await world.audited(id).count { $0 == "invitation.approved" } == 1)
    }

    @Test(arguments: Engine.available)
    func `many are withdrawn by what they are like, and no others`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for index in 0..<120 { try await world.send("a\(index)@example.org", patience: nil) }
        for index in 0..<3 { try await world.send("b\(index)@example.org", role: .admin, as: world.owner) }
        try await world.accept("b2@example.org")
        var filter = InvitationFilter()
        filter.email = try EmailAddress(parsing: "A7@example.org")
        #expect(try await world.revoke(filter) == 1)
        filter = InvitationFilter()
        filter.ids = [
            try #require(try await world.invitation("a8@example.org")?.id), ID(rawValue: world.effects.newID()),
        ]
        #expect(try await world.revoke(filter) == 1)
        await #expect(throws: Refusal.invalidBody([FieldProblem("/all", .missing)])) {
            try await world.revoke(InvitationFilter())
        }
        filter = InvitationFilter()
        filter.statuses = [.accepted, .expired]
        #expect(try await world.revoke(filter) == 0)
        filter = InvitationFilter()
        filter.inviter = world.admin.id.rawValue
        await #expect(throws: Refusal.roleTooLow(needed: .invitationRevoke)) {
            try await world.revoke(filter, as: world.member)
        }
        #expect(try await world.revoke(filter) == 118)
        #expect(try await world.store.read { try $0.outboxDepth(at: world.clock.now()).waiting } == 0)
        #expect(try await world.revoke(InvitationFilter(), all: true, as: world.owner) == 2)
        #expect(try await world.invitation("b2@example.org")?.status == .accepted)
        #expect(try await world.list(InvitationFilter()).count == 1)
    }

    // CON-03
    @Test(arguments: Engine.available)
    func `CON-03 of acceptances and a withdrawal of all each invitation has one end`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for index in 0..<20 { try await world.send("a\(index)@example.org") }
        let caller = try await world.caller(world.admin)
        let counts = try await withThrowingTaskGroup(of: (joined: Int, revoked: Int).self) { group in
            for index in 0..<20 {
                group.addTask { ((try? await world.accept("a\(index)@example.org")) == nil ? 0 : 1, 0) }
            }
            group.addTask { (0, try await world.revoke(InvitationFilter(), all: true, by: caller)) }
            return try await group.reduce(into: (joined: 0, revoked: 0)) {
                $0 = ($0.joined + $1.joined, $0.revoked + $1.revoked)
            }
        }
        #expect(counts.joined + counts.revoked == 20)
        var filter = InvitationFilter()
        filter.statuses = [.accepted]
        #expect(try await world.list(filter).count == counts.joined)
        filter.statuses = [.revoked]
        #expect(try await world.list(filter).count == counts.revoked)
    }
}

extension World {
    @discardableResult
    func edit(_ id: ID<Invitation>, _ edit: InvitationEdit, as user: User? = nil) async throws -> Invitation {
        try await useCases.editInvitation(
            id, .success(edit), in: organization.id, as: try await caller(user ?? admin), facts: Self.facts
        ).invitation
    }

    /// Sent by a key of the organization that ends in an hour.
    func sendByShortLivedKey(_ address: String, role: Role) async throws -> ID<Invitation> {
        let key = try await useCases.operatorActions.createKey(
            KeyDraft(
                name: DisplayName(stored: "short"), role: .admin, scopes: nil, expiresAt: clock.now() + .hours(1)),
            in: organization.id, for: nil)
        let request = SendInvitation.Request(
            organization: organization.id, caller: .organizationKey(organization: organization.id, key: key.key.id),
            draft: .success(try draft(address, role: role)), idempotency: nil, facts: Self.facts,
            patience: .seconds(1))
        _ = try await useCases.sendInvitation(request)
        guard let id = try await invitation(address)?.id else { throw Refusal.invitationNotFound }
        return id
    }

    func approve(_ id: ID<Invitation>, as user: User) async throws -> SendOutcome {
        try await approve(id, by: try await caller(user))
    }

    func approve(_ id: ID<Invitation>, by caller: Caller) async throws -> SendOutcome {
        try await useCases.approveInvitation(
            id, in: organization.id, as: caller, facts: Self.facts, patience: .seconds(1)
        ).outcome
    }

    @discardableResult
    func revoke(_ filter: InvitationFilter, all: Bool = false, as user: User? = nil) async throws -> Int {
        try await revoke(filter, all: all, by: try await caller(user ?? admin))
    }

    func revoke(_ filter: InvitationFilter, all: Bool, by caller: Caller) async throws -> Int {
        try await useCases.revokeInvitations(
            .success(RevokeInvitations.Request(filter: filter, all: all)), in: organization.id, as: caller,
            facts: Self.facts
        ).revoked
    }

    func found(_ id: ID<Invitation>, as user: User) async throws -> FindInvitation.Found {
        try await useCases.findInvitation(id, in: organization.id, as: try await caller(user))
    }
}
