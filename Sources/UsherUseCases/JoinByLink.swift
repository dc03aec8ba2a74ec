package import UsherDomain

/// What comes after an address was proved.
package enum JoinStep: Sendable {
    /// An ordinary offer to this address is open: its code leads to its page, and there is one way to join.
    case offer(code: String)
    /// All seats are taken; the offer goes out by letter when one is free.
    case waits(JoinOffer, EmailAddress)
    /// A member already.
    case member(JoinOffer)
}

/// From a link for many to an offer for one: proves the address, counts the use, and makes an ordinary invitation in the
/// name of the link's maker. The way from there is that of every invitation.
package struct JoinByLink: Sendable {
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

    // MARK: Asking for proof

    /// Sends a letter with a one-time link to an address that somebody typed. Whether one was sent is not told: not for an
    /// address that does not want to hear from this organization, that is shut out, or that got too many letters already.
    ///
    /// - Throws: `domainNotAllowed` for what the link itself does not admit, which its page says.
    package func requestProof(
        secret: String, email: EmailAddress, locale: String?, facts: RequestFacts
    ) async throws {
        guard SecretText.isWellFormed(secret) else { throw Refusal.joinLinkNotFound }
        let (hash, now) = (effects.hash(secret), effects.now())
        let letter = try await store.write { [rules] tx -> Letter? in
            guard let link = try tx.joinLink(hash: hash), let offer = try tx.offer(link) else {
                throw Refusal.joinLinkNotFound
            }
            _ = try tx.spend(rules.quotas.peer, for: facts.peer, at: now)
            guard link.admits(email) else { throw Refusal.domainNotAllowed }
            guard try isWelcome(email, offer, tx, at: now), try isWithinQuotas(email, link, tx, at: now) else {
                return nil
            }
            return try enqueue(email, offer, locale, tx, at: now)
        }
        if let letter { _ = await dispatch.dispatch(letter, patience: nil) }
    }

    /// An ended link still leads those back who were let in by it before.
    private func isWelcome(
        _ email: EmailAddress, _ offer: JoinOffer, _ tx: any StoreWriter, at now: Timestamp
    ) throws -> Bool {
        let isOpen = offer.link.state(at: now) == .open
        guard try isOpen || tx.openInvitation(of: email, in: offer.organization.id, at: now) != nil else {
            return false
        }
        let standing = try tx.standing(
            of: email, hash: effects.emailHash(email), in: offer.organization.id, at: now)
        return standing?.isSuppressed == false && offer.organization.settings.admits(email)
    }

    /// Letters to one address, whoever asks for them, and letters by one link.
    private func isWithinQuotas(
        _ email: EmailAddress, _ link: JoinLink, _ tx: any StoreWriter, at now: Timestamp
    ) throws -> Bool {
        let address = effects.emailHash(email)
        let uses = [
            (rules.quotas.reset, "join \(address)"), (rules.quotas.recipient, address),
            (rules.quotas.actor, "link:\(link.id)"),
        ]
        return try uses.allSatisfy { quota, subject in
            try quota.map { try tx.take($0, for: subject, at: now).granted } ?? true
        }
    }

    private func enqueue(
        _ email: EmailAddress, _ offer: JoinOffer, _ locale: String?, _ tx: any StoreWriter, at now: Timestamp
    ) throws -> Letter {
        let id = ID<OneTimeLink>(rawValue: effects.newID())
        let end = now + OneTimeLink.lifetime(of: .join)
        try tx.add(
            OneTimeLink(
                id: id, purpose: .join, hash: effects.hash(effects.secret(of: id)), user: nil, createdAt: now,
                expiresAt: end))
        try tx.add(
            JoinProof(
                id: id, link: offer.link.id, organization: offer.organization.id, email: email, locale: locale,
                expiresAt: end))
        let notice = Notice(
            .joinProof, organization: offer.organization.id, organizationName: offer.organization.name,
            role: offer.link.role, roleName: offer.link.customRole?.name, until: end, path: "/join/proof?token=",
            link: id)
        let letter = Letter(
            id: ID(rawValue: effects.newID()), recipient: email, locale: locale, notAfter: end, createdAt: now,
            content: .notice(notice))
        try tx.enqueue(letter, lease: dispatch.lease(at: now), at: now)
        return letter
    }

    // MARK: Proved

    /// What the one-time link of the letter is about, without using it up; nil when it does not work (any more).
    package func peek(proof secret: String) async throws -> (proof: JoinProof, offer: JoinOffer)? {
        guard SecretText.isWellFormed(secret) else { return nil }
        let (hash, now) = (effects.hash(secret), effects.now())
        return try await store.read { tx in
            guard let found = try tx.oneTimeLink(hash: hash, purpose: .join, at: now),
                let proof = try tx.joinProof(found.id),
                let link = try tx.joinLink(proof.link, in: proof.organization), let offer = try tx.offer(link)
            else { return nil }
            return (proof, offer)
        }
    }

    /// Uses the one-time link up. What refuses the person leaves it as it is.
    package func byProof(secret: String, facts: RequestFacts) async throws -> JoinStep {
        guard SecretText.isWellFormed(secret) else { throw Refusal.linkInvalid }
        let (hash, now) = (effects.hash(secret), effects.now())
        return try await store.write { tx in
            guard let used = try tx.use(linkHash: hash, purpose: .join, at: now),
                let proof = try tx.joinProof(used.id),
                let link = try tx.joinLink(proof.link, in: proof.organization), let offer = try tx.offer(link)
            else { throw Refusal.linkInvalid }
            return try step(offer, proof.email, proof.locale, tx, facts, at: now)
        }
    }

    /// The session's person has proved their address before.
    package func asSignedIn(secret: String, session hash: String, facts: RequestFacts) async throws -> JoinStep {
        guard SecretText.isWellFormed(secret) else { throw Refusal.joinLinkNotFound }
        let (linkHash, now) = (effects.hash(secret), effects.now())
        return try await store.write { [rules] tx in
            guard let session = try tx.session(hash, limits: rules.sessions, at: now),
                let user = try tx.user(session.user), user.verifiedAt != nil
            else { throw Refusal.notSignedIn }
            guard let link = try tx.joinLink(hash: linkHash), let offer = try tx.offer(link) else {
                throw Refusal.joinLinkNotFound
            }
            return try step(offer, user.email, user.locale, tx, facts, at: now)
        }
    }
}

