/// Body of `PUT /api/user`: what shall become of a membership.
public struct UpdateMember: Encodable, Equatable, Sendable {
    /// UUID of the member; nil: the caller.
    public var userID: String?
    /// 0 user, 1 admin, 2 owner; nil: as it is.
    public var role: Int?
    /// UUID of a custom role, beside the number 0; cleared: none.
    public var roleID: FieldChange<String>
    /// Routes that the membership is restricted to; cleared: no restriction.
    public var scopes: FieldChange<[String]>
    /// From when on it is worth nothing; cleared: it does not end by itself.
    public var endsAt: FieldChange<APITime>

    /// Describes a change; nothing is checked here.
    public init(
        userID: String?, role: Int? = nil, scopes: FieldChange<[String]> = .keep, endsAt: FieldChange<APITime> = .keep,
        roleID: FieldChange<String> = .keep
    ) {
        self.userID = userID
        self.role = role
        self.roleID = roleID
        self.scopes = scopes
        self.endsAt = endsAt
    }

    private enum CodingKeys: String, CodingKey {
        case role, scopes
        case userID = "user_id"
        case roleID = "role_id"
        case endsAt = "ends_at"
    }

    /// Leaves out what stays.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(userID, forKey: .userID)
        try container.encodeIfPresent(role, forKey: .role)
        try container.encode(roleID, forKey: .roleID)
        try container.encode(scopes, forKey: .scopes)
        try container.encode(endsAt, forKey: .endsAt)
    }
}

/// A key as lists show it: never its text.
public struct APIKeyBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// UUID; the nil UUID (RFC 9562 section 5.9) of a person's key, which belongs to no one organization.
    public var organizationID: String
    /// UUID of the person whose key it is; nil: the organization's.
    public var userID: String?
    /// What people call it.
    public var name: String
    /// 0 user, 1 admin, 2 owner.
    public var role: Int
    /// A custom role beside the number 0.
    public var customRole: RoleReference?
    /// Routes that it is restricted to; nil: no restriction.
    public var scopes: [String]?
    /// When it stops working; nil: never.
    public var expiresAt: APITime?
    /// When it was used last, to the minute; nil: never.
    public var lastUsedAt: APITime?
    /// When it was made.
    public var createdAt: APITime
    /// When it changed last.
    public var updatedAt: APITime

    package init(
        id: String, organizationID: String, userID: String?, name: String, role: Int, customRole: RoleReference?,
        scopes: [String]?,
        expiresAt: APITime?, lastUsedAt: APITime?, createdAt: APITime, updatedAt: APITime
    ) {
        self.id = id
        self.organizationID = organizationID
        self.userID = userID
        self.name = name
        self.role = role
        self.customRole = customRole
        self.scopes = scopes
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, role, scopes
        case customRole = "custom_role"
        case organizationID = "organization_id"
        case userID = "user_id"
        case expiresAt = "expires_at"
        case lastUsedAt = "last_used_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(userID, forKey: .userID)
        try container.encode(name, forKey: .name)
        try container.encode(role, forKey: .role)
        try container.encode(customRole, forKey: .customRole)
        try container.encode(scopes, forKey: .scopes)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encode(lastUsedAt, forKey: .lastUsedAt)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
    }
}

/// Body of `POST /api/organization/{organization_id}/transfer`.
public struct OfferOwnership: Codable, Equatable, Sendable {
    /// UUID of the member who shall become the owner.
    public var userID: String

    /// Describes an offer; nothing is checked here.
    public init(userID: String) { self.userID = userID }

    private enum CodingKeys: String, CodingKey { case userID = "user_id" }
}

/// An offer of ownership that waits for its answer.
public struct OwnershipTransferBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// UUID.
    public var organizationID: String
    /// UUID of the owner who offers.
    public var fromUserID: String
    /// UUID of the member who is offered it.
    public var toUserID: String
    /// When it was offered.
    public var createdAt: APITime
    /// When the offer ends by itself.
    public var expiresAt: APITime

    package init(
        id: String, organizationID: String, fromUserID: String, toUserID: String, createdAt: APITime,
        expiresAt: APITime
    ) {
        self.id = id
        self.organizationID = organizationID
        self.fromUserID = fromUserID
        self.toUserID = toUserID
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case organizationID = "organization_id"
        case fromUserID = "from_user_id"
        case toUserID = "to_user_id"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
    }
}
