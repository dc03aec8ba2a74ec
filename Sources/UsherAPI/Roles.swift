/// A custom role beside whatever holds it.
public struct RoleReference: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// What people call it.
    public var name: String

    package init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// A role of an organization's own, with what it allows.
public struct CustomRoleBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// UUID.
    public var organizationID: String
    /// What people call it.
    public var name: String
    /// Actions by the kind of thing: `{"invitation": ["create", "read"]}`. Whoever has the role may also do what every
    /// member may.
    public var permissions: [String: [String]]
    /// When it was made.
    public var createdAt: APITime
    /// When it changed last.
    public var updatedAt: APITime

    package init(
        id: String, organizationID: String, name: String, permissions: [String: [String]], createdAt: APITime,
        updatedAt: APITime
    ) {
        self.id = id
        self.organizationID = organizationID
        self.name = name
        self.permissions = permissions
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, permissions
        case organizationID = "organization_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// Body of `POST /api/organization/{organization_id}/role`.
public struct CreateCustomRole: Codable, Equatable, Sendable {
    /// 1 to 60 characters; no two roles of an organization differ in case alone.
    public var name: String
    /// Actions by the kind of thing: `{"invitation": ["create", "read"]}`.
    public var permissions: [String: [String]]

    /// Describes a role; nothing is checked here.
    public init(name: String, permissions: [String: [String]]) {
        self.name = name
        self.permissions = permissions
    }
}

/// Body of `PUT /api/organization/{organization_id}/role/{role_id}`: what is nil stays as it is.
public struct UpdateCustomRole: Codable, Equatable, Sendable {
    /// 1 to 60 characters.
    public var name: String?
    /// All that it shall allow.
    public var permissions: [String: [String]]?

    /// Describes a change; nothing is checked here.
    public init(name: String? = nil, permissions: [String: [String]]? = nil) {
        self.name = name
        self.permissions = permissions
    }
}

/// Answer of `GET /api/permission`: all that a role can allow.
public struct PermissionCatalogue: Codable, Equatable, Sendable {
    /// Actions by the kind of thing.
    public var permissions: [String: [String]]
    /// Those that no custom role can hold.
    public var ownersOnly: [String: [String]]
    /// What the three roles allow that there always are.
    public var roles: [BaseRole]

    /// One of the three roles that there always are.
    public struct BaseRole: Codable, Equatable, Sendable {
        /// 0 user, 1 admin, 2 owner.
        public var role: Int
        /// `user`, `admin` or `owner`.
        public var name: String
        /// Actions by the kind of thing.
        public var permissions: [String: [String]]

        package init(role: Int, name: String, permissions: [String: [String]]) {
            self.role = role
            self.name = name
            self.permissions = permissions
        }
    }

    package init(permissions: [String: [String]], ownersOnly: [String: [String]], roles: [BaseRole]) {
        self.permissions = permissions
        self.ownersOnly = ownersOnly
        self.roles = roles
    }

    private enum CodingKeys: String, CodingKey {
        case permissions, roles
        case ownersOnly = "owners_only"
    }
}
