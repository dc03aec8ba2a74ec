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
    package func callAsFunction(
        _ request: Result<Request, Refusal>, in organization: ID<Organization>, as caller: Caller,
        facts: RequestFacts
    ) async throws -> (revoked: Int, hasMore: Bool) {
        var count = 0
        while count < Self.limit {
            let now = effects.now()
            let revoked = try await store.write { tx in
                try step(request, in: organization, as: caller, facts, at: now, tx)
            }
            count += revoked
            guard revoked == Self.batch else { return (count, false) }
        }
        return (count, true)
    }

    private func step(
        _ request: Result<Request, Refusal>, in organization: ID<Organization>, as caller: Caller,
        _ facts: RequestFacts, at now: Timestamp, _ tx: any StoreWriter
    ) throws -> Int {
        guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
        try access.require(Self.route)
        let request = try request.get()
        guard !request.filter.isEmpty || request.all else {
            throw Refusal.invalidBody([FieldProblem("/all", .missing)])
        }
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
        return ids.count
    }
}
