package import UsherDomain

/// The requests for new links that nobody decided yet, a page at a time, newest first.
package struct ListRequests: Sendable {
    package static let route = "GET /api/invitation/request"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package struct Page: Sendable {
        package let requests: [(request: InvitationRequest, invitation: Invitation)]
        /// Where the next page begins; nil: this is the last.
        package let next: InvitationSelection.Cursor?
    }

    package func callAsFunction(
        of organization: ID<Organization>, after: InvitationSelection.Cursor?, limit: Int, as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            let found = try tx.openRequests(of: organization, after: after, limit: limit + 1)
            let page = found.prefix(limit).map { (request: $0.0, invitation: $0.1) }
            let next =
                found.count > limit
                ? page.last.map {
                    InvitationSelection.Cursor(
                        createdAt: $0.request.askedAt, id: ID(rawValue: $0.request.id.rawValue))
                } : nil
            return Page(requests: page, next: next)
        }
    }
}

/// One request, whatever became of it, with the offer that it is about: for the page where it is decided.
package struct FindRequest: Sendable {
    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// Who is no member learns nothing about the organization, not even that it is there.
    package func callAsFunction(
        _ id: ID<InvitationRequest>, in organization: ID<Organization>, as caller: Caller
    ) async throws -> (request: InvitationRequest, offer: Offer) {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else {
                throw Refusal.requestNotFound
            }
            try access.require(ListRequests.route)
            return try tx.requested(id, in: organization)
        }
    }
}

