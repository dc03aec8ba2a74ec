package import UsherDomain

/// What stands on an invitation's page before any field or button.
package struct Offer: Sendable {
    package let invitation: Invitation
    package let organization: Organization
    /// Nil: an organization's key invited, or the inviter is gone.
    package let inviter: User?

    package init(invitation: Invitation, organization: Organization, inviter: User?) {
        self.invitation = invitation
        self.organization = organization
        self.inviter = inviter
    }
}

/// The states of an invitation's page, lettered as in the product's table.
package enum InvitationPage: Sendable {
    /// A: no session, no account with a password and a verified address.
    case newPerson(Offer)
    /// B: no session, an account exists.
    case knownPerson(Offer)
    /// C: the session is the invited person's.
    case ready(Offer, User)
    /// D: the session is somebody else's.
    case wrongAccount(Offer, User)
    /// E: a member already, by another way.
    case alreadyMember(Offer, HeldRole)
    /// F: accepted earlier by this same person.
    case acceptedByYou(Offer, HeldRole)
    /// G: used, by another or by nobody who is signed in here.
    case used(Offer)
    /// H.
    case expired(Offer)
    /// I: withdrawn, declined or undeliverable.
    case withdrawn(Offer)
    /// J: a newer letter holds the link that works.
    case superseded(Offer)
    /// K.
    case unknown
    /// L: the inviter lost the right meanwhile; another admin must approve.
    case needsApproval(Offer)
    /// L: the organization has no seat, or no place for this domain.
    case barred(Offer, JoiningBarrier)
}

/// Looks at an invitation by the code of its link. Changes nothing, however often.
package struct OpenInvitation: Sendable {
    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// - Parameter user: who is signed in here, if anybody.
    package func callAsFunction(code: String?, as user: ID<User>?) async throws -> InvitationPage {
        guard let code, InvitationCode.isWellFormed(code) else { return .unknown }
        let hash = effects.hash(code)
        let now = effects.now()
        return try await store.read { tx in
            let person = try user.flatMap { try tx.user($0) }
            if let found = try tx.invitation(codeHash: hash), let offer = try tx.offer(found) {
                return try tx.page(offer, person, at: now)
            }
            if let found = try tx.invitation(formerCodeHash: hash), let offer = try tx.offer(found) {
                return .superseded(offer)
            }
            return .unknown
        }
    }
}

extension StoreReader {
    /// Nil: the organization is gone for good. Of one that was deleted and may come back it is still known what was
    /// offered.
    func offer(_ invitation: Invitation) throws -> Offer? {
        guard let organization = try knownOrganization(invitation.organization) else { return nil }
        let inviter: User? =
            switch invitation.inviter {
            case .user(let id): try user(id)
            case .key: nil
            }
        return Offer(invitation: invitation, organization: organization, inviter: inviter)
    }

    fileprivate func page(_ offer: Offer, _ person: User?, at now: Timestamp) throws -> InvitationPage {
        switch offer.invitation.status(at: now) {
        case .pending: return try unlessBarred(open(offer, person), at: now)
        case .needsApproval, .waitlisted: return .needsApproval(offer)
        case .accepted: return try accepted(offer, person)
        case .expired: return .expired(offer)
        case .superseded: return .superseded(offer)
        case .revoked, .declined, .undeliverable: return .withdrawn(offer)
        }
    }

    /// What stands before joining is told before anybody types a password.
    private func unlessBarred(_ page: InvitationPage, at now: Timestamp) throws -> InvitationPage {
        switch page {
        case .newPerson(let offer), .knownPerson(let offer), .ready(let offer, _):
            try barrier(offer, at: now).map { .barred(offer, $0) } ?? page
        default: page
        }
    }

    private func open(_ offer: Offer, _ person: User?) throws -> InvitationPage {
        let invited = offer.invitation.email
        guard let person else {
            let account = try account(of: invited)
            let usable = account?.passwordHash != nil && account?.user.verifiedAt != nil
            return usable ? .knownPerson(offer) : .newPerson(offer)
        }
        guard person.email == invited, person.verifiedAt != nil else { return .wrongAccount(offer, person) }
        if let membership = try membership(of: person.id, in: offer.organization.id) {
            return .alreadyMember(offer, membership.held)
        }
        return .ready(offer, person)
    }

    private func accepted(_ offer: Offer, _ person: User?) throws -> InvitationPage {
        guard let person, person.id == offer.invitation.acceptedBy,
            let membership = try membership(of: person.id, in: offer.organization.id)
        else { return .used(offer) }
        return .acceptedByYou(offer, membership.held)
    }
}
