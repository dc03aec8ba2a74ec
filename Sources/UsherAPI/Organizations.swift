/// Body of `POST /api/organization`.
public struct CreateOrganization: Codable, Equatable, Sendable {
    /// 1 to 100 characters, one line.
    public var name: String

    /// Describes an organization; nothing is checked here.
    public init(name: String) { self.name = name }
}

/// An organization.
public struct OrganizationBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// What people call it.
    public var name: String
    /// Whether people can join it without an invitation: never.
    public var registerable: Bool
    /// 1 when it was deleted.
    public var deleted: Int
    /// What the organization's own programs keep here.
    public var partnerConfiguration: [String: APIValue]
    /// When it was made.
    public var createdAt: APITime
    /// When it changed last.
    public var updatedAt: APITime

    package init(
        id: String, name: String, partnerConfiguration: [String: APIValue], createdAt: APITime, updatedAt: APITime
    ) {
        self.id = id
        self.name = name
        registerable = false
        deleted = 0
        self.partnerConfiguration = partnerConfiguration
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, registerable, deleted
        case partnerConfiguration = "partner_configuration"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// Body of `POST /api/organization/api_key`.
public struct CreateAPIKey: Codable, Equatable, Sendable {
    /// 1 to 100 characters, one line.
    public var name: String
    /// 0 user, 1 admin, 2 owner; not above the maker's.
    public var role: Int
    /// UUID of a custom role, beside the number 0; nil: none. Not for a person's own key.
    public var roleID: String?
    /// Routes that the key is restricted to; nil: no restriction beyond the maker's.
    public var scopes: [String]?
    /// When it stops working; nil: never.
    public var expiresAt: APITime?

    /// Describes a key; nothing is checked here.
    public init(
        name: String, role: Int, scopes: [String]? = nil, expiresAt: APITime? = nil, roleID: String? = nil
    ) {
        self.name = name
        self.role = role
        self.roleID = roleID
        self.scopes = scopes
        self.expiresAt = expiresAt
    }

    private enum CodingKeys: String, CodingKey {
        case name, role, scopes
        case roleID = "role_id"
        case expiresAt = "expires_at"
    }
}

/// A key that was just made.
public struct APIKeyCreated: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// The key itself. This is the only time it is told.
    public var apiKey: String

    package init(id: String, apiKey: String) {
        self.id = id
        self.apiKey = apiKey
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case apiKey = "api_key"
    }
}
