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
        patience: Duration?, idempotency: IdempotencyRequest? = nil
    ) async throws -> SendInvitation.Reply {
        let now = effects.now()
        let key = idempotency.map { IdempotencyKey(actor: caller.actor, key: $0.key) }
        let committed = try await store.write { [rules] tx in
            let access = try tx.access(of: caller, in: organization, for: Self.route, at: now)
            if let earlier = try tx.begin(key, idempotency, subject: id.rawValue, at: now) {
                return Committed.repeated(earlier)
            }
            let done = try commit(id, in: organization, within: access, as: caller, facts, at: now, tx)
            if case .withoutLetter = done, let key {
                // Only the row of its key is sure to be new.
                _ = try tx.spend(rules.quotas.actor, for: caller.actor, at: now)
                try tx.finish(key, answer: SendOutcome.sent.word)
            }
            return done
        }
        let verdict = FirstVerdict(
            store: store, effects: effects, dispatch: dispatch, organization: organization, key: key,
            patience: patience)
        switch committed {
        case .withoutLetter: return SendInvitation.Reply(outcome: .sent, quotas: [])
        case .renewed(let letter, let quotas):
            return SendInvitation.Reply(outcome: try await verdict.send(letter, of: id), quotas: quotas)
        case .repeated(let record):
            return SendInvitation.Reply(outcome: try await verdict.replay(record), quotas: [])
        }
    }

    private enum Committed: Sendable {
        case withoutLetter
        case renewed(Letter, [QuotaState])
        case repeated(IdempotentRecord)
    }

    private func commit(
        _ id: ID<Invitation>, in organization: ID<Organization>, within access: Access, as caller: Caller,
        _ facts: RequestFacts, at now: Timestamp, _ tx: any StoreWriter
    ) throws -> Committed {
        guard let home = try tx.organization(organization) else { throw Refusal.notAMember }
        guard let found = try tx.invitation(id, in: organization) else { throw Refusal.invitationNotFound }
        try access.offer(found.permissions, restrictedTo: found.scopes)
        guard let approved = try tx.approve(found, by: caller.inviter, at: now)
        else {
            // Read again: somebody may have been faster.
            guard let latest = try tx.invitation(id, in: organization), latest.status(at: now) == .pending else {
                throw Refusal.invitationNotPending
            }
            return .withoutLetter
        }
        try tx.record(
            effects.audit(
                .invitationApproved, in: organization, by: caller.actor, subject: id.rawValue, request: facts, at: now))
        let hasLetter = approved.delivery == .handedOver || approved.delivery == .delivered
        guard !hasLetter || approved.status(at: now) != .pending else { return .withoutLetter }
        let offering = Offering(effects: effects, rules: rules, dispatch: dispatch)
        let (_, letter) = try offering.renew(approved, of: home, pause: .zero, at: now, tx)
        let quotas = try tx.spend(
            rules.quotas, on: effects.emailHash(found.email), in: organization, as: caller, facts, at: now)
        return .renewed(letter, quotas)
    }
}
