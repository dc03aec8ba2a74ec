import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

extension World {
    fileprivate func row(_ number: Int, _ address: String, role: Role = .user) throws -> PlanRow {
        PlanRow(
            number: number, input: PlanRow.Input(email: address, role: role.name),
            email: try EmailAddress(parsing: address), role: role)
    }

    fileprivate func rows(_ addresses: [String]) throws -> [PlanRow] {
        try addresses.enumerated().map { try row($0.offset + 1, $0.element) }
    }

    fileprivate func plan(
        _ rows: [PlanRow], as caller: Caller, key: String? = nil, resendsPending: Bool = false
    ) async throws -> PlanReport {
        let target = try WebURL(parsing: "https://app.example.com", field: "app_url")
        return try await useCases.planInvitations(
            PlanInvitations.Request(
                organization: organization.id, caller: caller,
                draft: .success(
                    PlanDraft(
                        appURL: target, redirectURI: target, rows: rows, resendsPending: resendsPending)),
                once: key.map { key in
                    Once(key: IdempotencyKey(actor: caller.actor, key: key), fingerprint: "f") { _ in "kept" }
                }, facts: Self.facts))
    }

    fileprivate func apply(_ plan: PlanReport, as caller: Caller, confirmsTypos: Bool = false) async throws
        -> PlanReport
    {
        var options = ApplyPlan.Options()
        options.confirmsTypos = confirmsTypos
        return try await useCases.applyPlan(
            plan.plan.id, in: organization.id, .success(options), as: caller, facts: Self.facts)
    }

    /// Goes on until there is nothing to do now.
    fileprivate func advance(node: String = "node") async throws {
        while case .worked = try await useCases.advancePlans(node: node) {}
    }

    fileprivate func report(_ plan: PlanReport) async throws -> PlanReport {
        let caller = try await caller(owner)
        var report = try await useCases.findPlan(plan.plan.id, in: organization.id, as: caller)
        report.rows = try await useCases.listPlanRows(
            PlanRowSelection(plan: plan.plan.id, organization: organization.id, limit: 10_000), as: caller
        ).rows
        return report
    }

    fileprivate func lettersWaiting() async throws -> Int {
        let now = clock.now()
        return try await store.read { try $0.outboxDepth(at: now).waiting }
    }

    fileprivate func open() async throws -> [Invitation] {
        let (id, now) = (organization.id, clock.now())
        return try await store.read {
            try $0.invitations(InvitationSelection(organization: id, statuses: [.pending], limit: 10_000, now: now))
        }
    }
}

