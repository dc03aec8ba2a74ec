/// A link that many can join by, each after proving their own address. Never for owners.
package struct JoinLink: Equatable, Sendable {
    package let id: ID<JoinLink>
    package let organization: ID<Organization>
    package let role: Role
    /// Beside the role 0.
    package let customRole: AssignedRole?
    /// Who made it: everybody who joins by it joins under their ceiling, as it is then.
    package let inviter: Invitation.Inviter
    package let maximumUses: Int
    /// How many proved an address and were let in.
    package let uses: Int
    /// Domains (`DomainRule`) that addresses must be of, beside those of the organization; empty: any.
    package let allowedDomains: [String]
    /// Where the new member lands.
    package let redirectURI: WebURL
    package let expiresAt: Timestamp
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let revokedAt: Timestamp?

    package init(
        id: ID<JoinLink>, organization: ID<Organization>, role: Role, customRole: AssignedRole? = nil,
        inviter: Invitation.Inviter, maximumUses: Int, uses: Int = 0, allowedDomains: [String], redirectURI: WebURL,
        expiresAt: Timestamp, createdAt: Timestamp,
        updatedAt: Timestamp, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.organization = organization
        self.role = role
        self.customRole = customRole
        self.inviter = inviter
        self.maximumUses = maximumUses
        self.uses = uses
        self.allowedDomains = allowedDomains
        self.redirectURI = redirectURI
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revokedAt = revokedAt
    }

    package enum State: String, Sendable, CaseIterable {
        case open, expired, revoked
        case usedUp = "used_up"
    }

    package func state(at now: Timestamp) -> State {
        if revokedAt != nil { return .revoked }
        if expiresAt <= now { return .expired }
        return uses < maximumUses ? .open : .usedUp
    }

    package func admits(_ email: EmailAddress) -> Bool {
        allowedDomains.isEmpty || DomainRule.contains(allowedDomains, email.domain)
    }

    package static let possibleUses = 1...10_000
    package static let longestLife = Duration.days(365)
    package static let maximumDomains = 100
}

/// That one person was let in by a link.
package struct JoinLinkUse: Equatable, Sendable {
    package let invitation: ID<Invitation>
    package let email: EmailAddress
    /// What became of the invitation that it made.
    package let status: Invitation.Status
    package let acceptedBy: ID<User>?
    package let usedAt: Timestamp

    package init(
        invitation: ID<Invitation>, email: EmailAddress, status: Invitation.Status, acceptedBy: ID<User>?,
        usedAt: Timestamp
    ) {
        self.invitation = invitation
        self.email = email
        self.status = status
        self.acceptedBy = acceptedBy
        self.usedAt = usedAt
    }
}

/// An address that somebody typed to join by a link, and has to prove by the letter with the one-time link of this id.
package struct JoinProof: Equatable, Sendable {
    package let id: ID<OneTimeLink>
    package let link: ID<JoinLink>
    package let organization: ID<Organization>
    package let email: EmailAddress
    package let locale: String?
    package let expiresAt: Timestamp

    package init(
        id: ID<OneTimeLink>, link: ID<JoinLink>, organization: ID<Organization>, email: EmailAddress,
        locale: String?, expiresAt: Timestamp
    ) {
        self.id = id
        self.link = link
        self.organization = organization
        self.email = email
        self.locale = locale
        self.expiresAt = expiresAt
    }
}
