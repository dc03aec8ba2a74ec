/// A person with an account: one address, which is theirs once `verifiedAt` is set.
package struct User: Equatable, Sendable {
    package let id: ID<User>
    package let email: EmailAddress
    package var name: DisplayName?
    /// BCP 47 tag of the language they want letters and pages in.
    package var locale: String?
    package var verifiedAt: Timestamp?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ID<User>, email: EmailAddress, name: DisplayName?, locale: String? = nil, verifiedAt: Timestamp?,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.locale = locale
        self.verifiedAt = verifiedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// What to call them: the name, or else the address.
    package var shownName: String { name?.text ?? email.typed }
}

/// A user and the hash of their password (PHC string), nil when they have none yet.
package struct Account: Sendable {
    package let user: User
    package let passwordHash: String?

    package init(user: User, passwordHash: String?) {
        self.user = user
        self.passwordHash = passwordHash
    }
}

/// A user's place in an organization.
package struct Membership: Equatable, Sendable {
    package let id: ID<Membership>
    package let user: ID<User>
    package let organization: ID<Organization>
    package var role: Role
    /// Beside the role 0.
    package var customRole: AssignedRole?
    package var scopes: Scopes?
    /// From this moment on it is worth nothing; nil: it does not end by itself.
    package var endsAt: Timestamp?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
    /// What came with the invitation that was accepted.
    package var metadata: Metadata

    package init(
        id: ID<Membership>, user: ID<User>, organization: ID<Organization>, role: Role,
        customRole: AssignedRole? = nil, scopes: Scopes?, endsAt: Timestamp? = nil, createdAt: Timestamp,
        updatedAt: Timestamp, metadata: Metadata = Metadata()
    ) {
        self.id = id
        self.user = user
        self.organization = organization
        self.role = role
        self.customRole = customRole
        self.scopes = scopes
        self.endsAt = endsAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.metadata = metadata
    }

    /// Whether it is worth something at a moment: an ended one is none, removed or not.
    package func isCurrent(at now: Timestamp) -> Bool { endsAt.map { now < $0 } ?? true }
}