@Suite struct PlanTests {
    @Test(arguments: Engine.available)
    func `INV-29 each row is judged, in order, and nobody is invited by looking`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("pending@example.org")
        try await world.send("gone@example.org")
        let gone = try #require(try await world.invitation("gone@example.org"))
        _ = try await world.useCases.revokeInvitation(
            gone.id, in: world.organization.id, as: world.caller(world.admin), facts: World.facts)
        let (hash, id, now) = (
            world.effects.emailHash(try EmailAddress(parsing: "no@example.org")), world.organization.id,
            world.clock.now()
        )
        try await world.store.write { try $0.suppress(hash, in: id, at: now) }
        let letters = try await world.lettersWaiting()
        var rows = try world.rows([
            "new@example.org", "member@example.com", "pending@example.org", "gone@example.org", "no@example.org",
            "NEW@example.org", "ada@gmial.com", "admin@example.com",
        ])
        rows.append(try world.row(9, "boss@example.org", role: .owner))
        rows.append(PlanRow(number: 10, input: .init(email: "x")).judged(.invalid, reason: "invalid_email"))
        let report = try await world.plan(rows, as: world.caller(world.admin))
        #expect(
            report.rows.map(\.outcome) == [
                .wouldInvite, .alreadyMember, .pending, .wouldInvite, .suppressed, .duplicate, .likelyTypo, .invalid,
                .aboveCeiling, .invalid,
            ])
        #expect(report.rows[5].duplicateOf == 1)
        #expect(report.rows[6].suggestion == "ada@gmail.com")
        #expect(report.rows[7].reason == "self_invitation")
        #expect(report.count(of: PlanRow.State.waiting) == 2)
        #expect(try await world.report(report).rows == report.rows, "what is stored is what was told")
        try await world.advance()
        #expect(try await world.open().count == 1)
        #expect(try await world.lettersWaiting() == letters)
    }

    @Test(arguments: Engine.available)
    func `INV-29 applied twice, each row has one invitation and one letter`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let caller = try await world.caller(world.admin)
        let report = try await world.plan(try world.rows((1...120).map { "p\($0)@example.org" }), as: caller)
        #expect(try await world.apply(report, as: caller).plan.state == .applying)
        #expect(try await world.apply(report, as: caller).plan.state == .applying)
        try await world.advance()
        #expect(try await world.apply(report, as: caller).plan.state == .applied)
        try await world.advance()
        let end = try await world.report(report)
        #expect(end.rows.allSatisfy { $0.outcome == .invited && $0.state == .done && $0.invitation != nil })
        #expect(Set(end.rows.map(\.invitation)).count == 120)
        #expect(try await world.open().count == 120)
        #expect(try await world.lettersWaiting() == 120)
        // The letters are nobody's yet: whoever asks takes them, as at the first try.
        let now = world.clock.now()
        let lease = Lease(node: "courier", until: now + .minutes(1))
        let claimed = try await world.store.write { try $0.claimLetters(10, lease: lease, at: now) }
        #expect(claimed.map(\.attempt) == Array(repeating: 1, count: 10))
        await #expect(throws: Refusal.planEnded) {
            try await world.useCases.cancelPlan(
                report.plan.id, in: world.organization.id, as: caller, facts: World.facts)
        }
    }

    /// What another request did since the plan was made counts.
    @Test(arguments: Engine.available)
    func `AZ-21 each row is judged again when its turn comes`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let caller = try await world.caller(world.owner)
        var rows = try world.rows(["a@example.org", "b@example.org", "c@example.org"])
        rows.append(try world.row(4, "boss@example.org", role: .owner))
        let report = try await world.plan(rows, as: caller)
        #expect(report.count(of: PlanRow.Outcome.wouldInvite) == 4)
        try await world.send("a@example.org")
        let (hash, id, now) = (
            world.effects.emailHash(try EmailAddress(parsing: "b@example.org")), world.organization.id,
            world.clock.now()
        )
        try await world.store.write { try $0.suppress(hash, in: id, at: now) }
        // Who applies it may less than who planned it.
        _ = try await world.apply(report, as: world.caller(world.admin))
        try await world.advance()
        let end = try await world.report(report)
        #expect(end.plan.state == .applied)
        #expect(end.rows.map(\.outcome) == [.pending, .suppressed, .invited, .aboveCeiling])
        #expect(end.rows.map(\.state) == [.unneeded, .failed, .done, .failed])
        let failed = try await world.useCases.listPlanRows.failed(of: report.plan.id, in: id, as: caller)
        #expect(failed.map(\.number) == [2, 4])
    }

    @Test(arguments: Engine.available)
    func `AZ-21 who may not invite any more invites nobody more`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let id = world.organization.id
        let text = APIKeyText.make(random: world.effects.newSecret())
        let now = world.clock.now()
        let key = APIKey(
            id: ID(rawValue: world.effects.newID()), holder: .organization(id), name: DisplayName(stored: "key"),
            role: .admin, scopes: nil, createdAt: now, updatedAt: now, expiresAt: now + .hours(1))
        let keyHash = world.effects.hash(text)
        try await world.store.write { try $0.add(key, hash: keyHash, createdBy: nil) }
        let caller = Caller.organizationKey(organization: id, key: key.id)
        let report = try await world.plan(try world.rows((1...60).map { "p\($0)@example.org" }), as: caller)
        _ = try await world.apply(report, as: caller)
        #expect(try await world.useCases.advancePlans(node: "node") == .worked(rows: 50))
        world.clock.advance(by: .hours(2))
        try await world.advance()
        let end = try await world.report(report)
        #expect(end.count(of: PlanRow.Outcome.invited) == 50)
        #expect(end.count(of: PlanRow.Outcome.notAllowed) == 10)
        #expect(try await world.open().count == 50)
    }

    @Test(arguments: Engine.available)
    func `a member plans nothing, and another organization's plan is unknown`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let rows = try world.rows(["new@example.org"])
        let member = try await world.caller(world.member)
        await #expect(throws: Refusal.roleTooLow(needed: .planCreate)) { try await world.plan(rows, as: member) }
        let report = try await world.plan(rows, as: world.caller(world.admin))
        await #expect(throws: Refusal.roleTooLow(needed: .planApply)) { try await world.apply(report, as: member) }
        await #expect(throws: Refusal.roleTooLow(needed: .planRead)) {
            try await world.useCases.findPlan(report.plan.id, in: world.organization.id, as: member)
        }
        let other = try await world.useCases.operatorActions.createOrganization(
            named: DisplayName(stored: "Other"), owner: EmailAddress(parsing: "other@example.com"), allowedOrigins: [])
        let session = try await world.session(of: try await World.person(other.owner, world.store))
        let stranger = Caller.session(user: other.owner, hash: session)
        await #expect(throws: Refusal.planNotFound) {
            try await world.useCases.findPlan(report.plan.id, in: other.organization.id, as: stranger)
        }
        await #expect(throws: Refusal.planNotFound) {
            try await world.useCases.applyPlan(
                report.plan.id, in: other.organization.id, .success(ApplyPlan.Options()), as: stranger,
                facts: World.facts)
        }
        try await world.advance()
        #expect(try await world.open().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `the organization's quota makes the plan wait, and the actor's does not`(_ engine: Engine) async throws {
        var quotas = Quotas.usual
        quotas.organization = Quota(.organization, 30, per: .hours(1))
        quotas.actor = Quota(.actor, 5, per: .hours(1))
        let world = try await World(engine, quotas: quotas)
        let caller = try await world.caller(world.admin)
        let report = try await world.plan(try world.rows((1...70).map { "p\($0)@example.org" }), as: caller)
        _ = try await world.apply(report, as: caller)
        try await world.advance()
        var now = try await world.report(report)
        #expect(now.count(of: PlanRow.State.done) == 30)
        #expect(now.plan.waitingFor == .quota)
        let until = try #require(now.plan.waitingUntil)
        #expect(until > world.clock.now() && until <= world.clock.now() + .hours(1))
        for _ in 0..<2 {
            world.clock.advance(by: .hours(1))
            try await world.advance()
        }
        now = try await world.report(report)
        #expect(now.plan.state == .applied)
        #expect(now.plan.waitingFor == nil)
        #expect(try await world.open().count == 70)
    }

    @Test(arguments: Engine.available)
    func `while many letters wait for the relay, no more are added`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        var pace = AdvancePlans.Pace()
        (pace.batch, pace.waitingLetters) = (10, 30)
        let advance = AdvancePlans(
            store: world.store, effects: world.effects,
            rules: ServerRules(
                appName: "Usher", ownOrigin: Origin(stored: "https://app.example.com"), allowsLoopback: false,
                quotas: .off),
            dispatch: world.dispatch, pace: pace)
        let caller = try await world.caller(world.admin)
        let report = try await world.plan(try world.rows((1...50).map { "p\($0)@example.org" }), as: caller)
        _ = try await world.apply(report, as: caller)
        for _ in 0..<10 { _ = try await advance(node: "node") }
        #expect(try await world.lettersWaiting() == 30)
        #expect(try await world.report(report).plan.waitingFor == .relay)
        // The courier takes them.
        let now = world.clock.now()
        let lease = Lease(node: "courier", until: now + .minutes(1))
        try await world.store.write { tx in
            for letter in try tx.claimLetters(100, lease: lease, at: now) {
                _ = try tx.settle(
                    [Settlement(letter: letter, outcome: .handedOver(code: 250))], lease: lease, at: now)
            }
        }
        world.clock.advance(by: .seconds(2))
        for _ in 0..<10 { _ = try await advance(node: "node") }
        #expect(try await world.lettersWaiting() == 20)
        #expect(try await world.report(report).plan.state == .applied)
    }

    @Test(arguments: Engine.available)
    func `what is cancelled is not applied, and what was applied stays`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let caller = try await world.caller(world.admin)
        let report = try await world.plan(try world.rows((1...60).map { "p\($0)@example.org" }), as: caller)
        _ = try await world.apply(report, as: caller)
        _ = try await world.useCases.advancePlans(node: "node")
        let cancel = world.useCases.cancelPlan
        for _ in 0..<2 { try await cancel(report.plan.id, in: world.organization.id, as: caller, facts: World.facts) }
        try await world.advance()
        let end = try await world.report(report)
        #expect(end.plan.state == .cancelled)
        #expect(end.count(of: PlanRow.State.done) == 50)
        #expect(end.count(of: PlanRow.State.cancelled) == 10)
        #expect(try await world.open().count == 50)
        await #expect(throws: Refusal.planEnded) { try await world.apply(report, as: caller) }
    }

    @Test(arguments: Engine.available)
    func `a likely typo is invited only when it is confirmed`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let caller = try await world.caller(world.admin)
        for confirms in [false, true] {
            let report = try await world.plan(try world.rows(["ada@gmial.com"]), as: caller)
            #expect(report.rows.map(\.outcome) == [.likelyTypo])
            _ = try await world.apply(report, as: caller, confirmsTypos: confirms)
            try await world.advance()
            #expect(try await world.report(report).rows.map(\.state) == [confirms ? .done : .failed])
        }
        #expect(try await world.open().map(\.email.typed) == ["ada@gmial.com"])
    }

    @Test(arguments: Engine.available)
    func `who is invited already gets a new letter when that is asked for, and the old link ends`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let caller = try await world.caller(world.admin)
        try await world.send("a@example.org")
        try await world.send("boss@example.org", role: .owner, as: world.owner)
        let old = try world.code(for: "a@example.org")
        world.clock.advance(by: .minutes(2))
        try await world.send("late@example.org")
        let rows = try world.rows(["a@example.org", "boss@example.org", "late@example.org", "new@example.org"])
        let report = try await world.plan(rows, as: caller, resendsPending: true)
        #expect(report.rows.map(\.outcome) == [.wouldResend, .wouldResend, .wouldResend, .wouldInvite])
        _ = try await world.apply(report, as: caller)
        try await world.advance()
        let end = try await world.report(report)
        #expect(end.rows.map(\.outcome) == [.resent, .aboveCeiling, .limited, .invited])
        #expect(try await world.open().count == 4)
        #expect(try await world.lettersWaiting() == 2)
        let hash = world.effects.hash(old)
        #expect(try await world.store.read { try $0.invitation(codeHash: hash) } == nil)
        #expect(try await world.store.read { try $0.invitation(formerCodeHash: hash) } != nil)
    }

    @Test(arguments: Engine.available, [false, true])
    func `seats and domains are counted by looking, and again by applying`(
        _ engine: Engine, _ keepsWaitlist: Bool
    ) async throws {
        let world = try await World(engine)
        let caller = try await world.caller(world.admin)
        // Three are members: two seats are free.
        try await world.database.set(of: world.organization.id) { settings in
            settings.seatLimit = 5
            settings.keepsWaitlist = keepsWaitlist
            settings.blockedDomains = ["spam.example"]
        }
        let rows = try world.rows(["a@example.org", "x@spam.example", "b@example.org", "c@example.org"])
        let report = try await world.plan(rows, as: caller)
        #expect(
            report.rows.map(\.outcome) == [
                .wouldInvite, .domainNotAllowed, .wouldInvite, keepsWaitlist ? .wouldInvite : .overSeats,
            ])
        try await world.send("faster@example.org")
        _ = try await world.apply(report, as: caller)
        try await world.advance()
        let end = try await world.report(report)
        #expect(end.rows[0].outcome == .invited)
        #expect(end.rows[2].outcome == (keepsWaitlist ? .waitlisted : .overSeats))
        #expect(end.rows[3].state == (keepsWaitlist ? .done : .failed))
        #expect(try await world.open().count == 2)
    }

    @Test(arguments: Engine.available)
    func `CON-11 the same request with the same key makes one plan`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let caller = try await world.caller(world.admin)
        let rows = try world.rows(["a@example.org", "b@example.org"])
        let first = try await world.plan(rows, as: caller, key: "k")
        _ = try await world.apply(first, as: caller)
        try await world.advance()
        // The answer that was kept, whatever became of the plan since.
        let again = await #expect(throws: AnsweredBefore.self) { try await world.plan(rows, as: caller, key: "k") }
        #expect(again?.answer == "kept")
        #expect(try await world.open().count == 2)
        #expect(try await world.plan(rows, as: caller).plan.id != first.plan.id)
    }

    @Test(arguments: Engine.available)
    func `a plan is gone after seven days, and one that was not applied by then never is`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let report = try await world.plan(
            try world.rows((1...20).map { "p\($0)@example.org" }), as: world.caller(world.admin))
        world.clock.advance(by: .days(7))
        let caller = try await world.caller(world.admin)
        await #expect(throws: Refusal.planEnded) { try await world.apply(report, as: caller) }
        let now = world.clock.now()
        while try await world.store.write({ try $0.prune(limit: 7, at: now) }) > 0 {}
        await #expect(throws: Refusal.planNotFound) { try await world.apply(report, as: caller) }
        try await world.advance()
        #expect(try await world.open().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `a restored database goes on with no plan`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let caller = try await world.caller(world.admin)
        let report = try await world.plan(try world.rows(["a@example.org"]), as: caller)
        _ = try await world.apply(report, as: caller)
        let now = world.clock.now()
        _ = try await world.store.write { try $0.endWhatIsOpen(at: now) }
        try await world.advance()
        #expect(try await world.open().isEmpty)
        #expect(try await world.lettersWaiting() == 0)
    }
}
