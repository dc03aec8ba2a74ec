/// Body of `PUT /api/organization`.
public struct UpdateOrganization: Codable, Equatable, Sendable {
    /// 1 to 100 characters, one line; nil: as it is.
    public var name: String?
    /// What the organization's own programs keep here, up to 4096 bytes; nil: as it is.
    public var partnerConfiguration: [String: APIValue]?

    /// Describes a change; nothing is checked here.
    public init(name: String? = nil, partnerConfiguration: [String: APIValue]? = nil) {
        self.name = name
        self.partnerConfiguration = partnerConfiguration
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case partnerConfiguration = "partner_configuration"
    }
}

/// Answer of `GET /api/organization/{organization_id}`: the organization twice, as older and newer clients look for it.
public struct OrganizationDetails: Encodable, Equatable, Sendable {
    /// The organization; its members stand beside this one, too.
    public var organization: OrganizationBody

    package init(organization: OrganizationBody) { self.organization = organization }

    private enum CodingKeys: String, CodingKey { case organization, plan, subscription }

    /// Writes the organization, its members, and the plan and subscription that there never are.
    public func encode(to encoder: any Encoder) throws {
        try organization.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(organization, forKey: .organization)
        try container.encodeNil(forKey: .plan)
        try container.encodeNil(forKey: .subscription)
    }
}

/// When an open invitation is brought to mind: one of the two.
public struct ReminderBody: Codable, Equatable, Sendable {
    /// Days after its letter.
    public var afterDays: Int?
    /// Days before it ends.
    public var beforeEndDays: Int?

    /// So many days after its letter.
    public static func after(days: Int) -> ReminderBody { ReminderBody(afterDays: days, beforeEndDays: nil) }

    /// So many days before it ends.
    public static func beforeEnd(days: Int) -> ReminderBody { ReminderBody(afterDays: nil, beforeEndDays: days) }

    private enum CodingKeys: String, CodingKey {
        case afterDays = "after_days"
        case beforeEndDays = "before_end_days"
    }
}

/// What an organization decided for itself.
public struct OrganizationSettingsBody: Codable, Equatable, Sendable {
    /// Origins that its links and redirects may point to, beside the server's.
    public var allowedOrigins: [String]
    /// Seconds that its invitations stay open; nil: as long as the server says.
    public var invitationLife: Int?
    /// When open invitations are brought to mind.
    public var reminders: [ReminderBody]
    /// Days after the end of an invitation at which personal data in it is removed.
    public var purgeAfterDays: Int
    /// Domains that invitees must be of; empty: any.
    public var allowedDomains: [String]
    /// Domains that invitees must not be of.
    public var blockedDomains: [String]
    /// How many members and open invitations there may be; nil: no limit.
    public var seatLimit: Int?
    /// Whether invitations beyond the seats wait for one.
    public var waitlist: Bool

    package init(
        allowedOrigins: [String], invitationLife: Int?, reminders: [ReminderBody], purgeAfterDays: Int,
        allowedDomains: [String], blockedDomains: [String], seatLimit: Int?, waitlist: Bool
    ) {
        self.allowedOrigins = allowedOrigins
        self.invitationLife = invitationLife
        self.reminders = reminders
        self.purgeAfterDays = purgeAfterDays
        self.allowedDomains = allowedDomains
        self.blockedDomains = blockedDomains
        self.seatLimit = seatLimit
        self.waitlist = waitlist
    }

    private enum CodingKeys: String, CodingKey {
        case reminders, waitlist
        case allowedOrigins = "allowed_origins"
        case invitationLife = "invitation_life"
        case purgeAfterDays = "purge_after_days"
        case allowedDomains = "allowed_domains"
        case blockedDomains = "blocked_domains"
        case seatLimit = "seat_limit"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(allowedOrigins, forKey: .allowedOrigins)
        try container.encode(invitationLife, forKey: .invitationLife)
        try container.encode(reminders, forKey: .reminders)
        try container.encode(purgeAfterDays, forKey: .purgeAfterDays)
        try container.encode(allowedDomains, forKey: .allowedDomains)
        try container.encode(blockedDomains, forKey: .blockedDomains)
        try container.encode(seatLimit, forKey: .seatLimit)
        try container.encode(waitlist, forKey: .waitlist)
    }
}

/// Body of `PATCH /api/organization/{organization_id}/settings` (RFC 7396).
public struct UpdateSettings: Encodable, Equatable, Sendable {
    /// Origins that its links and redirects may point to, at most 100.
    public var allowedOrigins: FieldChange<[String]> = .keep
    /// Seconds, 1 hour to 90 days.
    public var invitationLife: FieldChange<Int> = .keep
    /// At most 10, each of 1 to 90 days.
    public var reminders: FieldChange<[ReminderBody]> = .keep
    /// 1 to 3650.
    public var purgeAfterDays: FieldChange<Int> = .keep
    /// At most 1000 domain names.
    public var allowedDomains: FieldChange<[String]> = .keep
    /// At most 1000 domain names.
    public var blockedDomains: FieldChange<[String]> = .keep
    /// 0 to 1,000,000.
    public var seatLimit: FieldChange<Int> = .keep
    /// Whether invitations beyond the seats wait for one.
    public var waitlist: FieldChange<Bool> = .keep

    /// A change of nothing, to be filled.
    public init() {}

    private enum CodingKeys: String, CodingKey {
        case reminders, waitlist
        case allowedOrigins = "allowed_origins"
        case invitationLife = "invitation_life"
        case purgeAfterDays = "purge_after_days"
        case allowedDomains = "allowed_domains"
        case blockedDomains = "blocked_domains"
        case seatLimit = "seat_limit"
    }

    /// Leaves out what stays.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(allowedOrigins, forKey: .allowedOrigins)
        try container.encode(invitationLife, forKey: .invitationLife)
        try container.encode(reminders, forKey: .reminders)
        try container.encode(purgeAfterDays, forKey: .purgeAfterDays)
        try container.encode(allowedDomains, forKey: .allowedDomains)
        try container.encode(blockedDomains, forKey: .blockedDomains)
        try container.encode(seatLimit, forKey: .seatLimit)
        try container.encode(waitlist, forKey: .waitlist)
    }
}
