package import UsherDomain

/// Sends an offer's letter again, with a new code, and waits for the relay's first verdict. The old link says from then
/// on that there is a newer one.
package struct ResendInvitation: Sendable {
    package static let route = "POST /api/invitation/{invitation_id}/resend"

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

    /// One request.
    package struct Request: Sendable {
        package let invitation: ID<Invitation>
        package let organization: ID<Organization>
        package let caller: Caller
        package let idempotency: IdempotencyRequest?
        package let facts: RequestFacts
        /// How long to wait for the verdict; nil: not at all (`Prefer: respond-async`).
        package let patience: Duration?

        package init(
            invitation: ID<Invitation>, organization: ID<Organization>, caller: Caller,
            idempotency: IdempotencyRequest?, facts: RequestFacts, patience: Duration?
        ) {
            self.invitation = invitation
            self.organization = organization
            self.caller = caller
            self.idempotency = idempotency
            self.facts = facts
            self.patience = patience
        }

        var idempotencyKey: IdempotencyKey? {
            idempotency.map { IdempotencyKey(actor: caller.actor, key: $0.key) }
        }
    }

    private enum Committed: Sendable {
        case new(Letter, [QuotaState])
        case repeated(IdempotentRecord)
    }

    package func callAsFunction(_ request: Request) async throws -> SendInvitation.Reply {
        let verdict = FirstVerdict(
            store: store, effects: effects, dispatch: dispatch, organization: request.organization,
            key: request.idempotencyKey, patience: request.patience)
        switch try await store.write({ [effects] in try commit(request, at: effects.now(), $0) }) {
        case .new(let letter, let quotas):
            let outcome = try await verdict.send(letter, of: request.invitation)
            return SendInvitation.Reply(outcome: outcome, quotas: quotas)
        case .repeated(let record):
            return SendInvitation.Reply(outcome: try await verdict.replay(record), quotas: [])
        }
    }

    private func commit(_ request: Request, at now: Timestamp, _ tx: any StoreWriter) throws -> Committed {
        let organization = request.organization
        guard let access = try tx.access(of: request.caller, in: organization, at: now) else {
            throw Refusal.notAMember
        }
        try access.require(Self.route)
        let earlier = try tx.begin(
            request.idempotencyKey, request.idempotency, subject: request.invitation.rawValue, at: now)
        if let earlier { return .repeated(earlier) }
        guard let found = try tx.invitation(request.invitation, in: organization) else {
            throw Refusal.invitationNotFound
        }
        guard let home = try tx.organization(organization) else { throw Refusal.notAMember }
        try access.grant(found.permissions)
        try rules.check(found.appURL, field: "app_url", for: home)
        try rules.check(found.redirectURI, field: "redirect_uri", for: home)
        let offering = Offering(effects: effects, rules: rules, dispatch: dispatch)
        let (_, letter) = try offering.renew(found, of: home, at: now, tx)
        let quotas = try tx.spend(
            rules.quotas, on: effects.emailHash(found.email), in: organization, as: request.caller, request.facts,
            at: now)
        try tx.record(
            effects.audit(
                .invitationResent, in: organization, by: request.caller.actor, subject: found.id.rawValue,
                request: request.facts, at: now))
        return .new(letter, quotas)
    }
}

extension StoreWriter {
    /// What one letter of an invitation costs whoever causes it.
    func spend(
        _ quotas: Quotas, on emailHash: String, in organization: ID<Organization>, as caller: Caller,
        _ facts: RequestFacts, at now: Timestamp
    ) throws -> [QuotaState] {
        [
            try spend(quotas.actor, for: caller.actor, at: now),
            try spend(quotas.organization, for: organization.rawValue, at: now),
            try spend(quotas.recipient, for: emailHash, at: now),
            try spend(quotas.peer, for: facts.peer, at: now),
        ].compactMap { $0 }
    }
}
