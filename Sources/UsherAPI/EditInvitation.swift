/// Body of `PATCH /api/invitation/{invitation_id}`: what is nil is not sent and stays as it is; an inner nil takes away.
public struct EditInvitation: Encodable, Equatable, Sendable {
    /// 0 user, 1 admin, 2 owner.
    public var role: Int?
    /// UUID of a custom role, beside the number 0; an inner nil takes it away.
    public var roleID: String??
    /// Routes that the membership is restricted to; an inner nil: no restriction.
    public var scopes: [String]??
    /// Seconds from now until it expires, an hour to 90 days; not together with `expiresAt`.
    public var expiresIn: Int?
    /// When it expires.
    public var expiresAt: APITime?
    /// The inviter's own words.
    public var message: String??
    /// What the person is called.
    public var name: String??
    /// Texts by name; they replace all that there were.
    public var metadata: [String: String]?
    /// Where the new member lands.
    public var redirectURI: String?
    /// Language of letters to come (BCP 47).
    public var locale: String??

    /// Changes nothing.
    public init() {}

    private enum CodingKeys: String, CodingKey {
        case role, scopes, message, name, metadata, locale
        case roleID = "role_id"
        case expiresIn = "expires_in"
        case expiresAt = "expires_at"
        case redirectURI = "redirect_uri"
    }

    /// Writes what is to change; an inner nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(role, forKey: .role)
        if let roleID { try container.encode(roleID, forKey: .roleID) }
        if let scopes { try container.encode(scopes, forKey: .scopes) }
        try container.encodeIfPresent(expiresIn, forKey: .expiresIn)
        try container.encodeIfPresent(expiresAt, forKey: .expiresAt)
        if let message { try container.encode(message, forKey: .message) }
        if let name { try container.encode(name, forKey: .name) }
        try container.encodeIfPresent(metadata, forKey: .metadata)
        try container.encodeIfPresent(redirectURI, forKey: .redirectURI)
        if let locale { try container.encode(locale, forKey: .locale) }
    }
}
