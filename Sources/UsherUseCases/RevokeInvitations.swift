package import UsherDomain

/// Withdraws all open offers that match, some at a time, so that others can write meanwhile.
package struct RevokeInvitations: Sendable {
    package static let route = "POST /api/invitation/revoke"
    private static let batch = 100
    /// What one request withdraws at most.
    private static let limit = 10_000

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// What is asked for.
    package struct Request: Sendable {
        package let filter: InvitationFilter
        /// Must be said when the filter is empty.
        package let all: Bool

        package init(filter: InvitationFilter, all: Bool) {
            self.filter = filter
            self.all = all
        }
    }

    /// How many were withdrawn, and whether there may be more than one request takes.
    package struct Done: Equatable, Sendable {
        package let revoked: Int
        package let hasMore: Bool
    }

    /// With an idempotency key each transaction writes down how far it is: whoever repeats the request meanwhile, or after
    /// it died, goes on from there, and all tell the same number.
    package func callAsFunction(
        _ request: Result<Request, Refusal>, in organization: ID<Organization>, as caller: Caller,
        facts: RequestFacts, once: Once<Done>? = nil
    ) async throws -> Done {
        var count = 0
        while true {
            let now = effects.now()
            let (reached, done) = try await store.write { [count] tx in
                try step(request, in: organization, as: caller, facts, once, count: count, at: now, tx)
            }
            if let done { return done }
            count = reached
        }
    }

    /// - Returns: how many it is by now, and all of it at the end.
    private func step(
        _ request: Result<Request, Refusal>, in organization: ID<Organization>, as caller: Caller,
        _ facts: RequestFacts, _ once: Once<Done>?, count: Int, at now: Timestamp, _ tx: any StoreWriter
    ) throws -> (count: Int, done: Done?) {
        let (before, revoked) = try batch(request, in: organization, as: caller, facts, once, count: count, at: now, tx)
        let count = before + revoked
        guard revoked < Self.batch || count >= Self.limit else {
            try tx.advance(once, to: count)
            return (count, nil)
        }
        let done = Done(revoked: count, hasMore: revoked == Self.batch)
        return (count, try count == 0 ? tx.finish(once, unchanged: done, at: now) : tx.finish(once, done))
    }

    private func batch(
        _ request: Result<Request, Refusal>, in organization: ID<Organization>, as caller: Caller,
        _ facts: RequestFacts, _ once: Once<Done>?, count: Int, at now: Timestamp, _ tx: any StoreWriter
    ) throws -> (before: Int, revoked: Int) {
        guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
        try access.require(Self.route)
        let request = try request.get()
        guard !request.filter.isEmpty || request.all else {
            throw Refusal.invalidBody([FieldProblem("/all", .missing)])
        }
        let before = once == nil ? count : try tx.resume(once, at: now)
        let open: Set<Invitation.Status> = [.waitlisted, .pending, .needsApproval]
        var filter = request.filter
        filter.statuses = filter.statuses.map { $0.intersection(open) } ?? open
        var selection = InvitationSelection(
            organization: organization, filter, emailHash: filter.email.map(effects.emailHash), limit: Self.batch,
            now: now)
        selection.inviter = try filter.inviter.map(tx.inviter)
        let ids = try tx.revoke(selection)
        try tx.cancelLetters(of: ids, in: organization, at: now)
        for id in ids {
            try tx.record(
                effects.audit(
                    .invitationRevoked, in: organization, by: caller.actor, subject: id.rawValue, request: facts,
                    at: now))
        }
        return (before, ids.count)
    }
}
