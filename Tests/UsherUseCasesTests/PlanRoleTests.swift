import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

extension World {
    /// A row as it is read: one of the three roles, or the name or id of one of the organization's own.
    fileprivate func row(_ number: Int, _ address: String, _ role: String) throws -> PlanRow {
        PlanRow(
            number: number, input: PlanRow.Input(email: address, role: role),
            email: try EmailAddress(parsing: address), role: Role(word: role))
    }

    fileprivate func plan(_ rows: [PlanRow], as caller: Caller) async throws -> PlanReport {
        let target = try WebURL(parsing: "https://app.example.com", field: "app_url")
        return try await useCases.planInvitations(
            PlanInvitations.Request(
                organization: organization.id, caller: caller,
                draft: .success(PlanDraft(appURL: target, redirectURI: target, rows: rows)),
                facts: Self.facts))
    }

    /// What became of the rows.
    fileprivate func applied(_ plan: PlanReport, as caller: Caller, nodes: Int = 1) async throws -> [PlanRow] {
        _ = try await useCases.applyPlan(
            plan.plan.id, in: organization.id, .success(ApplyPlan.Options()), as: caller, facts: Self.facts)
        _ = try await race(nodes) { index in
            while case .worked = try await useCases.advancePlans(node: "node\(index)") {}
        }
        return try await rows(of: plan)
    }

    fileprivate func rows(of plan: PlanReport) async throws -> [PlanRow] {
        let selection = PlanRowSelection(plan: plan.plan.id, organization: organization.id, limit: 1000)
        return try await store.read { try $0.planRows(selection) }
    }

    fileprivate func offers() async throws -> [Invitation] {
        let (id, now) = (organization.id, clock.now())
        return try await store.read { try $0.invitations(InvitationSelection(organization: id, limit: 1000, now: now)) }
    }

    /// The role that is offered to an address.
    fileprivate func held(by address: String) async throws -> HeldRole? {
        try await offers().first { $0.email.typed == address }?.held
    }

    fileprivate func rename(_ role: CustomRole, to name: String) async throws {
        let edit = ManageRoles.Edit(name: .set(DisplayName(stored: name)), permissions: .keep)
        _ = try await useCases.members.roles.change(
            role.id, .success(edit), in: organization.id, as: try await caller(owner), facts: Self.facts)
    }
}

