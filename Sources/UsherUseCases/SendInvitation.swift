package import UsherDomain

/// What a request asks to be sent, parsed.
package struct InvitationDraft: Sendable {
    package let email: EmailAddress
    package let role: Role
    /// A role of the organization's own, beside the number 0.
    package let customRole: ID<CustomRole>?
    package let scopes: Scopes?
    package let appURL: WebURL
    package let redirectURI: WebURL
    /// `organization_id` of the body, when it was there.
    package let bodyOrganization: ID<Organization>?
    package let locale: String?
    package let extras: InvitationExtras
    /// Nil: as long as the organization says, or else the server.
    package let expiry: RequestedExpiry?

    package init(
        email: EmailAddress, role: Role, customRole: ID<CustomRole>? = nil, scopes: Scopes?, appURL: WebURL,
        redirectURI: WebURL,
        bodyOrganization: ID<Organization>?, locale: String?, extras: InvitationExtras = InvitationExtras(),
        expiry: RequestedExpiry? = nil
    ) {
        self.email = email
        self.role = role
        self.customRole = customRole
        self.scopes = scopes
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.bodyOrganization = bodyOrganization
        self.locale = locale
        self.extras = extras
        self.expiry = expiry
    }
}

/// An `Idempotency-Key` header and the fingerprint of the request that carried it.
package struct IdempotencyRequest: Sendable {
    package let key: String
    package let fingerprint: String

    package init(key: String, fingerprint: String) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// What became of a request to invite.
package enum SendOutcome: Equatable, Sendable {
    /// The relay took the letter.
    case sent
    /// The relay refused the recipient for good.
    case refused(code: Int?)
    /// Durable, and on its way.
    case underWay(ID<Invitation>)

    /// The word under which an idempotency key remembers it.
    var word: String {
        switch self {
        case .sent: "sent"
        case .refused(let code): "refused \(code ?? 0)"
        case .underWay: "under_way"
        }
    }

    init?(word: String, subject: String) {
        let parts = word.split(separator: " ")
        switch parts.first {
        case "sent": self = .sent
        case "refused": self = .refused(code: parts.last.flatMap { Int($0) }.flatMap { $0 == 0 ? nil : $0 })
        case "under_way": self = .underWay(ID(rawValue: subject))
        default: return nil
        }
    }
}

/// Offers a membership to an address, and waits for the relay's first verdict.
package struct SendInvitation: Sendable {
    package static let route = "POST /api/invitation"

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
        package let organization: ID<Organization>
        package let caller: Caller
        /// Not looked at before the caller proved to be allowed: its problems are answered after those of the caller.
        package let draft: Result<InvitationDraft, Refusal>
        package let idempotency: IdempotencyRequest?
        package let facts: RequestFacts
        /// How long to wait for the verdict; nil: not at all (`Prefer: respond-async`).
        package let patience: Duration?

        package init(
            organization: ID<Organization>, caller: Caller, draft: Result<InvitationDraft, Refusal>,
            idempotency: IdempotencyRequest?, facts: RequestFacts, patience: Duration?
        ) {
            self.organization = organization
            self.caller = caller
            self.draft = draft
            self.idempotency = idempotency
            self.facts = facts
            self.patience = patience
        }

        var idempotencyKey: IdempotencyKey? {
            idempotency.map { IdempotencyKey(actor: caller.actor, key: $0.key) }
        }
    }

    package struct Reply: Sendable {
        package let outcome: SendOutcome
        /// Where the caller's quotas stand, for the RateLimit fields.
        package let quotas: [QuotaState]
    }

    private enum Committed: Sendable {
        /// No letter: the invitation waits for a seat.
        case new(Letter?, ID<Invitation>, [QuotaState])
        case repeated(IdempotentRecord)
    }

    package func callAsFunction(_ request: Request) async throws -> Reply {
        let now = effects.now()
        let invitation = ID<Invitation>(rawValue: effects.newID())
        let committed = try await store.write { tx in try commit(request, as: invitation, at: now, tx) }
        let verdict = FirstVerdict(
            store: store, effects: effects, dispatch: dispatch, organization: request.organization,
            key: request.idempotencyKey, patience: request.patience)
        switch committed {
        case .new(let letter, let id, let quotas):
            return Reply(outcome: try await verdict.send(letter, of: id), quotas: quotas)
        case .repeated(let record):
            return Reply(outcome: try await verdict.replay(record), quotas: [])
        }
    }
}

// MARK: - The transaction

extension SendInvitation {
    private func commit(
        _ request: Request, as id: ID<Invitation>, at now: Timestamp, _ tx: any StoreWriter
    ) throws -> Committed {
        guard let access = try tx.access(of: request.caller, in: request.organization, at: now) else {
            throw Refusal.notAMember
        }
        try access.require(Self.route)
        let draft = try request.draft.get()
        let earlier = try tx.begin(request.idempotencyKey, request.idempotency, subject: id.rawValue, at: now)
        if let earlier { return .repeated(earlier) }
        let offer = NewOffer(
            id: id, draft: draft, organization: request.organization, caller: request.caller, facts: request.facts)
        let made = try OfferStep(effects: effects, rules: rules)(
            offer, access: access, lease: dispatch.lease(at: now), at: now, tx)
        return .new(made.letter, id, made.quotas)
    }
}

// MARK: - One offer

/// An offer that is about to be made, by a caller whose right was asked for.
struct NewOffer: Sendable {
    let id: ID<Invitation>
    let draft: InvitationDraft
    let organization: ID<Organization>
    let caller: Caller
    let facts: RequestFacts
    /// One of a plan's many: it counts for the organization and the recipient, not for who sends it or from where, and
    /// its letter is left for whichever node claims it.
    var isOneOfMany = false
    /// The code that the person has from another system; it opens the offer until a newer letter is asked for.
    var formerCodeHash: String?
    /// No letter goes out before somebody asks for one.
    var isHeld = false
}

