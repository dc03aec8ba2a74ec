import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// AZ-12: whoever is restricted hands out no more than they have, whichever call does it.
@Suite(.timeLimit(.minutes(15))) struct RestrictedOfferTests {
    private static let edit = "PATCH /api/invitation/{invitation_id}"
    private static let narrow = Scopes(stored: [SendInvitation.route])

    @Test(arguments: Engine.available)
    func `AZ-12 a key for sending invitations makes no admin who may do more`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let key = try await world.key([SendInvitation.route])
        #expect(try await world.offer("user@example.org", by: key) == nil)
        #expect(try await world.isAboveOwn { try await world.offered("b@example.org", .admin, nil, by: key) })
        let wider = Scopes(stored: [SendInvitation.route, ChangeMember.route])
        #expect(try await world.isAboveOwn { try await world.offered("b@example.org", .admin, wider, by: key) })
        #expect(try await world.offer("narrow@example.org", .admin, Self.narrow, by: key) == nil)
        let sender = try await world.define("Sender", PermissionSet([.invitationCreate]))
        _ = try await world.send("sender@example.org", as: sender, by: key)
        let reader = try await world.define("Reader", PermissionSet([.invitationCreate, .invitationRead]))
        let missing = Refusal.roleAboveOwn(missing: PermissionSet([.invitationRead]))
        await #expect(throws: missing) { try await world.send("reader@example.org", as: reader, by: key) }
        let made = try await world.list(InvitationFilter())
        #expect(
            Set(made.map(\.email.typed)) == ["user@example.org", "narrow@example.org", "sender@example.org"])
        // Who is not restricted offers what they did before.
        try await world.send("free@example.org", role: .admin, as: world.admin)
    }

    @Test(arguments: Engine.available)
    func `AZ-12 no edit and no approval of somebody restricted opens more`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let key = try await world.key([SendInvitation.route, Self.edit, ApproveInvitation.route])
        #expect(try await world.offer("a@example.org", .admin, Self.narrow, by: key) == nil)
        #expect(try await world.offer("b@example.org", by: key) == nil)
        let admin = try #require(try await world.invitation("a@example.org"))
        let user = try #require(try await world.invitation("b@example.org"))
        var lifted = InvitationEdit()
        lifted.scopes = .some(nil)
        #expect(try await world.isAboveOwn { _ = try await world.edited(admin.id, lifted, by: key) })
        #expect(try await world.invitation("a@example.org") == admin)
        var raised = InvitationEdit()
        raised.role = .admin
        #expect(try await world.isAboveOwn { _ = try await world.edited(user.id, raised, by: key) })
        #expect(try await world.invitation("b@example.org") == user)
        var named = InvitationEdit()
        named.name = .some(DisplayName(stored: "Ada"))
        #expect(try await world.edited(admin.id, named, by: key).extras.name?.text == "Ada")
        #expect(try await world.edited(user.id, lifted, by: key).scopes == nil)

        try await world.send("c@example.org", role: .admin, as: world.admin)
        let open = try #require(try await world.invitation("c@example.org"))
        let now = world.clock.now()
        _ = try await world.store.write { try $0.needApproval(open.id, in: open.organization, at: now) }
        #expect(try await world.isAboveOwn { _ = try await world.approve(open.id, by: key) })
        #expect(try await world.invitation("c@example.org")?.status == .needsApproval)
    }

    @Test(arguments: Engine.available)
    func `AZ-12 plans, links and domains of somebody restricted let no admin in`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let key = try await world.key([
            PlanInvitations.route, CreateJoinLink.route, ManageDomains.addRoute, ManageDomains.changeRoute,
        ])
        let id = world.organization.id
        let target = try WebURL(parsing: "https://app.example.com", field: "app_url")
        let planned = try await world.planned([.user, .admin], by: key)
        #expect(planned.rows.map(\.outcome) == [.wouldInvite, .aboveCeiling])
        for role in [Role.user, .admin] {
            let draft = JoinLinkDraft(
                role: role, maximumUses: 3, expiresAt: world.clock.now() + .days(3), allowedDomains: [],
                redirectURI: target)
            let isAbove = try await world.isAboveOwn {
                _ = try await world.useCases.createJoinLink(.success(draft), in: id, as: key, facts: World.facts)
            }
            #expect(isAbove == (role == .admin))
            let domain = DomainDraft(name: "\(role.name).example", joining: .join, role: role)
            let isAboveByDomain = try await world.isAboveOwn {
                _ = try await world.useCases.domains.add(.success(domain), to: id, as: key, facts: World.facts)
            }
            #expect(isAboveByDomain == (role == .admin))
        }
        #expect(try await world.store.read { try $0.domains(of: id, after: nil, limit: 9) }.map(\.role) == [.user])
    }

    /// What others asked for, set up or planned is handed out by whoever says yes.
    @Test(arguments: Engine.available)
    func `AZ-12 no yes of somebody restricted lets an admin in`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        let key = try await world.key([
            ApproveRequest.route, DecideJoinRequests.approveRoute, ManageDomains.changeRoute, ApplyPlan.route,
        ])
        let id = world.organization.id
        for role in [Role.user, .admin] {
            #expect(try await world.ask(try await world.expired("\(role.name)@late.example", role: role)) == .asked)
            let asked = try #require(try await world.openRequests().first)
            let isAbove = try await world.isAboveOwn {
                _ = try await world.useCases.approveRequest(asked.id, in: id, as: key, facts: World.facts)
            }
            #expect(isAbove == (role == .admin))
        }

        let domain = try await world.prove("example.org", joining: .request)
        let asked = try await world.request(try await world.account("ada@example.org"))
        for role in [Role.admin, .user] {
            let isAbove = try await world.isAboveOwn {
                _ = try await world.useCases.domains.change(
                    domain.id, .success(DomainChange(role: role)), in: id, as: key, facts: World.facts)
            }
            #expect(isAbove == (role == .admin))
            let isAboveToJoin = try await world.isAboveOwn {
                _ = try await world.useCases.joinRequests.approve(
                    asked.id, in: id, role: .success(role), as: key, facts: World.facts)
            }
            #expect(isAboveToJoin == (role == .admin))
        }

        let planned = try await world.planned([.user, .admin], by: try await world.caller(world.owner))
        #expect(planned.rows.map(\.outcome) == [.wouldInvite, .wouldInvite])
        _ = try await world.useCases.applyPlan(
            planned.plan.id, in: id, .success(ApplyPlan.Options()), as: key, facts: World.facts)
        while case .worked = try await world.useCases.advancePlans(node: "node") {}
        let rows = try await world.store.read {
            try $0.planRows(PlanRowSelection(plan: planned.plan.id, organization: id, limit: 9))
        }
        #expect(rows.map(\.outcome) == [.invited, .aboveCeiling])
    }

    @Test(arguments: Engine.available)
    func `AZ-12 somebody restricted raises no member, and widens no role, beyond it`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let key = try await world.key([ChangeMember.route, ManageRoles.changeRoute])
        let raised = MembershipChange(role: .set(.admin))
        #expect(try await world.isAboveOwn { try await world.change(world.member, raised, as: key) })
        #expect(try await world.role(of: world.member.id) == .user)
        let narrow = MembershipChange(role: .set(.admin), scopes: .set(Scopes(stored: [ChangeMember.route])))
        try await world.change(world.member, narrow, as: key)
        #expect(try await world.role(of: world.member.id) == .admin)
        let role = try await world.define("Scout", PermissionSet([.memberUpdate, .auditRead]))
        func redefine(_ permissions: PermissionSet) async throws {
            let edit = ManageRoles.Edit(name: .keep, permissions: .set(permissions))
            _ = try await world.useCases.members.roles.change(
                role.id, .success(edit), in: world.organization.id, as: key, facts: World.facts)
        }
        let wider = PermissionSet([.memberUpdate, .auditRead, .keyCreate])
        #expect(try await world.isAboveOwn { try await redefine(wider) })
        try await redefine(PermissionSet([.memberUpdate, .roleUpdate]))
    }
}

