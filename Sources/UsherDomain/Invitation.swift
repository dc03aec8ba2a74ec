/// An offer of membership to an address.
package struct Invitation: Equatable, Sendable {
    /// Where it is in its life. All but the first three are ends, and stay visible.
    package enum Status: String, Sendable, CaseIterable {
        case waitlisted, pending
        case needsApproval = "needs_approval"
        case accepted, declined, revoked, expired, undeliverable, superseded
    }

    /// Where its letter is; an axis of its own.
    package enum Delivery: String, Sendable, CaseIterable {
        case queued
        case handedOver = "handed_over"
        case delivered, delayed, bounced, complained, suppressed, failed
    }

    /// Who offered it, which the ceiling is checked against once more when it is accepted.
    package enum Inviter: Hashable, Sendable {
        case user(ID<User>)
        case key(ID<APIKey>)
    }

    package let id: ID<Invitation>
    package let organization: ID<Organization>
    package let email: EmailAddress
    package var role: Role
    /// Beside the role 0.
    package var customRole: AssignedRole?
    package var scopes: Scopes?
    package let inviter: Inviter
    package var status: Status
    package var delivery: Delivery
    /// The relay's last reply code (RFC 5321 section 4.2), and what it said, when it said anything.
    package var deliveryCode: Int?
    package var deliveryReason: String?
    /// Base of the link in the letter.
    package let appURL: WebURL
    /// Where the new member lands.
    package var redirectURI: WebURL
    package var locale: String?
    /// Counts the codes made for it; a resend makes a new one, and the old one dies.
    package var generation: Int
    package var expiresAt: Timestamp
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
    package var acceptedAt: Timestamp?
    package var acceptedBy: ID<User>?
    package var extras: InvitationExtras
    /// When its newest letter was put on its way: a resend waits a little after it.
    package var lastLetterAt: Timestamp
    /// When the relay last said something to it.
    package var deliveryAt: Timestamp?
    /// When names and addresses were removed from it, long after its end; the address is empty since.
    package var purgedAt: Timestamp?
    /// Why the invited person said no, in their own words; nil when they gave none.
    package var declineReason: String?

    package init(
        id: ID<Invitation>, organization: ID<Organization>, email: EmailAddress, role: Role,
        customRole: AssignedRole? = nil, scopes: Scopes?, inviter: Inviter, status: Status = .pending,
        delivery: Delivery = .queued, deliveryCode: Int? = nil,
        deliveryReason: String? = nil, appURL: WebURL, redirectURI: WebURL, locale: String? = nil,
        generation: Int = 1, expiresAt: Timestamp, createdAt: Timestamp, updatedAt: Timestamp,
        acceptedAt: Timestamp? = nil, acceptedBy: ID<User>? = nil, extras: InvitationExtras = InvitationExtras(),
        lastLetterAt: Timestamp? = nil, deliveryAt: Timestamp? = nil, purgedAt: Timestamp? = nil,
        declineReason: String? = nil
    ) {
        self.id = id
        self.organization = organization
        self.email = email
        self.role = role
        self.customRole = customRole
        self.scopes = scopes
        self.inviter = inviter
        self.status = status
        self.delivery = delivery
        self.deliveryCode = deliveryCode
        self.deliveryReason = deliveryReason
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.locale = locale
        self.generation = generation
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.acceptedAt = acceptedAt
        self.acceptedBy = acceptedBy
        self.extras = extras
        self.lastLetterAt = lastLetterAt ?? createdAt
        self.deliveryAt = deliveryAt
        self.purgedAt = purgedAt
        self.declineReason = declineReason
    }

    /// The status as it is at a moment: an offer whose time ran out is expired, swept or not.
    package func status(at now: Timestamp) -> Status {
        switch status {
        case .pending, .needsApproval, .waitlisted: now < expiresAt ? status : .expired
        case .accepted, .declined, .revoked, .expired, .undeliverable, .superseded: status
        }
    }
}

/// Limits of an offer's life.
package enum InvitationLife {
    package static let shortest = Duration.hours(1)
    package static let longest = Duration.days(90)
    package static let usual = Duration.days(7)
    /// Between two letters to the same person about the same offer.
    package static let resendPause = Duration.seconds(60)
}
