/// A domain that an organization says is its own. Once the DNS has proved it, people whose verified address is exactly at
/// this domain may join, or ask to.
package struct OrganizationDomain: Equatable, Sendable {
    /// What people of a verified domain may do by themselves.
    package enum Joining: String, Sendable, CaseIterable {
        case off
        /// Ask; an admin decides.
        case request
        /// Become members.
        case join
    }

    package let id: ID<OrganizationDomain>
    package let organization: ID<Organization>
    /// A-labels in lower case. Domains below it are others.
    package let name: String
    /// What the record must say. No secret: whoever may look at the organization's settings sees it, and so does the DNS.
    package let token: String
    /// In force while the domain is verified.
    package var joining: Joining
    /// Of who joins; never that of owners.
    package var role: Role
    /// Who answers for joining: nobody joins by themselves above the role that they have then.
    package var inviter: Invitation.Inviter
    package var verifiedAt: Timestamp?
    /// When the DNS was asked last and said something.
    package var checkedAt: Timestamp?
    /// Since when a verified domain's record is not found any more.
    package var missingSince: Timestamp?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ID<OrganizationDomain>, organization: ID<Organization>, name: String, token: String,
        joining: Joining = .off, role: Role = .user, inviter: Invitation.Inviter, verifiedAt: Timestamp? = nil,
        checkedAt: Timestamp? = nil, missingSince: Timestamp? = nil, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.organization = organization
        self.name = name
        self.token = token
        self.joining = joining
        self.role = role
        self.inviter = inviter
        self.verifiedAt = verifiedAt
        self.checkedAt = checkedAt
        self.missingSince = missingSince
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Of one organization, proved or not.
    package static let maximumCount = 100
    /// How often the record of a verified domain is looked for again.
    package static let checkInterval = Duration.days(1)
    /// How soon again when nobody answered.
    package static let retryInterval = Duration.hours(1)
    /// How long a record may be missing before the domain is verified no more.
    package static let grace = Duration.days(7)

    package var record: DomainRecord { DomainRecord(domain: name, token: token) }

    /// What is in force.
    package var joiningNow: Joining { verifiedAt == nil ? .off : joining }

    /// The address's domain, and nothing that ends in it or begins with it.
    package func covers(_ email: EmailAddress) -> Bool { email.domain == name }
}

/// An address that somebody typed to join by its domain, and has to prove by the letter with the one-time link of this id.
/// One for each address: a newer one takes the place of the older.
package struct DomainProof: Equatable, Sendable {
    package let id: ID<OneTimeLink>
    package let email: EmailAddress
    package let expiresAt: Timestamp

    package init(id: ID<OneTimeLink>, email: EmailAddress, expiresAt: Timestamp) {
        self.id = id
        self.email = email
        self.expiresAt = expiresAt
    }
}

/// The TXT record that proves a domain. It has a name of its own below the domain (RFC 8552), so that it stands in
/// nobody's way.
package struct DomainRecord: Equatable, Sendable {
    package let name: String
    package let value: String

    package static let label = "_usher-challenge"
    package static let key = "usher-verification="
    /// In octets: with the label before it, it is a name that the DNS can hold (RFC 1035 section 3.1).
    package static let longestDomain = 253 - label.utf8.count - 1

    package init(domain: String, token: String) {
        name = "\(Self.label).\(domain)"
        value = Self.key + token
    }

    /// Whether it is among the records at its name; white space around one does no harm.
    package func isAmong(_ texts: [String]) -> Bool {
        texts.contains { text in
            let trimmed = text.drop { $0.isWhitespace }
            return trimmed.hasPrefix(value) && trimmed.dropFirst(value.count).allSatisfy(\.isWhitespace)
        }
    }
}