/// Roles of an organization's own in a plan.
@Suite(.timeLimit(.minutes(2)))
struct PlanRoleTests {
    @Test(arguments: Engine.available)
    func `INV-29 AZ-12 a row names a role by its name in any case, or by its id`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let scout = try await world.define("Scout", PermissionSet([.invitationRead]))
        let caller = try await world.caller(world.admin)
        let planned = try await world.plan(
            [
                try world.row(1, "a@example.org", "SCOUT"), try world.row(2, "b@example.org", scout.id.rawValue),
                try world.row(3, "c@example.org", "Nobody"),
                try world.row(4, "d@example.org", (Sample.id() as ID<CustomRole>).rawValue),
                try world.row(5, "e@example.org", "Admin"), try world.row(6, "f@example.org", "0"),
                try world.row(7, "c@example.org", "user"),
            ], as: caller)
        #expect(
            planned.rows.map(\.outcome) == [
                .wouldInvite, .wouldInvite, .invalid, .invalid, .wouldInvite, .wouldInvite, .duplicate,
            ])
        #expect(planned.rows[2].reason == PlanRow.noSuchRole && planned.rows[3].reason == PlanRow.noSuchRole)
        #expect(planned.rows[6].state == .failed, "nobody was invited by the row that it repeats")
        #expect(planned.rows.prefix(3).map(\.input.role) == ["Scout", "Scout", "Nobody"])
        #expect(try await world.rows(of: planned) == planned.rows, "what is stored is what was told")

        let rows = try await world.applied(planned, as: caller)
        #expect(rows.filter { $0.outcome == .invited }.map(\.number) == [1, 2, 5, 6])
        let held = HeldRole(.user, scout.assigned)
        for (address, role) in [("a", held), ("b", held), ("e", .admin), ("f", .user)] {
            #expect(try await world.held(by: "\(address)@example.org") == role, "\(address)")
        }
        #expect(try await world.offers().count == 4)
    }

    @Test(arguments: Engine.available)
    func `AZ-04 AZ-12 a row above what the planner may do is above the ceiling, by permissions`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let chief = try await world.define("Chief", PermissionSet([.settingsUpdate]))
        let scout = try await world.define("Scout", PermissionSet([.invitationRead]))
        let reader = try await world.define("Reader", PermissionSet([.auditRead]))
        let planner = try await world.define(
            "Planner", PermissionSet([.planCreate, .planApply, .invitationCreate, .invitationRead]))
        let ada = try await world.join("ada@example.com", as: planner)
        let named = [chief, scout, reader, planner].map(\.name.text) + ["user", "admin"]
        let rows = try named.enumerated().map { try world.row($0.offset + 1, "p\($0.offset)@example.org", $0.element) }
        let above = PlanRow.Outcome.aboveCeiling
        #expect(
            try await world.plan(rows, as: world.caller(ada)).rows.map(\.outcome) == [
                above, .wouldInvite, above, .wouldInvite, .wouldInvite, above,
            ])
        #expect(
            try await world.plan(rows, as: world.caller(world.admin)).rows.map(\.outcome) == [
                above, .wouldInvite, .wouldInvite, .wouldInvite, .wouldInvite, .wouldInvite,
            ])
        let planned = try await world.plan(rows, as: world.caller(ada))
        world.clock.advance(by: .seconds(1))
        try await world.redefine(planner, PermissionSet([.planCreate, .planApply, .invitationCreate]))
        let applied = try await world.applied(planned, as: try await world.caller(ada))
        #expect(applied.filter { $0.outcome == .invited }.map(\.input.role) == ["user"], "who narrowed may less")
        #expect(applied[1].outcome == .aboveCeiling)
    }

    enum Change: CaseIterable, Sendable { case deleted, narrowed, widened, renamed, swapped, replaced }

    @Test(arguments: Engine.available, Change.allCases)
    func `AZ-06 AZ-12 a role that is another one when the plan is applied is given to nobody`(
        _ engine: Engine, _ change: Change
    ) async throws {
        let world = try await World(engine)
        let scout = try await world.define("Scout", PermissionSet([.invitationRead, .auditRead]))
        let other = try await world.define("Other", PermissionSet([.memberRead]))
        let caller = try await world.caller(world.owner)
        world.clock.advance(by: .seconds(1))
        let planned = try await world.plan(
            [
                try world.row(1, "a@example.org", "Scout"), try world.row(2, "b@example.org", scout.id.rawValue),
                try world.row(3, "c@example.org", "user"),
            ], as: caller)
        world.clock.advance(by: .seconds(1))
        switch change {
        case .deleted: try await world.delete(scout)
        case .narrowed: try await world.redefine(scout, PermissionSet([.invitationRead]))
        case .widened: try await world.redefine(scout, PermissionSet([.invitationRead, .auditRead, .settingsUpdate]))
        case .renamed: try await world.rename(scout, to: "Ranger")
        case .swapped:
            try await world.rename(scout, to: "Ranger")
            try await world.rename(other, to: "Scout")
        case .replaced:
            try await world.delete(scout)
            _ = try await world.define("Scout", PermissionSet([.invitationRead, .auditRead]))
        }
        let rows = try await world.applied(planned, as: caller)
        #expect(rows.map(\.outcome) == [.invalid, .invalid, .invited])
        #expect(rows.prefix(2).map(\.reason) == [PlanRow.changedRole, PlanRow.changedRole])
        #expect(rows.prefix(2).map(\.input.role) == ["Scout", "Scout"], "it can be sent again")
        #expect(try await world.offers().map(\.held) == [.user])
    }

    @Test(arguments: Engine.available)
    func `AZ-12 no role is called like one of the three, and one that was called so before is never meant by the word`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let scout = try await world.define("Scout", PermissionSet([.auditRead]))
        for name in ["Admin", "owner", "USER", "0", "1", "2"] {
            await #expect(throws: Refusal.roleNameTaken) { try await world.define(name, PermissionSet([.auditRead])) }
            await #expect(throws: Refusal.roleNameTaken) { try await world.rename(scout, to: name) }
        }
        let old = Sample.role("User", of: world.organization.id, [.settingsUpdate], at: world.clock.now())
        try await world.store.write { try $0.add(old) }
        let caller = try await world.caller(world.owner)
        let planned = try await world.plan(
            [try world.row(1, "a@example.org", "User"), try world.row(2, "b@example.org", old.id.rawValue)], as: caller)
        #expect(planned.rows.map(\.input.role) == ["User", old.id.rawValue], "its name would mean another")
        _ = try await world.applied(planned, as: caller)
        #expect(try await world.held(by: "a@example.org") == .user)
        #expect(try await world.held(by: "b@example.org") == HeldRole(.user, old.assigned))
    }

    /// A single invitation takes its role, then the limits: two that took them in different orders would wait for each
    /// other.
    @Test(arguments: Engine.available)
    func `a plan holds the roles of all its rows before it spends anything`(_ engine: Engine) async throws {
        let world = try await World(engine)
        for name in ["Scout", "Ranger"] { _ = try await world.define(name, PermissionSet([.invitationRead])) }
        let caller = try await world.caller(world.owner)
        let rows = try ["user", "ranger", "scout", "ranger"].enumerated().map { index, role in
            try world.row(index + 1, "p\(index)@example.org", role)
        }
        world.clock.advance(by: .seconds(1))
        let planned = try await world.plan(rows, as: caller)
        _ = try await world.useCases.applyPlan(
            planned.plan.id, in: world.organization.id, .success(ApplyPlan.Options()), as: caller, facts: World.facts)
        let texts = try await world.database.texts { _ = try await world.useCases.advancePlans(node: "node") }
        let spends = try #require(texts.firstIndex { $0.contains("INTO quotas") })
        #expect(texts[..<spends].filter { $0.contains("UPDATE roles SET updated_at = updated_at") }.count == 2)
        #expect(try await world.rows(of: planned).allSatisfy { $0.outcome == .invited })
    }

    /// Twenty nodes apply it while somebody deletes the role: each row either has its invitation with that role, which
    /// then can't be deleted, or none.
    @Test(arguments: Engine.available)
    func `AZ-06 INV-29 a role that is deleted while a plan is applied is given to all or to none that follow`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let scout = try await world.define("Scout", PermissionSet([.invitationRead]))
        let caller = try await world.caller(world.owner)
        world.clock.advance(by: .seconds(1))
        let rows = try (1...120).map { try world.row($0, "p\($0)@example.org", "scout") }
        let planned = try await world.plan(rows, as: caller)
        world.clock.advance(by: .seconds(1))
        let deletion = Task {
            do { try await world.delete(scout) } catch Refusal.roleInUse { return false }
            return true
        }
        let applied = try await world.applied(planned, as: caller, nodes: 20)
        let isDeleted = try await deletion.value
        let made = applied.filter { $0.outcome == .invited }.count
        #expect(made == (isDeleted ? 0 : 120))
        #expect(applied.filter { $0.reason == PlanRow.changedRole }.count == 120 - made)
        let offers = try await world.offers()
        #expect(offers.count == made && offers.allSatisfy { $0.customRole?.id == scout.id })
    }
}
