/// A person and where they belong.
public struct SlimUser: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// Nil when they gave none.
    public var name: String?
    /// Their address, as it was typed.
    public var email: String
    /// When the account was made.
    public var createdAt: APITime
    /// Their memberships.
    public var userOrgs: [UserOrganizationBody]
    /// The organizations of those memberships, in the same order.
    public var orgs: [OrganizationBody]

    package init(
        id: String, name: String?, email: String, createdAt: APITime, userOrgs: [UserOrganizationBody],
        orgs: [OrganizationBody]
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.createdAt = createdAt
        self.userOrgs = userOrgs
        self.orgs = orgs
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, email, orgs
        case createdAt = "created_at"
        case userOrgs = "user_orgs"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(email, forKey: .email)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(userOrgs, forKey: .userOrgs)
        try container.encode(orgs, forKey: .orgs)
    }
}

/// A person's place in an organization.
public struct UserOrganizationBody: Codable, Equatable, Sendable {
    /// UUID of the membership.
    public var id: String
    /// UUID.
    public var userID: String
    /// UUID.
    public var organizationID: String
    /// 0 user, 1 admin, 2 owner.
    public var role: Int
    /// A custom role beside the number 0.
    public var customRole: RoleReference?
    /// Routes that the membership is restricted to; nil: no restriction.
    public var scopes: [String]?
    /// From when on it is worth nothing; nil: it does not end by itself.
    public var endsAt: APITime?
    /// What came with the invitation that they accepted: texts by name.
    public var metadata: [String: String]
    /// When they joined.
    public var createdAt: APITime
    /// When it changed last.
    public var updatedAt: APITime

    package init(
        id: String, userID: String, organizationID: String, role: Int, customRole: RoleReference?, scopes: [String]?,
        endsAt: APITime?,
        metadata: [String: String], createdAt: APITime, updatedAt: APITime
    ) {
        self.id = id
        self.userID = userID
        self.organizationID = organizationID
        self.role = role
        self.customRole = customRole
        self.scopes = scopes
        self.endsAt = endsAt
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, role, scopes, metadata
        case customRole = "custom_role"
        case userID = "user_id"
        case organizationID = "organization_id"
        case endsAt = "ends_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(userID, forKey: .userID)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(role, forKey: .role)
        try container.encode(customRole, forKey: .customRole)
        try container.encode(scopes, forKey: .scopes)
        try container.encode(endsAt, forKey: .endsAt)
        try container.encode(metadata, forKey: .metadata)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
    }
}

/// Answer of `DELETE /api/auth`.
public struct LogoutBody: Codable, Equatable, Sendable {
    /// Where a browser goes next.
    public var logoutURL: String

    package init(logoutURL: String) { self.logoutURL = logoutURL }

    private enum CodingKeys: String, CodingKey {
        case logoutURL = "logout_url"
    }
}

/// Answer of `GET /api/health`, `/livez` and `/readyz`.
public struct HealthBody: Codable, Equatable, Sendable {
    /// `ok` or `unavailable`.
    public var status: String
    /// Parts of the server and whether each is well; only `/readyz` tells.
    public var parts: [String: Bool]?

    package init(status: String, parts: [String: Bool]? = nil) {
        self.status = status
        self.parts = parts
    }
}
