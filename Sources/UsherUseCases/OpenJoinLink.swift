package import UsherDomain

/// What stands on the page of a link before any field or button.
package struct JoinOffer: Sendable {
    package let link: JoinLink
    package let organization: Organization
    /// Nil: an organization's key made it, or the maker is gone.
    package let inviter: User?

    package init(link: JoinLink, organization: Organization, inviter: User?) {
        self.link = link
        self.organization = organization
        self.inviter = inviter
    }
}

/// The states of a link's page.
package enum JoinLinkPage: Sendable {
    /// Asks for an address.
    case open(JoinOffer)
    /// Signed in with a verified address that the link admits: nothing has to be proved.
    case signedIn(JoinOffer, User)
    case member(JoinOffer, HeldRole)
    /// All seats are taken, and nobody may wait.
    case full(JoinOffer)
    case expired(JoinOffer)
    case revoked(JoinOffer)
    case usedUp(JoinOffer)
    case unknown
}

/// Looks at a link by its secret. Changes nothing, however often.
package struct OpenJoinLink: Sendable {
    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// - Parameter user: who is signed in here, if anybody.
    package func callAsFunction(secret: String?, as user: ID<User>?) async throws -> JoinLinkPage {
        guard let secret, SecretText.isWellFormed(secret) else { return .unknown }
        let (hash, now) = (effects.hash(secret), effects.now())
        return try await store.read { tx in
            guard let link = try tx.joinLink(hash: hash), let offer = try tx.offer(link) else { return .unknown }
            return try tx.page(offer, try user.flatMap { try tx.user($0) }, at: now)
        }
    }
}

extension StoreReader {
    /// Nil: the organization is gone.
    func offer(_ link: JoinLink) throws -> JoinOffer? {
        guard let organization = try organization(link.organization) else { return nil }
        let inviter: User? =
            switch link.inviter {
            case .user(let id): try user(id)
            case .key: nil
            }
        return JoinOffer(link: link, organization: organization, inviter: inviter)
    }

    fileprivate func page(_ offer: JoinOffer, _ person: User?, at now: Timestamp) throws -> JoinLinkPage {
        if let person, let membership = try membership(of: person.id, in: offer.organization.id) {
            return .member(offer, membership.held)
        }
        switch offer.link.state(at: now) {
        case .expired: return .expired(offer)
        case .revoked: return .revoked(offer)
        case .usedUp: return .usedUp(offer)
        case .open: break
        }
        let settings = offer.organization.settings
        if settings.seatLimit != nil, !settings.keepsWaitlist,
            try seats(of: offer.organization.id, at: now)?.free == 0
        {
            return .full(offer)
        }
        guard let person, person.verifiedAt != nil, offer.admits(person.email) else { return .open(offer) }
        return .signedIn(offer, person)
    }
}

extension JoinOffer {
    /// The link's own domains and those of the organization.
    func admits(_ email: EmailAddress) -> Bool { link.admits(email) && organization.settings.admits(email) }
}