extension World {
    /// A key of the organization, as admin, restricted to routes.
    fileprivate func key(_ routes: [String]) async throws -> Caller {
        let draft = KeyDraft(
            name: DisplayName(stored: "narrow"), role: .admin, scopes: Scopes(stored: routes), expiresAt: nil)
        let made = try await useCases.createOrganizationKey(
            .success(draft), in: organization.id, as: try await caller(owner), facts: Self.facts)
        return .organizationKey(organization: organization.id, key: made.key.id)
    }

    /// A plan with a row for each role.
    fileprivate func planned(_ roles: [Role], by caller: Caller) async throws -> PlanReport {
        let target = try WebURL(parsing: "https://app.example.com", field: "app_url")
        let rows = try roles.enumerated().map { index, role in
            PlanRow(
                number: index + 1, input: PlanRow.Input(email: "p\(index)@example.org", role: role.name),
                email: try EmailAddress(parsing: "p\(index)@example.org"), role: role)
        }
        return try await useCases.planInvitations(
            PlanInvitations.Request(
                organization: organization.id, caller: caller,
                draft: .success(PlanDraft(appURL: target, redirectURI: target, rows: rows, resendsPending: false)),
                facts: Self.facts))
    }

    fileprivate func offered(_ address: String, _ role: Role, _ scopes: Scopes?, by caller: Caller) async throws {
        let plain = try draft(address)
        let draft = InvitationDraft(
            email: plain.email, role: role, scopes: scopes, appURL: plain.appURL, redirectURI: plain.redirectURI,
            bodyOrganization: nil, locale: nil)
        _ = try await useCases.sendInvitation(
            SendInvitation.Request(
                organization: organization.id, caller: caller, draft: .success(draft), idempotency: nil,
                facts: Self.facts, patience: .seconds(1)))
    }

    /// What was said against it; nil: nothing.
    fileprivate func offer(
        _ address: String, _ role: Role = .user, _ scopes: Scopes? = nil, by caller: Caller
    ) async throws -> Refusal? {
        try await refusal { try await offered(address, role, scopes, by: caller) }
    }

    fileprivate func edited(
        _ id: ID<Invitation>, _ edit: InvitationEdit, by caller: Caller
    ) async throws -> Invitation {
        try await useCases.editInvitation(id, .success(edit), in: organization.id, as: caller, facts: Self.facts)
            .invitation
    }

    fileprivate func isAboveOwn(_ work: () async throws -> Void) async throws -> Bool {
        if case .roleAboveOwn(let missing)? = try await refusal(of: work) { !missing.isEmpty } else { false }
    }
}
