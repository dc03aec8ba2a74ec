/// Body of `POST /api/invitation`.
public struct CreateInvitation: Codable, Equatable, Sendable {
    /// Address of the person to invite.
    public var email: String
    /// 0 user, 1 admin, 2 owner.
    public var userRole: Int
    /// UUID of a custom role, beside the number 0; nil: none.
    public var roleID: String?
    /// Base of the link in the letter: an absolute http(s) URL on an allowed origin.
    public var appURL: String
    /// Where the new member lands: an absolute http(s) URL on an allowed origin.
    public var redirectURI: String
    /// Must equal the `TR-Organization` header when it is there.
    public var organizationID: String?
    /// Routes (`POST /api/invitation`) that the membership is restricted to; nil: no restriction.
    public var scopes: [String]?
    /// Language of the letter (BCP 47); nil: English.
    public var locale: String?
    /// The inviter's own words, plain text of at most 1000 characters.
    public var message: String?
    /// What the person is called, filled into the form where they say their name.
    public var name: String?
    /// At most 50 texts by names of at most 40 characters, 4096 bytes in all: found on the membership later.
    public var metadata: [String: String]?
    /// Seconds until it expires, an hour to 90 days; not together with `expiresAt`.
    public var expiresIn: Int?
    /// When it expires.
    public var expiresAt: APITime?

    /// Describes an invitation; nothing is checked here.
    public init(
        email: String, userRole: Int, appURL: String, redirectURI: String, organizationID: String? = nil,
        scopes: [String]? = nil, locale: String? = nil, message: String? = nil, name: String? = nil,
        metadata: [String: String]? = nil, expiresIn: Int? = nil, expiresAt: APITime? = nil, roleID: String? = nil
    ) {
        self.email = email
        self.userRole = userRole
        self.roleID = roleID
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.organizationID = organizationID
        self.scopes = scopes
        self.locale = locale
        self.message = message
        self.name = name
        self.metadata = metadata
        self.expiresIn = expiresIn
        self.expiresAt = expiresAt
    }

    private enum CodingKeys: String, CodingKey {
        case email, scopes, locale, message, name, metadata
        case expiresIn = "expires_in"
        case expiresAt = "expires_at"
        case userRole = "user_role"
        case roleID = "role_id"
        case appURL = "app_url"
        case redirectURI = "redirect_uri"
        case organizationID = "organization_id"
    }
}

/// An invitation as lists tell it. It never holds the code of its link.
public struct InvitationBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// The invited address, as it was typed; nil when it was purged, long after the end of the invitation.
    public var email: String?
    /// UUID of the organization.
    public var organizationID: String
    /// 0 user, 1 admin, 2 owner.
    public var role: Int
    /// A custom role beside the number 0.
    public var customRole: RoleReference?
    /// Routes that the membership is restricted to; nil: no restriction.
    public var scopes: [String]?
    /// Whether it was accepted.
    public var used: Bool
    /// `waitlisted`, `pending`, `needs_approval`, `accepted`, `declined`, `revoked`, `expired`, `undeliverable` or
    /// `superseded`, which this server gives to none: a resend keeps the invitation.
    public var status: String
    /// Where its letter is: `queued`, `handed_over`, `delivered`, `delayed`, `bounced`, `complained`, `suppressed` or
    /// `failed`.
    public var delivery: String
    /// The relay's last reply code (RFC 5321 section 4.2).
    public var deliveryCode: Int?
    /// What the relay said with it.
    public var deliveryReason: String?
    /// Base of the link in the letter.
    public var appURL: String
    /// Where the new member lands.
    public var redirectURI: String
    /// Language of the letter (BCP 47).
    public var locale: String?
    /// The inviter's own words.
    public var message: String?
    /// What the inviter calls the person.
    public var name: String?
    /// Texts by name, carried to the membership.
    public var metadata: [String: String]
    /// Who invited.
    public var inviter: InviterBody
    /// When the relay last said something to its letter.
    public var deliveryAt: APITime?
    /// When its newest letter was put on its way; a resend waits a minute after it.
    public var lastLetterAt: APITime
    /// After this it can't be accepted.
    public var expiresAt: APITime
    /// When it was accepted, if it was.
    public var acceptedAt: APITime?
    /// Why the person said no, in their own words of at most 500 characters; nil when they gave no reason.
    public var declineReason: String?
    /// When it was made.
    public var createdAt: APITime
    /// When it changed last.
    public var updatedAt: APITime

    package init(
        id: String, email: String?, organizationID: String, role: Int, customRole: RoleReference?, scopes: [String]?,
        used: Bool, status: String,
        delivery: String, deliveryCode: Int?, deliveryReason: String?, appURL: String, redirectURI: String,
        locale: String?, message: String?, name: String?, metadata: [String: String], inviter: InviterBody,
        deliveryAt: APITime?, lastLetterAt: APITime, expiresAt: APITime, acceptedAt: APITime?,
        declineReason: String?, createdAt: APITime, updatedAt: APITime
    ) {
        self.id = id
        self.email = email
        self.organizationID = organizationID
        self.role = role
        self.customRole = customRole
        self.scopes = scopes
        self.used = used
        self.status = status
        self.delivery = delivery
        self.deliveryCode = deliveryCode
        self.deliveryReason = deliveryReason
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.locale = locale
        self.message = message
        self.name = name
        self.metadata = metadata
        self.inviter = inviter
        self.deliveryAt = deliveryAt
        self.lastLetterAt = lastLetterAt
        self.expiresAt = expiresAt
        self.acceptedAt = acceptedAt
        self.declineReason = declineReason
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, email, role, scopes, used, status, delivery, locale, message, name, metadata, inviter
        case customRole = "custom_role"
        case deliveryAt = "delivery_at"
        case lastLetterAt = "last_letter_at"
        case organizationID = "organization_id"
        case deliveryCode = "delivery_code"
        case deliveryReason = "delivery_reason"
        case appURL = "app_url"
        case redirectURI = "redirect_uri"
        case expiresAt = "expires_at"
        case acceptedAt = "accepted_at"
        case declineReason = "decline_reason"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// Writes nil as null: clients of this API family expect every member to be there.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(email, forKey: .email)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(role, forKey: .role)
        try container.encode(customRole, forKey: .customRole)
        try container.encode(scopes, forKey: .scopes)
        try container.encode(used, forKey: .used)
        try container.encode(status, forKey: .status)
        try container.encode(delivery, forKey: .delivery)
        try container.encode(deliveryCode, forKey: .deliveryCode)
        try container.encode(deliveryReason, forKey: .deliveryReason)
        try container.encode(appURL, forKey: .appURL)
        try container.encode(redirectURI, forKey: .redirectURI)
        try container.encode(locale, forKey: .locale)
        try container.encode(message, forKey: .message)
        try container.encode(name, forKey: .name)
        try container.encode(metadata, forKey: .metadata)
        try container.encode(inviter, forKey: .inviter)
        try container.encode(deliveryAt, forKey: .deliveryAt)
        try container.encode(lastLetterAt, forKey: .lastLetterAt)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encode(acceptedAt, forKey: .acceptedAt)
        try container.encode(declineReason, forKey: .declineReason)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
    }
}
