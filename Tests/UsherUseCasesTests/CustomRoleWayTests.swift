import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// AZ-12: the same effect by another call takes the same permission.
@Suite(.timeLimit(.minutes(15)))
struct CustomRoleWayTests {
    private static let noInviting = Refusal.roleAboveOwn(missing: PermissionSet([.invitationCreate]))

    @Test(arguments: Engine.available)
    func `AZ-12 plans, links and approvals are no way to invite for who may not`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let around = try await world.define(
            "Around",
            PermissionSet([
                .planCreate, .planApply, .planRead, .joinLinkCreate, .invitationApprove, .invitationUpdate,
                .requestApprove, .invitationRead,
            ]))
        let ada = try await world.join("ada@example.com", as: around)
        let caller = try await world.caller(ada)
        await #expect(throws: Refusal.roleTooLow(needed: .invitationCreate)) {
            try await world.send("x@example.org", as: ada)
        }
        let target = try WebURL(parsing: "https://app.example.com", field: "app_url")
        let row = PlanRow(
            number: 1, input: PlanRow.Input(email: "x@example.org", role: "user"),
            email: try EmailAddress(parsing: "x@example.org"), role: .user)
        let planned = try await world.useCases.planInvitations(
            PlanInvitations.Request(
                organization: world.organization.id, caller: caller,
                draft: .success(PlanDraft(appURL: target, redirectURI: target, rows: [row], resendsPending: false)),
                facts: World.facts))
        #expect(planned.rows.map(\.outcome) == [.aboveCeiling])

        let draft = JoinLinkDraft(
            role: .user, maximumUses: 3, expiresAt: world.clock.now() + .days(3), allowedDomains: [],
            redirectURI: target)
        await #expect(throws: Self.noInviting) {
            _ = try await world.useCases.createJoinLink(
                .success(draft), in: world.organization.id, as: caller, facts: World.facts)
        }
        try await world.send("bob@example.org", as: world.admin)
        let id = try #require(try await world.invitation("bob@example.org")).id
        try await world.change(world.admin, to: .user, as: world.owner)
        #expect(try await world.status("bob@example.org") == .needsApproval)
        await #expect(throws: Self.noInviting) { _ = try await world.approve(id, by: caller) }
        var edit = InvitationEdit()
        edit.customRole = .some(around.id)
        await #expect(throws: Self.noInviting) {
            _ = try await world.useCases.editInvitation(
                id, .success(edit), in: world.organization.id, as: caller, facts: World.facts)
        }
        #expect(try await world.status("bob@example.org") == .needsApproval)
        #expect(try await world.invitation("bob@example.org")?.held == .user)
    }

    /// A plan that is applied by somebody who loses the right meanwhile invites nobody any more.
    @Test(arguments: Engine.available)
    func `AZ-06 a plan is applied by what its applier may do at each row`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let all = PermissionSet([.planCreate, .planApply, .invitationCreate])
        let planner = try await world.define("Planner", all)
        let ada = try await world.join("ada@example.com", as: planner)
        let caller = try await world.caller(ada)
        let target = try WebURL(parsing: "https://app.example.com", field: "app_url")
        let rows = try (1...3).map { number in
            PlanRow(
                number: number, input: PlanRow.Input(email: "p\(number)@example.org", role: "user"),
                email: try EmailAddress(parsing: "p\(number)@example.org"), role: .user)
        }
        let planned = try await world.useCases.planInvitations(
            PlanInvitations.Request(
                organization: world.organization.id, caller: caller,
                draft: .success(PlanDraft(appURL: target, redirectURI: target, rows: rows, resendsPending: false)),
                facts: World.facts))
        #expect(planned.rows.map(\.outcome) == [.wouldInvite, .wouldInvite, .wouldInvite])
        _ = try await world.useCases.applyPlan(
            planned.plan.id, in: world.organization.id, .success(ApplyPlan.Options()), as: caller, facts: World.facts)
        try await world.redefine(planner, PermissionSet([.planCreate, .planApply]))
        while case .worked = try await world.useCases.advancePlans(node: "node") {}
        let (id, now) = (world.organization.id, world.clock.now())
        let made = try await world.store.read { tx in
            try tx.invitations(InvitationSelection(organization: id, limit: 9, now: now))
        }
        #expect(made.isEmpty)
    }

    @Test(arguments: Engine.available)
    func `AZ-07 what a holder made ends with their membership`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let maker = try await world.define("Maker", PermissionSet([.keyCreate, .invitationCreate, .invitationRead]))
        let ada = try await world.join("ada@example.com", as: maker)
        let draft = KeyDraft(
            name: DisplayName(stored: "ci"), role: .user, customRole: maker.id, scopes: nil, expiresAt: nil)
        let key = try await world.useCases.createOrganizationKey(
            .success(draft), in: world.organization.id, as: try await world.caller(ada), facts: World.facts)
        let caller = Caller.organizationKey(organization: world.organization.id, key: key.key.id)
        #expect(try await world.access(of: caller)?.permissions == maker.assigned.effective)
        try await world.send("bob@example.org", as: maker, by: caller)
        try await world.send("eve@example.org", as: ada)
        try await world.remove(ada, as: world.owner)
        #expect(try await world.access(of: caller) == nil)
        #expect(try await world.status("bob@example.org") == .needsApproval)
        #expect(try await world.status("eve@example.org") == .needsApproval)
    }
}
