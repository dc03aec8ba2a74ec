package import UsherDomain

/// What a request asks to be sent, parsed.
package struct InvitationDraft: Sendable {
    package let email: EmailAddress
    package let role: Role
    package let scopes: Scopes?
    package let appURL: WebURL
    package let redirectURI: WebURL
    /// `organization_id` of the body, when it was there.
    package let bodyOrganization: ID<Organization>?
    package let locale: String?

    package init(
        email: EmailAddress, role: Role, scopes: Scopes?, appURL: WebURL, redirectURI: WebURL,
        bodyOrganization: ID<Organization>?, locale: String?
    ) {
        self.email = email
        self.role = role
        self.scopes = scopes
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.bodyOrganization = bodyOrganization
        self.locale = locale
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
        case new(Letter, ID<Invitation>, [QuotaState])
        case repeated(IdempotentRecord)
    }

    package func callAsFunction(_ request: Request) async throws -> Reply {
        let now = effects.now()
        let invitation = ID<Invitation>(rawValue: effects.newID())
        let committed = try await store.write { tx in try commit(request, as: invitation, at: now, tx) }
        switch committed {
        case .new(let letter, let id, let quotas):
            let verdict = await dispatch.dispatch(letter, patience: request.patience)
            let outcome = Self.outcome(verdict, of: id)
            return Reply(outcome: try await remember(outcome, for: request), quotas: quotas)
        case .repeated(let record):
            return Reply(outcome: try await replay(record, for: request), quotas: [])
        }
    }

    private static func outcome(_ verdict: LetterOutcome?, of invitation: ID<Invitation>) -> SendOutcome {
        switch verdict {
        case .handedOver: .sent
        case .refused(let code, _): .refused(code: code)
        case .delayed, .failed, nil: .underWay(invitation)
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
        try access.require(.admin, for: Self.route)
        let draft = try request.draft.get()
        if let idempotency = request.idempotency, let key = request.idempotencyKey {
            let record = IdempotentRecord(
                key: key, fingerprint: idempotency.fingerprint, subject: id.rawValue, answer: nil)
            guard try tx.begin(record, at: now) else {
                return .repeated(try earlier(key, idempotency, tx))
            }
        }
        let emailHash = effects.emailHash(draft.email)
        let (standing, inviter) = try check(draft, emailHash, of: request, access: access, at: now, tx)
        let quotas = try spend(emailHash, request, at: now, tx)
        let made = invitation(id, draft, request, in: standing.organization, at: now)
        if standing.hasOverdueOffer { try tx.expireOverdue(draft.email, in: request.organization, at: now) }
        let codeHash = effects.hash(effects.code(of: id, generation: made.generation))
        guard try tx.add(made, codeHash: codeHash, emailHash: emailHash) else {
            throw Refusal.alreadyInvited
        }
        let letter = letter(for: made, of: standing.organization, by: inviter, at: now)
        try tx.enqueue(letter, lease: dispatch.lease(at: now), at: now)
        try tx.record(
            effects.audit(
                .invitationCreated, in: request.organization, by: request.caller.actor, subject: id.rawValue,
                request: request.facts, at: now))
        return .new(letter, id, quotas)
    }

    /// The rules, in the order in which they are answered.
    private func check(
        _ draft: InvitationDraft, _ emailHash: String, of request: Request, access: Access, at now: Timestamp,
        _ tx: any StoreWriter
    ) throws -> (Standing, User?) {
        if let named = draft.bodyOrganization, named != request.organization { throw Refusal.organizationMismatch }
        guard let standing = try tx.standing(of: draft.email, hash: emailHash, in: request.organization, at: now)
        else { throw Refusal.notAMember }
        try rules.check(draft.appURL, field: "app_url", for: standing.organization)
        try rules.check(draft.redirectURI, field: "redirect_uri", for: standing.organization)
        let inviter = try request.caller.user.flatMap { try tx.user($0) }
        guard inviter?.email != draft.email else { throw Refusal.selfInvitation }
        try access.grant(draft.role)
        guard !standing.isMember else { throw Refusal.alreadyMember }
        guard !standing.isSuppressed else { throw Refusal.recipientSuppressed }
        return (standing, inviter)
    }

    private func spend(
        _ emailHash: String, _ request: Request, at now: Timestamp, _ tx: any StoreWriter
    ) throws -> [QuotaState] {
        let quotas = rules.quotas
        return [
            try tx.spend(quotas.actor, for: request.caller.actor, at: now),
            try tx.spend(quotas.organization, for: request.organization.rawValue, at: now),
            try tx.spend(quotas.recipient, for: emailHash, at: now),
            try tx.spend(quotas.peer, for: request.facts.peer, at: now),
        ].compactMap { $0 }
    }

    private func invitation(
        _ id: ID<Invitation>, _ draft: InvitationDraft, _ request: Request, in organization: Organization,
        at now: Timestamp
    ) -> Invitation {
        Invitation(
            id: id, organization: request.organization, email: draft.email, role: draft.role, scopes: draft.scopes,
            inviter: request.caller.inviter, appURL: draft.appURL, redirectURI: draft.redirectURI,
            locale: draft.locale, expiresAt: now + (organization.settings.invitationLife ?? rules.invitationLife),
            createdAt: now, updatedAt: now)
    }

    private func letter(
        for invitation: Invitation, of organization: Organization, by inviter: User?, at now: Timestamp
    ) -> Letter {
        let content = InvitationLetter(
            invitation: invitation.id, generation: invitation.generation, organization: organization.id,
            organizationName: organization.name, inviterName: inviter?.shownName, inviterEmail: inviter?.email,
            role: invitation.role, appURL: invitation.appURL, redirectURI: invitation.redirectURI,
            expiresAt: invitation.expiresAt)
        return Letter(
            id: ID(rawValue: effects.newID()), recipient: invitation.email, locale: invitation.locale,
            notAfter: invitation.expiresAt, createdAt: now, content: .invitation(content))
    }
}

// MARK: - Idempotency

extension SendInvitation {
    private func earlier(
        _ key: IdempotencyKey, _ request: IdempotencyRequest, _ tx: any StoreWriter
    ) throws -> IdempotentRecord {
        guard let record = try tx.idempotent(key), record.fingerprint == request.fingerprint else {
            throw Refusal.idempotencyMismatch
        }
        return record
    }

    /// Keeps the first answer that anybody gave to this key, and gives that one.
    private func remember(_ outcome: SendOutcome, for request: Request) async throws -> SendOutcome {
        guard let key = request.idempotencyKey else { return outcome }
        let kept = try await store.write { tx in
            try tx.finish(key, answer: outcome.word)
            return try tx.idempotent(key)
        }
        return kept.flatMap { record in
            record.answer.flatMap { SendOutcome(word: $0, subject: record.subject) }
        } ?? outcome
    }

    /// The first answer once more. When the first request is still waiting for its verdict, or died waiting, the
    /// invitation's own row tells.
    private func replay(_ record: IdempotentRecord, for request: Request) async throws -> SendOutcome {
        let id = ID<Invitation>(rawValue: record.subject)
        let deadline = effects.now() + (request.patience ?? .zero)
        while true {
            let (known, found) = try await store.read { tx in
                (try tx.idempotent(record.key)?.answer, try tx.invitation(id, in: request.organization))
            }
            if let known, let outcome = SendOutcome(word: known, subject: record.subject) { return outcome }
            let outcome = Self.outcome(of: found, id)
            if outcome != .underWay(id) || effects.now() >= deadline {
                return try await remember(outcome, for: request)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func outcome(of invitation: Invitation?, _ id: ID<Invitation>) -> SendOutcome {
        switch (invitation?.delivery, invitation?.status) {
        case (.handedOver, _), (.delivered, _): .sent
        case (_, .undeliverable): .refused(code: invitation?.deliveryCode)
        default: .underWay(id)
        }
    }
}
