package import UsherDomain

/// The steps that every transaction takes which makes an offer, or makes it anew.
struct Offering: Sendable {
    let effects: Effects
    let rules: ServerRules
    let dispatch: any Dispatch
    /// One of a plan's many: its letter is left for whichever node claims it.
    var isOneOfMany = false

    /// How long an offer of this organization stays open when nobody says otherwise.
    func life(in organization: Organization) -> Duration {
        organization.settings.invitationLife ?? rules.invitationLife
    }

    /// Makes a new code for an offer and puts its letter into the outbox: the code before opens nothing from then on,
    /// its letters are not sent any more, and the expiry begins anew. Whoever calls has asked for permission, spends
    /// quotas and records it, and dispatches the letter after the commit.
    ///
    /// Of many at once one gets through; the others find that a letter went a moment ago.
    /// - Throws: `Refusal`: not pending, expired or undeliverable; too soon; the address's owner does not want it; they
    ///   are a member already; another offer is open for the address.
    func renew(
        _ invitation: Invitation, of organization: Organization, pause: Duration = InvitationLife.resendPause,
        at now: Timestamp, _ tx: any StoreWriter
    ) throws -> (invitation: Invitation, letter: Letter) {
        switch invitation.status(at: now) {
        case .pending, .undeliverable: break
        case .expired where invitation.status != .needsApproval && invitation.status != .waitlisted: break
        case .expired, .needsApproval: throw Refusal.invitationNeedsApproval
        case .waitlisted, .accepted, .declined, .revoked, .superseded: throw Refusal.invitationNotPending
        }
        guard invitation.purgedAt == nil else { throw Refusal.invitationNotPending }
        try check(pause, after: invitation.lastLetterAt, at: now)
        let hash = effects.emailHash(invitation.email)
        guard let standing = try tx.standing(of: invitation.email, hash: hash, in: organization.id, at: now) else {
            throw Refusal.notAMember
        }
        guard !standing.isMember else { throw Refusal.alreadyMember }
        guard standing.organization.settings.admits(invitation.email) else { throw Refusal.domainNotAllowed }
        guard !standing.isSuppressed else { throw Refusal.recipientSuppressed }
        if invitation.status(at: now) != .pending {
            // One that ended gave its seat back.
            guard try tx.takeSeat(in: standing.organization, effects: effects, rules: rules, at: now) == .held else {
                throw Refusal.seatLimitReached
            }
        }
        if standing.hasOverdueOffer { try tx.expireOverdue(invitation.email, in: organization.id, at: now) }
        let next = effects.code(of: invitation.id, generation: invitation.generation + 1)
        try tx.cancelLetters(of: invitation.id, in: organization.id, at: now)
        let renewed = try tx.renew(
            invitation, codeHash: effects.hash(next), expiresAt: now + life(in: organization),
            pause: pause, at: now)
        guard let renewed else { throw try reason(invitation, at: now, tx) }
        let letter = try letter(for: renewed, of: organization, at: now, tx)
        try tx.enqueue(letter, lease: isOneOfMany ? .nobody : dispatch.lease(at: now), at: now)
        return (renewed, letter)
    }

    /// The letter of an offer, by the words of whoever made it.
    func letter(
        for invitation: Invitation, of organization: Organization, at now: Timestamp, _ tx: any StoreReader
    ) throws -> Letter {
        let inviter: User? =
            switch invitation.inviter {
            case .user(let id): try tx.user(id)
            case .key: nil
            }
        return effects.letter(
            for: invitation, of: organization, by: inviter, attempt: isOneOfMany ? 0 : 1, at: now)
    }

    private func check(_ pause: Duration, after last: Timestamp, at now: Timestamp) throws {
        let wait = last + pause - now
        // A little ahead is somebody who was faster though they came later, or another node's clock; a time further in the
        // future was written by a clock that went wrong.
        guard wait > .zero, last - now < pause else { return }
        throw Refusal.resendTooSoon(retryAfter: min(wait, pause))
    }

    /// Why the statement changed nothing, as the row is now.
    private func reason(_ before: Invitation, at now: Timestamp, _ tx: any StoreWriter) throws -> Refusal {
        guard let found = try tx.invitation(before.id, in: before.organization) else { return .invitationNotFound }
        if found.generation != before.generation {
            let wait = found.lastLetterAt + InvitationLife.resendPause - now
            return .resendTooSoon(retryAfter: min(max(wait, .seconds(1)), InvitationLife.resendPause))
        }
        return found.status == before.status ? .alreadyInvited : .invitationNotPending
    }
}

/// Until when an offer shall be open, as somebody asked for it.
package enum RequestedExpiry: Equatable, Sendable {
    /// `expires_in`.
    case after(Duration)
    /// `expires_at`.
    case at(Timestamp)

    /// The moment, an hour to 90 days from now.
    func moment(from now: Timestamp) throws(Refusal) -> Timestamp {
        let (moment, field) =
            switch self {
            case .after(let life): (now + life, "/expires_in")
            case .at(let moment): (moment, "/expires_at")
            }
        guard (InvitationLife.shortest...InvitationLife.longest).contains(moment - now) else {
            throw .invalidBody([FieldProblem(field, .outOfRange)])
        }
        return moment
    }
}

extension Effects {
    /// - Parameter attempt: 0 when the letter is left for whichever node claims it.
    func letter(
        for invitation: Invitation, of organization: Organization, by inviter: User?, attempt: Int = 1,
        at now: Timestamp
    ) -> Letter {
        let content = InvitationLetter(
            invitation: invitation.id, generation: invitation.generation, organization: organization.id,
            organizationName: organization.name, inviterName: inviter?.shownName, inviterEmail: inviter?.email,
            role: invitation.role, roleName: invitation.customRole?.name, appURL: invitation.appURL,
            redirectURI: invitation.redirectURI,
            expiresAt: invitation.expiresAt, message: invitation.extras.message)
        return Letter(
            id: ID(rawValue: newID()), recipient: invitation.email, locale: invitation.locale,
            notAfter: invitation.expiresAt, createdAt: now, attempt: attempt,
            content: .invitation(content))
    }
}
