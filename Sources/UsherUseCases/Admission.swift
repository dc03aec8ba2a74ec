import UsherDomain

/// Makes a member of somebody who acted themselves and whose address is proved: by an ordinary offer in the name of who
/// answers for it, accepted at the same moment. So seats, history and audit are those of every invitation. Take the
/// organization's lock first.
struct Admission: Sendable {
    let effects: Effects
    let rules: ServerRules
    let accepting: AcceptInvitation

    enum Outcome {
        case joined(Offer)
        /// All seats are taken; the offer goes out by letter when one is free.
        case waits(Invitation)
    }

    /// Who lets whom in as what.
    struct Case {
        let user: User
        let organization: Organization
        let role: Role
        let inviter: Invitation.Inviter
        /// For the audit.
        let actor: String
        /// Whether the waitlist of the organization is for them.
        let mayWait: Bool
    }

    func admit(
        _ person: Case, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws -> Outcome {
        let organization = person.organization
        try tx.expireOverdue(person.user.email, in: organization.id, at: now)
        let place = try tx.takeSeat(in: organization, effects: effects, rules: rules, at: now)
        if place == .waitlist, !person.mayWait { throw Refusal.seatLimitReached }
        let fresh = invitation(person, at: now)
        let made = fresh.placed(place)
        let codeHash = effects.hash(effects.code(of: made.id, generation: made.generation))
        let emailHash = effects.emailHash(person.user.email)
        guard try tx.add(made, codeHash: codeHash, emailHash: emailHash) else { throw Refusal.alreadyInvited }
        try tx.record(
            effects.audit(
                .invitationCreated, in: organization.id, by: person.actor, subject: made.id.rawValue, request: facts,
                at: now))
        guard try tx.isSeated(made, place, life: fresh.expiresAt - now) else { return .waits(made) }
        return .joined(try accept(made, person, tx, facts, at: now))
    }

    /// Accepts an offer that is open for this person already.
    func accept(
        _ open: Invitation, _ person: Case, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws -> Offer {
        let codeHash = effects.hash(effects.code(of: open.id, generation: open.generation))
        let offer = Offer(invitation: open, organization: person.organization, inviter: nil)
        return try accepting.join(offer, codeHash, person.user, tx, facts, at: now)
    }

    /// The offer as it would be made now: what the living ceiling is asked with.
    func invitation(_ person: Case, at now: Timestamp) -> Invitation {
        let life = person.organization.settings.invitationLife ?? rules.invitationLife
        let origin = rules.ownOrigin
        return Invitation(
            id: ID(rawValue: effects.newID()), organization: person.organization.id, email: person.user.email,
            role: person.role, scopes: nil, inviter: person.inviter,
            appURL: WebURL(text: origin.text, origin: origin),
            redirectURI: WebURL(text: origin.text + "/account", origin: origin), locale: person.user.locale,
            expiresAt: now + life, createdAt: now, updatedAt: now)
    }
}