/// The code of another system led to an invitation before.
struct FormerCodeKnown: Error {}

/// What one offer does inside a transaction, whoever makes it: rules, quotas, the row, its letter, the audit.
struct OfferStep: Sendable {
    let effects: Effects
    let rules: ServerRules

    struct Made: Sendable {
        let invitation: Invitation
        /// Nil: it waits for a seat.
        let letter: Letter?
        let quotas: [QuotaState]
    }

    /// - Throws: `Refusal`. What was spent by then stays spent, unless the transaction is undone.
    func callAsFunction(
        _ offer: NewOffer, access: Access, lease: Lease, at now: Timestamp, _ tx: any StoreWriter
    ) throws -> Made {
        let draft = offer.draft
        let emailHash = effects.emailHash(draft.email)
        let (standing, inviter, held) = try check(draft, emailHash, of: offer, access: access, at: now, tx)
        if let former = offer.formerCodeHash, try tx.isKnown(formerCodeHash: former) { throw FormerCodeKnown() }
        // Quotas are of letters.
        let quotas = try offer.isHeld ? [] : spend(emailHash, offer, at: now, tx)
        if standing.hasOverdueOffer { try tx.expireOverdue(draft.email, in: offer.organization, at: now) }
        let unplaced = try invitation(offer.id, draft, as: held, offer, in: standing.organization, at: now)
        let place = try tx.takeSeat(in: standing.organization, effects: effects, rules: rules, at: now)
        if case .none = place {
            // Before anything is written: who makes many goes on with the next one.
            let open = try tx.openInvitation(of: draft.email, in: offer.organization, at: now)
            throw open == nil ? Refusal.seatLimitReached : .alreadyInvited
        }
        let made = unplaced.placed(place)
        let codeHash = effects.hash(effects.code(of: offer.id, generation: made.generation))
        guard try tx.add(made, codeHash: codeHash, emailHash: emailHash) else {
            throw Refusal.alreadyInvited
        }
        if let former = offer.formerCodeHash, try !tx.add(formerCodeHash: former, of: made) {
            throw AdvancePlans.RowMoved()
        }
        try tx.record(
            effects.audit(
                offer.isHeld ? .invitationImported : .invitationCreated, in: offer.organization, by: offer.caller.actor,
                subject: offer.id.rawValue,
                request: offer.facts, at: now))
        guard try tx.isSeated(made, place, life: unplaced.expiresAt - now) else {
            return Made(invitation: made, letter: nil, quotas: quotas)
        }
        guard !offer.isHeld else { return Made(invitation: made, letter: nil, quotas: quotas) }
        let letter = effects.letter(
            for: made, of: standing.organization, by: inviter, attempt: offer.isOneOfMany ? 0 : 1, at: now)
        try tx.enqueue(letter, lease: lease, at: now)
        return Made(invitation: made, letter: letter, quotas: quotas)
    }

    /// The rules, in the order in which they are answered.
    private func check(
        _ draft: InvitationDraft, _ emailHash: String, of request: NewOffer, access: Access, at now: Timestamp,
        _ tx: any StoreWriter
    ) throws -> (Standing, User?, HeldRole) {
        if let named = draft.bodyOrganization, named != request.organization { throw Refusal.organizationMismatch }
        guard let standing = try tx.standing(of: draft.email, hash: emailHash, in: request.organization, at: now)
        else { throw Refusal.notAMember }
        try rules.check(draft.appURL, field: "app_url", for: standing.organization)
        try rules.check(draft.redirectURI, field: "redirect_uri", for: standing.organization)
        let inviter = try request.caller.user.flatMap { try tx.user($0) }
        guard inviter?.email != draft.email else { throw Refusal.selfInvitation }
        let held = HeldRole(draft.role, try draft.customRole.map { try tx.held($0, in: request.organization) })
        try access.grant(held.permissions, restrictedTo: draft.scopes)
        guard !standing.isMember else { throw Refusal.alreadyMember }
        guard standing.organization.settings.admits(draft.email) else { throw Refusal.domainNotAllowed }
        guard !standing.isSuppressed else { throw Refusal.recipientSuppressed }
        return (standing, inviter, held)
    }

    private func spend(
        _ emailHash: String, _ request: NewOffer, at now: Timestamp, _ tx: any StoreWriter
    ) throws -> [QuotaState] {
        let quotas = rules.quotas
        return [
            try tx.spend(request.isOneOfMany ? nil : quotas.actor, for: request.caller.actor, at: now),
            try tx.spend(quotas.organization, for: request.organization.rawValue, at: now),
            try tx.spend(quotas.recipient, for: emailHash, at: now),
            try tx.spend(request.isOneOfMany ? nil : quotas.peer, for: request.facts.peer, at: now),
        ].compactMap { $0 }
    }

    private func invitation(
        _ id: ID<Invitation>, _ draft: InvitationDraft, as held: HeldRole, _ request: NewOffer,
        in organization: Organization, at now: Timestamp
    ) throws -> Invitation {
        let life = organization.settings.invitationLife ?? rules.invitationLife
        return Invitation(
            id: id, organization: request.organization, email: draft.email, role: held.role,
            customRole: held.customRole, scopes: draft.scopes, inviter: request.caller.inviter, appURL: draft.appURL,
            redirectURI: draft.redirectURI,
            locale: draft.locale, expiresAt: try draft.expiry?.moment(from: now) ?? now + life, createdAt: now,
            updatedAt: now, extras: draft.extras)
    }
}