/// Says yes to a request: the address gets a letter with a link that works, under the ceiling of who approves, who
/// answers for it from now on.
package struct ApproveRequest: Sendable {
    package static let route = "POST /api/invitation/request/{request_id}/approve"

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

    /// Doing it twice is no error, and sends one letter.
    package func callAsFunction(
        _ id: ID<InvitationRequest>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts,
        once: Once<(request: InvitationRequest, offer: Offer)>? = nil
    ) async throws -> (request: InvitationRequest, offer: Offer) {
        let asked = effects.now()
        let done = try await store.write { tx -> (request: InvitationRequest, offer: Offer, letter: Letter?) in
            guard let access = try tx.access(of: caller, in: organization, at: asked) else { throw Refusal.notAMember }
            try access.require(Self.route)
            // Two that approve at once, or approve and invite, come one after the other.
            guard let now = try tx.lockedTime(of: organization, effects, at: asked) else { throw Refusal.notAMember }
            try tx.begin(once, at: now)
            let (request, offer) = try tx.requested(id, in: organization)
            if request.status == .approved {
                try tx.finish(once, unchanged: (request, offer), at: now)
                return (request, offer, nil)
            }
            guard let decided = try tx.decide(id, in: organization, as: .approved, by: caller.actor, at: now) else {
                throw Refusal.requestNotOpen
            }
            try access.offer(offer.invitation.permissions, restrictedTo: offer.invitation.scopes)
            let letter = try renew(offer, request, caller, tx, facts, at: now)
            try tx.record(
                effects.audit(
                    .requestApproved, in: organization, by: caller.actor, subject: id.rawValue, request: facts,
                    at: now))
            try tx.finish(once, (decided, offer))
            return (decided, offer, letter)
        }
        if let letter = done.letter { _ = await dispatch.dispatch(letter, patience: nil) }
        return (done.request, done.offer)
    }

    /// A new code for the offer that expired, or a new offer where it was used up or goes to another address.
    private func renew(
        _ offer: Offer, _ request: InvitationRequest, _ caller: Caller, _ tx: any StoreWriter, _ facts: RequestFacts,
        at now: Timestamp
    ) throws -> Letter {
        let (former, email) = (offer.invitation, request.otherEmail ?? offer.invitation.email)
        // Whose it was is forgotten.
        guard former.purgedAt == nil else { throw Refusal.requestNotOpen }
        let emailHash = effects.emailHash(email)
        try check(offer, email, emailHash, caller, tx, at: now)
        _ = try tx.spend(rules.quotas, on: emailHash, in: former.organization, as: caller, facts, at: now)
        let offering = Offering(effects: effects, rules: rules, dispatch: dispatch)
        if request.otherEmail == nil, former.canBeRenewed(at: now) {
            try tx.setInviter(of: former.id, in: former.organization, to: caller.inviter, at: now)
            guard let taken = try tx.invitation(former.id, in: former.organization) else {
                throw Refusal.invitationNotFound
            }
            let renewed = try offering.renew(taken, of: offer.organization, at: now, tx)
            try record(.invitationResent, former.id, offer, caller, tx, facts, at: now)
            return renewed.letter
        }
        let made = Invitation(
            id: ID(rawValue: effects.newID()), organization: former.organization, email: email, role: former.role,
            customRole: former.customRole, scopes: former.scopes, inviter: caller.inviter, appURL: former.appURL,
            redirectURI: former.redirectURI,
            locale: former.locale, expiresAt: now + offering.life(in: offer.organization), createdAt: now,
            updatedAt: now)
        try tx.expireOverdue(email, in: former.organization, at: now)
        guard try tx.takeSeat(in: offer.organization, effects: effects, rules: rules, at: now) == .held else {
            throw Refusal.seatLimitReached
        }
        let codeHash = effects.hash(effects.code(of: made.id, generation: made.generation))
        guard try tx.add(made, codeHash: codeHash, emailHash: emailHash) else { throw Refusal.alreadyInvited }
        let letter = try offering.letter(for: made, of: offer.organization, at: now, tx)
        try tx.enqueue(letter, lease: dispatch.lease(at: now), at: now)
        try record(.invitationCreated, made.id, offer, caller, tx, facts, at: now)
        return letter
    }

    private func record(
        _ action: AuditEntry.Action, _ invitation: ID<Invitation>, _ offer: Offer, _ caller: Caller,
        _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws {
        try tx.record(
            effects.audit(
                action, in: offer.organization.id, by: caller.actor, subject: invitation.rawValue, request: facts,
                at: now))
    }

    /// What holds for every invitation, in the same order.
    private func check(
        _ offer: Offer, _ email: EmailAddress, _ emailHash: String, _ caller: Caller, _ tx: any StoreWriter,
        at now: Timestamp
    ) throws {
        try rules.check(offer.invitation.appURL, field: "app_url", for: offer.organization)
        try rules.check(offer.invitation.redirectURI, field: "redirect_uri", for: offer.organization)
        let inviter = try caller.user.flatMap { try tx.user($0) }
        guard inviter?.email != email else { throw Refusal.selfInvitation }
        guard let standing = try tx.standing(of: email, hash: emailHash, in: offer.organization.id, at: now) else {
            throw Refusal.notAMember
        }
        guard !standing.isMember else { throw Refusal.alreadyMember }
        guard standing.organization.settings.admits(email) else { throw Refusal.domainNotAllowed }
        guard !standing.isSuppressed else { throw Refusal.recipientSuppressed }
    }
}

/// Says no to a request. Nobody is told: who asked learns as much as from no answer.
package struct RefuseRequest: Sendable {
    package static let route = "POST /api/invitation/request/{request_id}/refuse"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// Doing it twice is no error.
    package func callAsFunction(
        _ id: ID<InvitationRequest>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts,
        once: Once<(request: InvitationRequest, offer: Offer)>? = nil
    ) async throws -> (request: InvitationRequest, offer: Offer) {
        let now = effects.now()
        return try await store.write { [effects] tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            try tx.begin(once, at: now)
            let (_, offer) = try tx.requested(id, in: organization)
            guard let decided = try tx.decide(id, in: organization, as: .refused, by: caller.actor, at: now) else {
                // Read again: somebody may have been faster.
                let latest = try tx.requested(id, in: organization)
                if latest.request.status == .refused { return try tx.finish(once, unchanged: latest, at: now) }
                throw Refusal.requestNotOpen
            }
            try tx.record(
                effects.audit(
                    .requestRefused, in: organization, by: caller.actor, subject: id.rawValue, request: facts,
                    at: now))
            return try tx.finish(once, (decided, offer))
        }
    }
}

extension StoreReader {
    fileprivate func requested(
        _ id: ID<InvitationRequest>, in organization: ID<Organization>
    ) throws -> (request: InvitationRequest, offer: Offer) {
        guard let request = try request(id, in: organization),
            let invitation = try invitation(request.invitation, in: organization), let offer = try offer(invitation)
        else { throw Refusal.requestNotFound }
        return (request, offer)
    }
}

extension Invitation {
    /// Whether it ended by time alone, so that a new code opens it again.
    fileprivate func canBeRenewed(at now: Timestamp) -> Bool {
        status(at: now) == .expired && (status == .pending || status == .expired) && purgedAt == nil
    }
}
