/// Body of `POST /api/organization/{organization_id}/link`.
public struct CreateJoinLink: Codable, Equatable, Sendable {
    /// 0 user or 1 admin; not above the maker's.
    public var role: Int
    /// UUID of a custom role, beside the number 0; nil: none.
    public var roleID: String?
    /// How many may join by it, 1 to 10,000.
    public var maxUses: Int
    /// When it stops working; within a year.
    public var expiresAt: APITime
    /// Domains that addresses must be of, exactly; `*.` before one means all below it. Nil or empty: any that the
    /// organization admits.
    public var allowedDomains: [String]?
    /// Where the new member lands: an absolute http(s) URL on an allowed origin.
    public var redirectURI: String

    /// Describes a link; nothing is checked here.
    public init(
        role: Int, maxUses: Int, expiresAt: APITime, allowedDomains: [String]? = nil, redirectURI: String,
        roleID: String? = nil
    ) {
        self.role = role
        self.roleID = roleID
        self.maxUses = maxUses
        self.expiresAt = expiresAt
        self.allowedDomains = allowedDomains
        self.redirectURI = redirectURI
    }

    private enum CodingKeys: String, CodingKey {
        case role
        case roleID = "role_id"
        case maxUses = "max_uses"
        case expiresAt = "expires_at"
        case allowedDomains = "allowed_domains"
        case redirectURI = "redirect_uri"
    }
}

/// A link that many can join by. It never holds the secret.
public struct JoinLinkBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// UUID of the organization.
    public var organizationID: String
    /// 0 user or 1 admin.
    public var role: Int
    /// A custom role beside the number 0.
    public var customRole: RoleReference?
    /// `open`, `expired`, `revoked` or `used_up`.
    public var status: String
    /// How many may join by it.
    public var maxUses: Int
    /// How many proved an address and were let in.
    public var uses: Int
    /// Domains that addresses must be of; empty: any that the organization admits.
    public var allowedDomains: [String]
    /// Where the new member lands.
    public var redirectURI: String
    /// UUID of the person who made it; nil: a key did.
    public var inviterID: String?
    /// When it stops working.
    public var expiresAt: APITime
    /// When it was withdrawn; nil: it was not.
    public var revokedAt: APITime?
    /// When it was made.
    public var createdAt: APITime
    /// When it changed last.
    public var updatedAt: APITime

    package init(
        id: String, organizationID: String, role: Int, customRole: RoleReference?, status: String, maxUses: Int,
        uses: Int,
        allowedDomains: [String], redirectURI: String, inviterID: String?, expiresAt: APITime, revokedAt: APITime?,
        createdAt: APITime, updatedAt: APITime
    ) {
        self.id = id
        self.organizationID = organizationID
        self.role = role
        self.customRole = customRole
        self.status = status
        self.maxUses = maxUses
        self.uses = uses
        self.allowedDomains = allowedDomains
        self.redirectURI = redirectURI
        self.inviterID = inviterID
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, role, status, uses
        case customRole = "custom_role"
        case organizationID = "organization_id"
        case maxUses = "max_uses"
        case allowedDomains = "allowed_domains"
        case redirectURI = "redirect_uri"
        case inviterID = "inviter_id"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// Nothing is left out: what is not there is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(role, forKey: .role)
        try container.encode(customRole, forKey: .customRole)
        try container.encode(status, forKey: .status)
        try container.encode(maxUses, forKey: .maxUses)
        try container.encode(uses, forKey: .uses)
        try container.encode(allowedDomains, forKey: .allowedDomains)
        try container.encode(redirectURI, forKey: .redirectURI)
        try container.encode(inviterID, forKey: .inviterID)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encode(revokedAt, forKey: .revokedAt)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
    }
}

/// A link that was just made.
public struct JoinLinkCreated: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// The whole link, to be handed on. This is the only time it is told.
    public var url: String
    /// What it is.
    public var link: JoinLinkBody

    package init(id: String, url: String, link: JoinLinkBody) {
        self.id = id
        self.url = url
        self.link = link
    }
}

/// That one person was let in by a link.
public struct JoinLinkUseBody: Codable, Equatable, Sendable {
    /// The address that was proved.
    public var email: String
    /// When.
    public var usedAt: APITime
    /// UUID of the invitation that it made.
    public var invitationID: String
    /// What became of that, as in `InvitationBody`.
    public var status: String
    /// UUID of the member; nil: not joined.
    public var userID: String?

    package init(email: String, usedAt: APITime, invitationID: String, status: String, userID: String?) {
        self.email = email
        self.usedAt = usedAt
        self.invitationID = invitationID
        self.status = status
        self.userID = userID
    }

    private enum CodingKeys: String, CodingKey {
        case email, status
        case usedAt = "used_at"
        case invitationID = "invitation_id"
        case userID = "user_id"
    }

    /// Nothing is left out: what is not there is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(email, forKey: .email)
        try container.encode(usedAt, forKey: .usedAt)
        try container.encode(invitationID, forKey: .invitationID)
        try container.encode(status, forKey: .status)
        try container.encode(userID, forKey: .userID)
    }
}

/// One link, and who was let in by it, newest first; the newest thousand are told here, all in a list of their own.
public struct JoinLinkDetail: Codable, Equatable, Sendable {
    /// The link.
    public var link: JoinLinkBody
    /// Who was let in.
    public var uses: [JoinLinkUseBody]

    package init(link: JoinLinkBody, uses: [JoinLinkUseBody]) {
        self.link = link
        self.uses = uses
    }
}
