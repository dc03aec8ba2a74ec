import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// What many do to one plan at once.
@Suite(.timeLimit(.minutes(15)))
struct PlanTests {
    private static let rules = ServerRules(
        appName: "Usher", ownOrigin: Origin(stored: "https://app.example.com"), allowsLoopback: false, quotas: .off)

    /// Nobody sends anything here.
    private struct NoDispatch: Dispatch {
        func lease(at now: Timestamp) -> Lease { Lease(node: "node", until: now + .minutes(1)) }
        func dispatch(_ letter: Letter, patience: Duration?) async -> LetterOutcome? { nil }
    }

    private struct Bulk: Sendable {
        let house: SampleHouse
        let clock = FixedEffects()
        let caller: Caller
        let plan: InvitationPlan

        /// A plan of so many rows.
        init(_ engine: Engine, rows count: Int) async throws {
            let house = try await SampleHouse(engine)
            let session = Session(
                hash: "s", user: house.owner.id, createdAt: Sample.now, lastSeenAt: Sample.now,
                expiresAt: Sample.now + .days(30))
            try await house.store.write { try $0.add(session) }
            let target = WebURL(
                text: "https://app.example.com/", origin: Origin(stored: "https://app.example.com"))
            let rows = (1...count).map { number in
                PlanRow(
                    number: number, input: PlanRow.Input(email: "p\(number)@example.org"),
                    email: Sample.email("p\(number)"), role: .user)
            }
            let plan = InvitationPlan(
                id: Sample.id(), organization: house.organization.id, actor: "user:\(house.owner.id)", appURL: target,
                redirectURI: target, total: rows.count, createdAt: Sample.now, updatedAt: Sample.now,
                expiresAt: Sample.now + .days(7))
            try await house.store.write { try $0.add(plan, rows: rows) }
            (self.house, self.plan, caller) = (house, plan, .session(user: house.owner.id, hash: "s"))
        }

        func apply() async throws -> PlanReport {
            try await ApplyPlan(store: house.store, effects: clock.effects)(
                plan.id, in: plan.organization, .success(ApplyPlan.Options()), as: caller,
                facts: RequestFacts(id: "r", peer: "p"))
        }

        func rows() async throws -> [PlanRow] {
            try await house.store.read { [plan] in
                try $0.planRows(PlanRowSelection(plan: plan.id, organization: plan.organization, limit: 10_000))
            }
        }
    }

    @Test(arguments: Engine.available)
    func `INV-29 of twenty who apply one plan at once one starts it, and all are told the same`(
        _ engine: Engine
    ) async throws {
        let bulk = try await Bulk(engine, rows: 30)
        let started = try await race(20) { _ in
            try await bulk.house.store.write { [plan = bulk.plan, caller = bulk.caller] in
                try $0.startApplying(plan, by: caller, requestID: "r", at: Sample.now)
            }
        }
        #expect(started.wins == 1)
        let told = try await race(20) { _ in try await bulk.apply().plan.state }
        #expect(Set(told) == [.applying])
    }

    @Test(arguments: Engine.available)
    func `INV-29 twenty nodes that go on with one plan at once invite each person once`(_ engine: Engine) async throws {
        let bulk = try await Bulk(engine, rows: 200)
        _ = try await bulk.apply()
        var pace = AdvancePlans.Pace()
        (pace.batch, pace.lease) = (7, .zero)
        let advance = AdvancePlans(
            store: bulk.house.store, effects: bulk.clock.effects, rules: Self.rules, dispatch: NoDispatch(), pace: pace)
        let worked = try await race(20) { index in
            var rows = 0
            while true {
                switch try await advance(node: "node\(index)") {
                case .worked(let count): rows += count
                case .idle: return rows
                case .paused: try await Task.sleep(for: .milliseconds(5))
                }
            }
        }
        #expect(worked.reduce(0, +) == 200)
        let rows = try await bulk.rows()
        #expect(rows.allSatisfy { $0.state == .done })
        #expect(Set(rows.compactMap(\.invitation)).count == 200)
        let depth = try await bulk.house.store.read { try $0.outboxDepth(at: Sample.now).waiting }
        #expect(depth == 200)
        let invitations = try await bulk.house.store.read { [plan = bulk.plan] in
            try $0.invitations(
                InvitationSelection(organization: plan.organization, limit: 1000, now: Sample.now)
            ).count
        }
        #expect(invitations == 200)
    }

