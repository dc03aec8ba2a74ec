import Dispatch
import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Whoever waited for somebody else comes after them: by what is written down, too.
@Suite(.timeLimit(.minutes(5)))
struct OrderTests {
    enum Kind: CaseIterable, Sendable { case role, member, settings, offer, removal }

    @Test(arguments: Engine.available, Kind.allCases)
    func `a change that waited for the organization's lock is written down at the time after it`(
        _ engine: Engine, _ kind: Kind
    ) async throws {
        let world = try await World(engine)
        let scout = try await world.define("Scout", PermissionSet([.invitationRead]))
        try await world.send("new@example.org")
        let offer = try await world.find("new@example.org").id
        let (organization, owner) = (world.organization.id, try await world.caller(world.owner))
        let member = world.member.id
        let membership = try #require(
            try await world.store.read { try $0.membership(of: member, in: organization)?.id.rawValue })
        let began = world.clock.now()

        let lock = HeldLock()
        async let holder: Void = world.store.write { tx in
            _ = try tx.lock(organization, at: began)
            lock.hold()
        }
        await lock.taken()
        async let change: Void = world.change(kind, scout.id, offer, as: owner)
        // Long enough to have asked for the lock; were it not, the test would pass all the more.
        try await Task.sleep(for: .milliseconds(150))
        world.clock.advance(by: .minutes(1))
        lock.release()
        _ = try await (holder, change)

        let subject =
            switch kind {
            case .role: scout.id.rawValue
            case .member, .removal: membership
            case .settings: organization.rawValue
            case .offer: offer.rawValue
            }
        let told = try await world.store.read { try $0.entries(about: subject, in: organization) }
        #expect(told.last?.at == began + .minutes(1), "\(told.map { "\($0.action) \($0.at)" })")
    }

    enum Change: CaseIterable, Sendable { case widened, replaced, changedBack }

    /// A plan and a change of its role at the same millisecond, or at a later one by a clock that is behind.
    @Test(arguments: Engine.available, Change.allCases)
    func `AZ-06 AZ-12 a role that changed after a plan was made is another one, whatever the clocks say`(
        _ engine: Engine, _ change: Change
    ) async throws {
        for behind in [Duration.zero, .milliseconds(1), .hours(1)] {
            let world = try await World(engine)
            let scout = try await world.define("Scout", PermissionSet([.invitationRead]))
            let caller = try await world.caller(world.owner)
            let planned = try await world.plan(role: "Scout", for: "a@example.org", as: caller)
            world.clock.advance(by: .zero - behind)
            switch change {
            case .widened: try await world.redefine(scout, PermissionSet([.invitationRead, .settingsUpdate]))
            case .replaced:
                try await world.delete(scout)
                _ = try await world.define("Scout", PermissionSet([.settingsUpdate]))
            case .changedBack:
                try await world.redefine(scout, PermissionSet([.invitationRead, .auditRead]))
                try await world.redefine(scout, PermissionSet([.invitationRead]))
            }
            world.clock.advance(by: behind)
            let row = try await world.applied(planned, as: caller)
            #expect(row.outcome == .invalid && row.reason == PlanRow.changedRole, "\(behind): \(row.outcome)")
            #expect(try await world.all().isEmpty)
            let again = try await world.plan(role: "Scout", for: "a@example.org", as: caller)
            #expect(try await world.applied(again, as: caller).outcome == .invited, "\(behind)")
        }
    }

    /// Twenty plans and twenty changes at once: what is invited is offered the role as its plan judged it.
    @Test(arguments: Engine.available)
    func `CON-05 AZ-06 of plans and changes of a role at once nobody is offered what was not judged`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        let scout = try await world.define("Scout", PermissionSet())
        let (owner, organization) = (try await world.caller(world.owner), world.organization.id)
        let some: [Permission] = [.invitationRead, .settingsUpdate, .memberRead, .auditRead, .domainRead]
        world.clock.tick()
        let done = try await race(40) { index -> (plan: PlanReport?, role: CustomRole?) in
            if index.isMultiple(of: 2) {
                return (try await world.plan(role: "Scout", for: "p\(index)@example.org", as: owner), nil)
            }
            // Each is another one.
            let allowed = some.enumerated().filter { (((index + 1) / 2) >> $0.offset) & 1 == 1 }.map(\.element)
            let edit = ManageRoles.Edit(name: .keep, permissions: .set(PermissionSet(allowed)))
            let role = try await world.useCases.members.roles.change(
                scout.id, .success(edit), in: organization, as: owner, facts: World.facts)
            return (nil, role)
        }
        let versions = Set(done.compactMap(\.role?.version) + [scout.version])
        #expect(versions.count == 21, "no two are one")
        let last = try #require(try await world.store.read { try $0.customRole(scout.id, in: organization) })
        var invited = 0
        for plan in done.compactMap(\.plan) {
            let judged = try #require(plan.rows.first?.roleVersion)
            #expect(versions.contains(judged))
            let row = try await world.applied(plan, as: owner)
            #expect(row.outcome == (judged == last.version ? .invited : .invalid))
            invited += judged == last.version ? 1 : 0
        }
        #expect(try await world.all().count == invited)
    }
}

