/// What `POST /api/invitation/lookup` tells whoever holds a code.
public struct OfferBody: Codable, Equatable, Sendable {
    /// Name of the organization.
    public var organization: String
    /// The invited address, masked: `a•••@example.com`.
    public var email: String
    /// 0 user, 1 admin, 2 owner.
    public var role: Int
    /// A custom role beside the number 0.
    public var customRole: RoleReference?
    /// `pending`, `needs_approval` or `waitlisted`.
    public var status: String
    /// After this it can't be accepted.
    public var expiresAt: APITime

    package init(
        organization: String, email: String, role: Int, customRole: RoleReference?, status: String, expiresAt: APITime
    ) {
        self.organization = organization
        self.email = email
        self.role = role
        self.customRole = customRole
        self.status = status
        self.expiresAt = expiresAt
    }

    private enum CodingKeys: String, CodingKey {
        case organization, email, role, status
        case customRole = "custom_role"
        case expiresAt = "expires_at"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(organization, forKey: .organization)
        try container.encode(email, forKey: .email)
        try container.encode(role, forKey: .role)
        try container.encode(customRole, forKey: .customRole)
        try container.encode(status, forKey: .status)
        try container.encode(expiresAt, forKey: .expiresAt)
    }
}

/// An invitation as the invited person's own list tells it.
public struct OwnInvitationBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// UUID of the organization.
    public var organizationID: String
    /// Its name.
    public var organization: String
    /// Name of the inviter, if there is a person who has one.
    public var inviter: String?
    /// 0 user, 1 admin, 2 owner.
    public var role: Int
    /// A custom role beside the number 0.
    public var customRole: RoleReference?
    /// `pending` or `needs_approval`.
    public var status: String
    /// The inviter's own words.
    public var message: String?
    /// After this it can't be accepted.
    public var expiresAt: APITime
    /// When it was made.
    public var createdAt: APITime

    package init(
        id: String, organizationID: String, organization: String, inviter: String?, role: Int,
        customRole: RoleReference?, status: String,
        message: String?, expiresAt: APITime, createdAt: APITime
    ) {
        self.id = id
        self.organizationID = organizationID
        self.organization = organization
        self.inviter = inviter
        self.role = role
        self.customRole = customRole
        self.status = status
        self.message = message
        self.expiresAt = expiresAt
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, organization, inviter, role, status, message
        case customRole = "custom_role"
        case organizationID = "organization_id"
        case expiresAt = "expires_at"
        case createdAt = "created_at"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(organization, forKey: .organization)
        try container.encode(inviter, forKey: .inviter)
        try container.encode(role, forKey: .role)
        try container.encode(customRole, forKey: .customRole)
        try container.encode(status, forKey: .status)
        try container.encode(message, forKey: .message)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encode(createdAt, forKey: .createdAt)
    }
}

/// What became of an acceptance.
public struct JoinedBody: Codable, Equatable, Sendable {
    /// UUID.
    public var invitationID: String
    /// UUID of the organization that was joined.
    public var organizationID: String
    /// The role that was offered; who was a member before keeps theirs.
    public var role: Int
    /// A custom role beside the number 0.
    public var customRole: RoleReference?
    /// Where the new member lands.
    public var redirectURI: String

    package init(
        invitationID: String, organizationID: String, role: Int, customRole: RoleReference?, redirectURI: String
    ) {
        self.invitationID = invitationID
        self.organizationID = organizationID
        self.role = role
        self.customRole = customRole
        self.redirectURI = redirectURI
    }

    private enum CodingKeys: String, CodingKey {
        case role
        case customRole = "custom_role"
        case invitationID = "invitation_id"
        case organizationID = "organization_id"
        case redirectURI = "redirect_uri"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(invitationID, forKey: .invitationID)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(role, forKey: .role)
        try container.encode(customRole, forKey: .customRole)
        try container.encode(redirectURI, forKey: .redirectURI)
    }
}

/// Answer of `POST /api/invitation/revoke`.
public struct RevokedInvitations: Codable, Equatable, Sendable {
    /// How many were withdrawn.
    public var revoked: Int
    /// Whether there may be more than one request withdraws: ask again.
    public var more: Bool

    package init(revoked: Int, more: Bool) {
        self.revoked = revoked
        self.more = more
    }
}