    @Test(arguments: Engine.available)
    func `INV-29 of twenty nodes that go on with a plan and twenty who end it each row is done or never`(
        _ engine: Engine
    ) async throws {
        let bulk = try await Bulk(engine, rows: 200)
        _ = try await bulk.apply()
        var pace = AdvancePlans.Pace()
        (pace.batch, pace.lease) = (3, .zero)
        let advance = AdvancePlans(
            store: bulk.house.store, effects: bulk.clock.effects, rules: Self.rules, dispatch: NoDispatch(), pace: pace)
        let ended = try await race(40) { index in
            if index.isMultiple(of: 2) {
                for _ in 0..<2 { _ = try await advance(node: "node\(index)") }
                return false
            }
            return try await bulk.house.store.write { [plan = bulk.plan] in
                try $0.cancel(plan.id, in: plan.organization, at: Sample.now)
            }
        }
        #expect(ended.wins == 1)
        #expect(try await advance(node: "late") == .idle)
        let rows = try await bulk.rows()
        let done = rows.count { $0.state == .done }
        #expect(rows.count { $0.state == .cancelled && $0.invitation == nil } == 200 - done)
        let (depth, made) = try await bulk.house.store.read { [plan = bulk.plan] tx in
            (
                try tx.outboxDepth(at: Sample.now).waiting,
                try tx.invitations(InvitationSelection(organization: plan.organization, limit: 1000, now: Sample.now))
            )
        }
        #expect(depth == done && Set(made.map(\.id)) == Set(rows.compactMap(\.invitation)))
    }

    /// CRS-01: a batch that breaks anywhere leaves nothing, and another node does it.
    @Test(arguments: Engine.available)
    func `CRS-01 a batch that breaks off leaves neither invitation nor result`(_ engine: Engine) async throws {
        let bulk = try await Bulk(engine, rows: 10)
        _ = try await bulk.apply()
        let advance = AdvancePlans(
            store: bulk.house.store, effects: bulk.clock.effects, rules: Self.rules,
            dispatch: NoDispatch())
        for statement in stride(from: 2, to: 60, by: 13) {
            bulk.house.database.breakAfter(statement)
            await #expect(throws: (any Error).self) { try await advance(node: "one") }
            bulk.house.database.breakAfter(nil)
            #expect(try await bulk.rows().allSatisfy { $0.state == .waiting && $0.invitation == nil })
            let depth = try await bulk.house.store.read { try $0.outboxDepth(at: Sample.now).waiting }
            #expect(depth == 0)
        }
        #expect(try await advance(node: "two") == .worked(rows: 10))
        #expect(try await bulk.rows().allSatisfy { $0.state == .done })
    }

    @Test(arguments: Engine.available)
    func `a node that died holds a plan for a moment, and this one goes on at once`(_ engine: Engine) async throws {
        let bulk = try await Bulk(engine, rows: 10)
        _ = try await bulk.apply()
        var pace = AdvancePlans.Pace()
        pace.batch = 4
        let advance = AdvancePlans(
            store: bulk.house.store, effects: bulk.clock.effects, rules: Self.rules, dispatch: NoDispatch(), pace: pace)
        #expect(try await advance(node: "dead") == .worked(rows: 4))
        #expect(try await advance(node: "other") == .idle)
        #expect(try await advance(node: "dead") == .worked(rows: 4))
        bulk.clock.advance(by: pace.lease)
        #expect(try await advance(node: "other") == .worked(rows: 2))
        #expect(try await advance(node: "other") == .worked(rows: 0))
        #expect(try await advance(node: "other") == .idle)
    }

    @Test(arguments: Engine.available)
    func `INV-29 ten thousand rows are stored and read again as they were`(_ engine: Engine) async throws {
        let bulk = try await Bulk(engine, rows: 10_000)
        let start = ContinuousClock.now
        let rows = try await bulk.rows()
        #expect(rows.map(\.number) == Array(1...10_000))
        #expect(rows[9_999].input.email == "p10000@example.org")
        let counts = try await bulk.house.store.read { [plan = bulk.plan] in
            try $0.counts(of: plan.id, in: plan.organization)
        }
        #expect(counts == [PlanCount(outcome: .wouldInvite, state: .waiting, count: 10_000)])
        #expect(ContinuousClock.now - start < .seconds(120))
    }
}
