package import UsherDomain

/// A plan and how far it is.
package struct FindPlan: Sendable {
    package static let route = "GET /api/invitation/plan/{plan_id}"
    package static let eventRoute = "GET /api/invitation/plan/{plan_id}/event"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// - Parameter route: that the caller takes, for the scopes of their credential.
    package func callAsFunction(
        _ id: ID<InvitationPlan>, in organization: ID<Organization>, as caller: Caller, route: String = Self.route
    ) async throws -> PlanReport {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: route, at: now)
            return try tx.report(on: id, in: organization)
        }
    }
}

/// Rows of a plan, a page at a time, in the order of the file.
package struct ListPlanRows: Sendable {
    package static let route = "GET /api/invitation/plan/{plan_id}/row"
    package static let failedRoute = "GET /api/invitation/plan/{plan_id}/failed"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package struct Page: Sendable {
        package let rows: [PlanRow]
        /// The number after which the next page begins; nil: this is the last.
        package let next: Int?
    }

    package func callAsFunction(_ selection: PlanRowSelection, as caller: Caller) async throws -> Page {
        var more = selection
        more.limit += 1
        let found = try await rows(more, as: caller, route: Self.route)
        let page = Array(found.prefix(selection.limit))
        return Page(rows: page, next: found.count > page.count ? page.last?.number : nil)
    }

    /// All rows that made no invitation and could: what has to be mended and sent again.
    package func failed(
        of plan: ID<InvitationPlan>, in organization: ID<Organization>, as caller: Caller
    ) async throws -> [PlanRow] {
        let selection = PlanRowSelection(
            plan: plan, organization: organization, states: [.failed, .cancelled], limit: InvitationPlan.maximumRows)
        return try await rows(selection, as: caller, route: Self.failedRoute)
    }

    private func rows(_ selection: PlanRowSelection, as caller: Caller, route: String) async throws -> [PlanRow] {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: selection.organization, for: route, at: now)
            guard try tx.plan(selection.plan, in: selection.organization) != nil else { throw Refusal.planNotFound }
            return try tx.planRows(selection)
        }
    }
}

/// Has a plan applied. It is done in the background, a batch at a time; doing it twice is doing it once.
package struct ApplyPlan: Sendable {
    package static let route = "POST /api/invitation/plan/{plan_id}/apply"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// How a plan is to be applied.
    package struct Options: Sendable {
        /// Rows that look mistyped are meant as they are.
        package var confirmsTypos = false

        package init() {}
    }

    /// By the operator, in the name of a member: what that member may do is asked with each batch.
    package func byOperator(
        _ id: ID<InvitationPlan>, in organization: ID<Organization>, inTheNameOf member: ID<User>
    ) async throws -> PlanReport {
        let now = effects.now()
        return try await store.write { [effects] tx in
            guard let plan = try tx.plan(id, in: organization) else { throw Refusal.planNotFound }
            // As one who was signed in when they asked.
            let caller = Caller.session(user: member, hash: "")
            guard try tx.startApplying(plan, by: caller, requestID: "", at: now) else { throw Refusal.planEnded }
            try tx.record(
                effects.audit(
                    .planApplied, in: organization, by: "operator", subject: id.rawValue, request: nil, at: now))
            return try tx.report(on: id, in: organization)
        }
    }

    package func callAsFunction(
        _ id: ID<InvitationPlan>, in organization: ID<Organization>, _ options: Result<Options, Refusal>,
        as caller: Caller, facts: RequestFacts, once: Once<PlanReport>? = nil
    ) async throws -> PlanReport {
        let now = effects.now()
        return try await store.write { [effects] tx in
            _ = try tx.access(of: caller, in: organization, for: Self.route, at: now)
            let options = try options.get()
            try tx.begin(once, at: now)
            guard let plan = try tx.plan(id, in: organization) else { throw Refusal.planNotFound }
            guard try tx.startApplying(plan, by: caller, requestID: facts.id, at: now) else {
                // Somebody was faster, or did it long ago: the same effect. Or there is nothing to be done any more.
                let report = try tx.report(on: id, in: organization)
                guard [.applying, .applied].contains(report.plan.state) else { throw Refusal.planEnded }
                return try tx.finish(once, unchanged: report, at: now)
            }
            if options.confirmsTypos { try tx.confirmTypos(of: id, in: organization, at: now) }
            try tx.record(
                effects.audit(
                    .planApplied, in: organization, by: caller.actor, subject: id.rawValue, request: facts, at: now))
            return try tx.finish(once, try tx.report(on: id, in: organization))
        }
    }
}

/// Ends a plan: what was not applied yet never is.
package struct CancelPlan: Sendable {
    package static let route = "DELETE /api/invitation/plan/{plan_id}"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package func callAsFunction(
        _ id: ID<InvitationPlan>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts
    ) async throws {
        let now = effects.now()
        try await store.write { [effects] tx in
            _ = try tx.access(of: caller, in: organization, for: Self.route, at: now)
            guard let plan = try tx.plan(id, in: organization) else { throw Refusal.planNotFound }
            guard try tx.cancel(id, in: organization, at: now) else {
                if plan.state == .cancelled { return }
                throw Refusal.planEnded
            }
            try tx.record(
                effects.audit(
                    .planCancelled, in: organization, by: caller.actor, subject: id.rawValue, request: facts, at: now))
        }
    }
}
