package import UsherDomain

/// Takes over an offer whose inviter lost the right to make it: who approves answers for it from then on. The link that
/// the person has works again; a new letter goes only when the first one never went, or its time ran out.
package struct ApproveInvitation: Sendable {
    package static let route = "POST /api/invitation/{invitation_id}/approve"

    let store: any Store
    let effects: Effects
    let rules: ServerRules
    let dispatch: any Dispatch

    package init(store: any Store, effects: Effects, rules: ServerRules, dispatch: any Dispatch) {
        self.store = store
        self.effects = effects
        self.rules = rules
        self.dispatch = dispatch
    }

    /// `sent` when no letter was needed, too. Doing it twice is no error.
    package func callAsFunction(
        _ id: ID<Invitation>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts,
        patience: Duration?
    ) async throws -> SendInvitation.Reply {
        let now = effects.now()
        let committed = try await store.write { tx in
            try commit(id, in: organization, as: caller, facts, at: now, tx)
        }
        guard let (letter, quotas) = committed else { return SendInvitation.Reply(outcome: .sent, quotas: []) }
        let verdict = FirstVerdict(
            store: store, effects: effects, dispatch: dispatch, organization: organization, key: nil,
            patience: patience)
        return SendInvitation.Reply(outcome: try await verdict.send(letter, of: id), quotas: quotas)
    }

    private func commit(
        _ id: ID<Invitation>, in organization: ID<Organization>, as caller: Caller, _ facts: RequestFacts,
        at now: Timestamp, _ tx: any StoreWriter
    ) throws -> (Letter, [QuotaState])? {
        guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
        try access.require(Self.route)
        guard let home = try tx.organization(organization) else { throw Refusal.notAMember }
        guard let found = try tx.invitation(id, in: organization) else { throw Refusal.invitationNotFound }
        try access.offer(found.permissions)
        guard let approved = try tx.approve(found, by: caller.inviter, at: now)
        else {
            // Read again: somebody may have been faster.
            guard let latest = try tx.invitation(id, in: organization), latest.status(at: now) == .pending else {
                throw Refusal.invitationNotPending
            }
            return nil
        }
        try tx.record(
            effects.audit(
                .invitationApproved, in: organization, by: caller.actor, subject: id.rawValue, request: facts, at: now))
        let hasLetter = approved.delivery == .handedOver || approved.delivery == .delivered
        guard !hasLetter || approved.status(at: now) != .pending else { return nil }
        let offering = Offering(effects: effects, rules: rules, dispatch: dispatch)
        let (_, letter) = try offering.renew(approved, of: home, pause: .zero, at: now, tx)
        let quotas = try tx.spend(
            rules.quotas, on: effects.emailHash(found.email), in: organization, as: caller, facts, at: now)
        return (letter, quotas)
    }
}
