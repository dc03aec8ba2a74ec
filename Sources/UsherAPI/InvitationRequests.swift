/// A request for a new link, of somebody whose own is dead.
public struct InvitationRequestBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// UUID of the organization.
    public var organizationID: String
    /// UUID of the invitation whose link is dead.
    public var invitationID: String
    /// The invited address.
    public var email: String
    /// The address at which they ask to be invited instead; nil: the invited one.
    public var otherEmail: String?
    /// The role that was offered: 0 user, 1 admin, 2 owner.
    public var role: Int
    /// A custom role beside the number 0.
    public var customRole: RoleReference?
    /// `open`, `approved` or `refused`.
    public var status: String
    /// When they asked.
    public var askedAt: APITime
    /// When it was approved or refused, if it was.
    public var decidedAt: APITime?

    package init(
        id: String, organizationID: String, invitationID: String, email: String, otherEmail: String?, role: Int,
        customRole: RoleReference?,
        status: String, askedAt: APITime, decidedAt: APITime?
    ) {
        self.id = id
        self.organizationID = organizationID
        self.invitationID = invitationID
        self.email = email
        self.otherEmail = otherEmail
        self.role = role
        self.customRole = customRole
        self.status = status
        self.askedAt = askedAt
        self.decidedAt = decidedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, email, role, status
        case customRole = "custom_role"
        case organizationID = "organization_id"
        case invitationID = "invitation_id"
        case otherEmail = "other_email"
        case askedAt = "asked_at"
        case decidedAt = "decided_at"
    }

    /// Writes nil as null: every member is there.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(invitationID, forKey: .invitationID)
        try container.encode(email, forKey: .email)
        try container.encode(otherEmail, forKey: .otherEmail)
        try container.encode(role, forKey: .role)
        try container.encode(customRole, forKey: .customRole)
        try container.encode(status, forKey: .status)
        try container.encode(askedAt, forKey: .askedAt)
        try container.encode(decidedAt, forKey: .decidedAt)
    }
}
