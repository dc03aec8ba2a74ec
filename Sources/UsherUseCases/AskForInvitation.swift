package import UsherDomain

/// Asks for a link that works, by one that does not: who holds a code or a former code got a letter once, and needs no
/// account to ask. Nothing is sent to anybody but the invited address and one member who may decide.
package struct AskForInvitation: Sendable {
    /// Of one caller's address, whatever they hold.
    static let perCaller = Quota(.request, 20, per: .hours(1))

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

    /// The same whether a letter went out or not: who asks learns nothing about admins and addresses.
    package enum Answer: Equatable, Sendable {
        /// An admin is asked, or was a short while ago.
        case asked
        /// The newest letter went out once more to the invited address, or did so a moment ago.
        case sentAgain
        /// The link works, or somebody ended what it was for: its page says so.
        case nothingToAsk
    }

    /// - Parameter user: who is signed in here: with another address than the invited one, they ask to be invited at
    ///   theirs.
    package func callAsFunction(code: String, as user: ID<User>?, facts: RequestFacts) async throws -> Answer {
        guard InvitationCode.isWellFormed(code) else { throw Refusal.invitationNotFound }
        let (codeHash, now) = (effects.hash(code), effects.now())
        let (answer, letter) = try await store.write { tx -> (Answer, Letter?) in
            if rules.quotas.peer != nil { _ = try tx.spend(Self.perCaller, for: facts.peer, at: now) }
            switch try tx.askable(codeHash, as: user, at: now) {
            case .newer(let offer):
                try sendAgain(offer, tx, facts, at: now)
                return (.sentAgain, nil)
            case .ended(let offer, let other): return (.asked, try ask(offer, other, tx, facts, at: now))
            case nil: return (.nothingToAsk, nil)
            }
        }
        if let letter { _ = await dispatch.dispatch(letter, patience: nil) }
        return answer
    }

    /// The letter of the link that works, to the same address.
    private func sendAgain(
        _ offer: Offer, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws {
        let invitation = offer.invitation
        guard
            try tx.repeatLetter(
                of: invitation.id, in: invitation.organization, pause: InvitationLife.resendPause, at: now),
            try isWithin(rules.quotas.recipient, of: invitation.email, tx, at: now)
        else { return }
        try tx.enqueue(
            effects.letter(.again, for: offer, at: now), lease: .nobody(at: now), at: now)
        try tx.record(
            effects.audit(
                .invitationRepeated, in: invitation.organization, by: "invitee", subject: invitation.id.rawValue,
                request: facts, at: now))
    }

    /// Nil: it does not count, or nobody is there to be asked by mail.
    private func ask(
        _ offer: Offer, _ other: User?, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws -> Letter? {
        let (invitation, email) = (offer.invitation, other?.email ?? offer.invitation.email)
        guard
            let standing = try tx.standing(
                of: email, hash: effects.emailHash(email), in: invitation.organization, at: now),
            !standing.isMember, !standing.isSuppressed
        else { return nil }
        let wanted = InvitationRequest(
            id: ID(rawValue: effects.newID()), organization: invitation.organization, invitation: invitation.id,
            otherEmail: other?.email, askedAt: now)
        guard let request = try tx.ask(wanted) else { return nil }
        try tx.record(
            effects.audit(
                .invitationRequested, in: invitation.organization, by: other.map { "user:\($0.id)" } ?? "invitee",
                subject: request.id.rawValue, request: facts, at: now))
        let decision = Decision(by: ApproveRequest.route, granting: invitation.permissions)
        guard
            let admin = try tx.decider(
                of: decision, in: invitation.organization, preferring: offer.inviter?.id, at: now),
            try isWithin(rules.quotas.recipient, of: admin.email, tx, at: now)
        else { return nil }
        let letter = Letter(
            id: ID(rawValue: effects.newID()), recipient: admin.email, locale: admin.locale,
            notAfter: now + .days(7), createdAt: now,
            content: .notice(
                Notice(
                    other == nil ? .newLinkRequested : .otherAddressRequested, organization: invitation.organization,
                    organizationName: offer.organization.name, person: email.typed, role: invitation.role,
                    roleName: invitation.customRole?.name, path: "/request/\(invitation.organization)/\(request.id)")))
        try tx.enqueue(letter, lease: dispatch.lease(at: now), at: now)
        return letter
    }

    /// Beyond the limit nothing is sent and nothing is told.
    private func isWithin(
        _ quota: Quota?, of email: EmailAddress, _ tx: any StoreWriter, at now: Timestamp
    ) throws -> Bool {
        guard let quota else { return true }
        return try tx.take(quota, for: effects.emailHash(email), at: now).granted
    }
}

/// What can be asked for by a code.
private enum Askable {
    /// The code is an older one of an offer that is open.
    case newer(Offer)
    /// It leads nowhere any more; or not for the person who holds it, who is asking to be invited themselves.
    case ended(Offer, other: User?)
}

extension StoreReader {
    fileprivate func askable(_ codeHash: String, as user: ID<User>?, at now: Timestamp) throws -> Askable? {
        let current = try invitation(codeHash: codeHash)
        guard let found = try current ?? invitation(formerCodeHash: codeHash), let offer = try offer(found) else {
            throw Refusal.invitationNotFound
        }
        // Whose it was is forgotten.
        guard found.purgedAt == nil else { return nil }
        switch found.status(at: now) {
        case .pending where current == nil: return .newer(offer)
        case .pending:
            guard let person = try user.flatMap({ try self.user($0) }), person.verifiedAt != nil,
                person.email != found.email
            else { return nil }
            return .ended(offer, other: person)
        case .expired, .superseded, .accepted: return .ended(offer, other: nil)
        case .needsApproval, .waitlisted, .revoked, .declined, .undeliverable: return nil
        }
    }
}

extension Lease {
    /// The letter waits for whichever node asks next: for letters that nobody waits for.
    static func nobody(at now: Timestamp) -> Lease { Lease(node: "", until: now) }
}

extension Effects {
    /// A letter about an offer that is left to the outbox.
    func letter(_ occasion: InvitationLetter.Occasion, for offer: Offer, at now: Timestamp) -> Letter {
        let invitation = offer.invitation
        let content = InvitationLetter(
            invitation: invitation.id, generation: invitation.generation, organization: offer.organization.id,
            organizationName: offer.organization.name, inviterName: offer.inviter?.shownName,
            inviterEmail: offer.inviter?.email, role: invitation.role, roleName: invitation.customRole?.name,
            appURL: invitation.appURL, redirectURI: invitation.redirectURI, expiresAt: invitation.expiresAt,
            occasion: occasion)
        // It counts as tried when it is taken out.
        return Letter(
            id: ID(rawValue: newID()), recipient: invitation.email, locale: invitation.locale,
            notAfter: invitation.expiresAt, createdAt: now, attempt: 0, content: .invitation(content))
    }
}
