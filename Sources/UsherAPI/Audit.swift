/// An entry of the audit log: who changed what, when, by which credential, in which request.
public struct AuditEntryBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// What was done, as `invitation.created`. A later server may know more than this client.
    public var action: String
    /// UUID; nil for what belongs to no organization.
    public var organizationID: String?
    /// `user:ID`, `key:ID`, `invitee`, `operator` or `system`.
    public var actor: String
    /// Id of what was changed.
    public var subject: String
    /// The request that did it (`X-Request-Id`); nil: none did.
    public var requestID: String?
    /// When.
    public var at: APITime

    package init(
        id: String, action: String, organizationID: String?, actor: String, subject: String, requestID: String?,
        at: APITime
    ) {
        self.id = id
        self.action = action
        self.organizationID = organizationID
        self.actor = actor
        self.subject = subject
        self.requestID = requestID
        self.at = at
    }

    private enum CodingKeys: String, CodingKey {
        case id, action, actor, subject, at
        case organizationID = "organization_id"
        case requestID = "request_id"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(action, forKey: .action)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(actor, forKey: .actor)
        try container.encode(subject, forKey: .subject)
        try container.encode(requestID, forKey: .requestID)
        try container.encode(at, forKey: .at)
    }
}