extension World {
    fileprivate func change(
        _ kind: OrderTests.Kind, _ role: ID<CustomRole>, _ offer: ID<Invitation>, as caller: Caller
    ) async throws {
        let members = useCases.members
        switch kind {
        case .role:
            let edit = ManageRoles.Edit(name: .keep, permissions: .set(PermissionSet()))
            _ = try await members.roles.change(
                role, .success(edit), in: organization.id, as: caller, facts: Self.facts)
        case .member: try await change(member, MembershipChange(role: .set(.admin)), as: caller)
        case .removal: try await members.remove(member.id, of: organization.id, as: caller, facts: Self.facts)
        case .settings:
            var change = SettingsChange()
            change.purgeAfterDays = .set(11)
            _ = try await members.changeSettings(
                of: organization.id, .success(change), as: caller, facts: Self.facts)
        case .offer:
            var edit = InvitationEdit()
            edit.role = .admin
            _ = try await useCases.editInvitation(
                offer, .success(edit), in: organization.id, as: caller, facts: Self.facts)
        }
    }

    fileprivate func plan(role: String, for address: String, as caller: Caller) async throws -> PlanReport {
        let target = try WebURL(parsing: "https://app.example.com", field: "app_url")
        let row = PlanRow(
            number: 1, input: PlanRow.Input(email: address, role: role), email: try EmailAddress(parsing: address))
        return try await useCases.planInvitations(
            PlanInvitations.Request(
                organization: organization.id, caller: caller,
                draft: .success(PlanDraft(appURL: target, redirectURI: target, rows: [row])), facts: Self.facts))
    }

    fileprivate func applied(_ plan: PlanReport, as caller: Caller) async throws -> PlanRow {
        _ = try await useCases.applyPlan(
            plan.plan.id, in: organization.id, .success(ApplyPlan.Options()), as: caller, facts: Self.facts)
        while case .worked = try await useCases.advancePlans(node: "node") {}
        let selection = PlanRowSelection(plan: plan.plan.id, organization: organization.id, limit: 1)
        return try #require(try await store.read { try $0.planRows(selection) }.first)
    }
}

/// The body of a transaction that has a lock, until a test lets it go on: such bodies cannot `await`.
private final class HeldLock: Sendable {
    private let (isTaken, isReleased) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))

    /// Ten seconds at most, so that a test that fails does not hang.
    func hold() {
        isTaken.signal()
        _ = isReleased.wait(timeout: .now() + 10)
    }

    func release() { isReleased.signal() }

    func taken() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [isTaken] in
                _ = isTaken.wait(timeout: .now() + 10)
                continuation.resume()
            }
        }
    }
}