// MARK: - Steps inside the transaction

extension JoinByLink {
    private func step(
        _ offer: JoinOffer, _ email: EmailAddress, _ locale: String?, _ tx: any StoreWriter, _ facts: RequestFacts,
        at now: Timestamp
    ) throws -> JoinStep {
        let organization = offer.organization
        if let open = try tx.openInvitation(of: email, in: organization.id, at: now) { return step(open, offer) }
        guard offer.admits(email) else { throw Refusal.domainNotAllowed }
        let emailHash = effects.emailHash(email)
        guard let standing = try tx.standing(of: email, hash: emailHash, in: organization.id, at: now) else {
            throw Refusal.joinLinkNotFound
        }
        guard !standing.isMember else { return .member(offer) }
        guard !standing.isSuppressed else { throw Refusal.recipientSuppressed }
        if standing.hasOverdueOffer { try tx.expireOverdue(email, in: organization.id, at: now) }

        let place = try tx.takeSeat(in: organization, effects: effects, rules: rules, at: now)
        let fresh = invitation(offer, email, locale, at: now)
        let made = fresh.placed(place)
        let codeHash = effects.hash(effects.code(of: made.id, generation: made.generation))
        guard try tx.add(made, codeHash: codeHash, emailHash: emailHash) else {
            // The same person was faster in another window.
            guard let open = try tx.openInvitation(of: email, in: organization.id, at: now) else {
                throw Refusal.alreadyInvited
            }
            return step(open, offer)
        }
        guard try tx.use(offer.link.id, in: organization.id, for: made.id, at: now) else {
            throw Refusal.joinLinkEnded
        }
        try tx.record(
            effects.audit(
                .invitationCreated, in: organization.id, by: "link:\(offer.link.id)", subject: made.id.rawValue,
                request: facts, at: now))
        if try tx.isSeated(made, place, life: fresh.expiresAt - now) {
            try keepCeiling(made, offer, tx, facts, at: now)
        }
        return step(made, offer)
    }

    /// The maker's right as it is now, so that nobody types a password in vain.
    private func keepCeiling(
        _ made: Invitation, _ offer: JoinOffer, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws {
        let whole = Offer(invitation: made, organization: offer.organization, inviter: offer.inviter)
        guard try !tx.keepsCeiling(whole, at: now), try tx.needApproval(made.id, in: made.organization, at: now)
        else { return }
        try tx.record(
            effects.audit(
                .invitationNeedsApproval, in: made.organization, by: "system", subject: made.id.rawValue,
                request: facts, at: now))
    }

    private func step(_ open: Invitation, _ offer: JoinOffer) -> JoinStep {
        open.status == .waitlisted
            ? .waits(offer, open.email) : .offer(code: effects.code(of: open.id, generation: open.generation))
    }

    private func invitation(
        _ offer: JoinOffer, _ email: EmailAddress, _ locale: String?, at now: Timestamp
    ) -> Invitation {
        let life = offer.organization.settings.invitationLife ?? rules.invitationLife
        return Invitation(
            id: ID(rawValue: effects.newID()), organization: offer.organization.id, email: email,
            role: offer.link.role, customRole: offer.link.customRole, scopes: nil, inviter: offer.link.inviter,
            appURL: WebURL(text: rules.ownOrigin.text, origin: rules.ownOrigin),
            redirectURI: offer.link.redirectURI, locale: locale, expiresAt: now + life, createdAt: now,
            updatedAt: now)
    }
}
