/// A letter in the outbox: everything needed to write and send it, but no secret. Codes are derived from the ids when
/// the letter is written.
package struct Letter: Sendable {
    package enum Content: Sendable {
        case invitation(InvitationLetter)
        case passwordReset(LinkLetter)
        case passwordChanged
        case notice(Notice)
    }

    package let id: ID<Letter>
    package let recipient: EmailAddress
    /// BCP 47 tag; English where a text is missing.
    package let locale: String?
    /// After this it is not sent any more.
    package let notAfter: Timestamp?
    package let createdAt: Timestamp
    /// How often it has been tried, this time included; the fence for settling it.
    package var attempt: Int
    package let content: Content

    package init(
        id: ID<Letter>, recipient: EmailAddress, locale: String?, notAfter: Timestamp?, createdAt: Timestamp,
        attempt: Int = 1, content: Content
    ) {
        self.id = id
        self.recipient = recipient
        self.locale = locale
        self.notAfter = notAfter
        self.createdAt = createdAt
        self.attempt = attempt
        self.content = content
    }
}

/// What an invitation's letter tells.
package struct InvitationLetter: Sendable {
    /// Why it is sent.
    package enum Occasion: Sendable {
        /// The offer, or a new link to it.
        case offer
        /// The same link once more, because its holder asked.
        case again
        /// The same link once more, because nobody answered.
        case reminder
    }

    package let invitation: ID<Invitation>
    package let generation: Int
    package let organization: ID<Organization>
    package let organizationName: DisplayName
    /// Nil when an organization's key invited.
    package let inviterName: String?
    package let inviterEmail: EmailAddress?
    package let role: Role
    /// Instead of the role's word: of a custom role.
    package let roleName: DisplayName?
    package let appURL: WebURL
    package let redirectURI: WebURL
    package let expiresAt: Timestamp
    package let occasion: Occasion
    package let message: InviterMessage?

    package init(
        invitation: ID<Invitation>, generation: Int, organization: ID<Organization>, organizationName: DisplayName,
        inviterName: String?, inviterEmail: EmailAddress?, role: Role, roleName: DisplayName? = nil, appURL: WebURL,
        redirectURI: WebURL, expiresAt: Timestamp, occasion: Occasion = .offer, message: InviterMessage? = nil
    ) {
        self.invitation = invitation
        self.generation = generation
        self.organization = organization
        self.organizationName = organizationName
        self.inviterName = inviterName
        self.inviterEmail = inviterEmail
        self.role = role
        self.roleName = roleName
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.expiresAt = expiresAt
        self.occasion = occasion
        self.message = message
    }
}

/// What a letter with a one-time link tells; the link's secret is derived from its id.
package struct LinkLetter: Sendable {
    package let link: ID<OneTimeLink>
    package let expiresAt: Timestamp

    package init(link: ID<OneTimeLink>, expiresAt: Timestamp) {
        self.link = link
        self.expiresAt = expiresAt
    }
}

/// A link that works once: to set a new password, to set up the first admin, or to prove an address.
package struct OneTimeLink: Sendable {
    package enum Purpose: String, Sendable {
        case passwordReset = "password_reset"
        case setUp = "set_up"
        /// Proves an address that was typed on the page of a link to join by.
        case join
        /// Proves an address of a verified domain, of somebody who has no account yet.
        case domain
    }

    package let id: ID<OneTimeLink>
    package let purpose: Purpose
    /// SHA-256 of the secret.
    package let hash: String
    package let user: ID<User>?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp

    package init(
        id: ID<OneTimeLink>, purpose: Purpose, hash: String, user: ID<User>?, createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.purpose = purpose
        self.hash = hash
        self.user = user
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    package static func lifetime(of purpose: Purpose) -> Duration {
        switch purpose {
        case .passwordReset, .setUp: .minutes(30)
        case .join, .domain: .minutes(10)
        }
    }
}
