/// JSON body of `POST /api/invitation/plan`.
public struct CreatePlan: Codable, Equatable, Sendable {
    /// Base of the links in the letters; nil: the server's own pages.
    public var appURL: String?
    /// Where the new members land; nil: `appURL`.
    public var redirectURI: String?
    /// Whether an invitation that is open already gets a new letter, with a new code; nil: no.
    public var resendPending: Bool?
    /// At most 10,000.
    public var rows: [CreatePlanRow]

    /// Describes a plan; nothing is checked here.
    public init(
        appURL: String? = nil, redirectURI: String? = nil, resendPending: Bool? = nil, rows: [CreatePlanRow]
    ) {
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.resendPending = resendPending
        self.rows = rows
    }

    private enum CodingKeys: String, CodingKey {
        case rows
        case appURL = "app_url"
        case redirectURI = "redirect_uri"
        case resendPending = "resend_pending"
    }
}

/// One invitation of a plan.
public struct CreatePlanRow: Codable, Equatable, Sendable {
    /// Address of the person to invite.
    public var email: String
    /// `user`, `admin` or `owner`, or the name of a role that the organization made; nil: user.
    public var role: String?
    /// UUID of a role that the organization made, instead of its name.
    public var roleID: String?
    /// What the person is called.
    public var name: String?
    /// The inviter's own words to them.
    public var message: String?
    /// Language of the letter (BCP 47).
    public var locale: String?
    /// When the invitation ends: 1 hour to 90 days from now.
    public var expiresAt: APITime?
    /// Kept with the invitation.
    public var metadata: [String: String]?

    /// Describes a row; nothing is checked here.
    public init(
        email: String, role: String? = nil, name: String? = nil, message: String? = nil, locale: String? = nil,
        expiresAt: APITime? = nil, metadata: [String: String]? = nil, roleID: String? = nil
    ) {
        self.email = email
        self.role = role
        self.roleID = roleID
        self.name = name
        self.message = message
        self.locale = locale
        self.expiresAt = expiresAt
        self.metadata = metadata
    }

    private enum CodingKeys: String, CodingKey {
        case email, role, name, message, locale, metadata
        case roleID = "role_id"
        case expiresAt = "expires_at"
    }
}

/// Body of `POST /api/invitation/plan/{plan_id}/apply`.
public struct ApplyPlanBody: Codable, Equatable, Sendable {
    /// Rows that look mistyped are meant as they are.
    public var confirmTypos: Bool

    /// Says how a plan is to be applied.
    public init(confirmTypos: Bool = false) { self.confirmTypos = confirmTypos }

    private enum CodingKeys: String, CodingKey {
        case confirmTypos = "confirm_typos"
    }
}

/// A plan of many invitations, and how far it is.
public struct PlanBody: Codable, Equatable, Sendable {
    /// UUID.
    public var id: String
    /// UUID of the organization.
    public var organizationID: String
    /// `planned`, `applying`, `applied` or `cancelled`.
    public var state: String
    /// How many rows it has.
    public var total: Int
    /// How many rows have which outcome; every outcome is named.
    public var outcomes: [String: Int]
    /// How many rows are `waiting`, `done`, `unneeded`, `failed` or `cancelled`.
    public var progress: [String: Int]
    /// Why applying pauses: `relay` or `quota`; nil: it does not.
    public var waitingFor: String?
    /// Until when it pauses.
    public var waitingUntil: APITime?
    /// Base of the links in the letters.
    public var appURL: String
    /// Where the new members land.
    public var redirectURI: String
    /// When it was planned.
    public var createdAt: APITime
    /// When it changed last.
    public var updatedAt: APITime
    /// After this it is removed.
    public var expiresAt: APITime
    /// When somebody had it applied.
    public var appliedAt: APITime?
    /// When it was through, or cancelled.
    public var endedAt: APITime?
    /// All rows in order, in the answer that made the plan; absent elsewhere.
    public var rows: [PlanRowBody]?

    package init(
        id: String, organizationID: String, state: String, total: Int, outcomes: [String: Int],
        progress: [String: Int], waitingFor: String?, waitingUntil: APITime?, appURL: String, redirectURI: String,
        createdAt: APITime, updatedAt: APITime, expiresAt: APITime, appliedAt: APITime?, endedAt: APITime?,
        rows: [PlanRowBody]?
    ) {
        self.id = id
        self.organizationID = organizationID
        self.state = state
        self.total = total
        self.outcomes = outcomes
        self.progress = progress
        self.waitingFor = waitingFor
        self.waitingUntil = waitingUntil
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.expiresAt = expiresAt
        self.appliedAt = appliedAt
        self.endedAt = endedAt
        self.rows = rows
    }

    /// Whether nothing more will come of it.
    public var hasEnded: Bool { state == "applied" || state == "cancelled" }

    private enum CodingKeys: String, CodingKey {
        case id, state, total, outcomes, progress, rows
        case organizationID = "organization_id"
        case waitingFor = "waiting_for"
        case waitingUntil = "waiting_until"
        case appURL = "app_url"
        case redirectURI = "redirect_uri"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case expiresAt = "expires_at"
        case appliedAt = "applied_at"
        case endedAt = "ended_at"
    }

    /// Writes nil as null, but for `rows`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(state, forKey: .state)
        try container.encode(total, forKey: .total)
        try container.encode(outcomes, forKey: .outcomes)
        try container.encode(progress, forKey: .progress)
        try container.encode(waitingFor, forKey: .waitingFor)
        try container.encode(waitingUntil, forKey: .waitingUntil)
        try container.encode(appURL, forKey: .appURL)
        try container.encode(redirectURI, forKey: .redirectURI)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encode(appliedAt, forKey: .appliedAt)
        try container.encode(endedAt, forKey: .endedAt)
        try container.encodeIfPresent(rows, forKey: .rows)
    }
}

/// One row of a plan: what was asked for, and what comes of it.
public struct PlanRowBody: Codable, Equatable, Sendable {
    /// Its number, from 1; a file's header row has none.
    public var row: Int
    /// The address as it was sent; of what is none, the first 320 characters.
    public var email: String?
    /// 0 user, 1 admin, 2 owner; nil: it is a role that the organization made, or none.
    public var role: Int?
    /// The role by its name: `user`, `admin`, `owner` or one that the organization made. Of a row that is invalid, as it
    /// was sent.
    public var roleName: String?
    /// What the person is called.
    public var name: String?
    /// Language of the letter (BCP 47).
    public var locale: String?
    /// `would_invite`, `would_resend`, `already_member`, `pending`, `invalid`, `suppressed`, `domain_not_allowed`,
    /// `above_ceiling`, `over_seats`, `duplicate`, `likely_typo` or `not_pending` (in the system that it comes from) when
    /// it is planned; `invited`, `imported` (without a letter), `waitlisted`, `resent`, `limited` or `not_allowed` beside
    /// these when it was applied.
    public var outcome: String
    /// `waiting`, `done`, `unneeded`, `failed` or `cancelled`.
    public var state: String
    /// A sentence that says why; nil when the outcome says all.
    public var detail: String?
    /// The row that asks for the same address.
    public var duplicateOf: Int?
    /// The address that was probably meant.
    public var suggestion: String?
    /// UUID of the invitation that it made.
    public var invitationID: String?

    package init(
        row: Int, email: String?, role: Int?, roleName: String?, name: String?, locale: String?, outcome: String,
        state: String, detail: String?, duplicateOf: Int?, suggestion: String?, invitationID: String?
    ) {
        self.row = row
        self.email = email
        self.role = role
        self.roleName = roleName
        self.name = name
        self.locale = locale
        self.outcome = outcome
        self.state = state
        self.detail = detail
        self.duplicateOf = duplicateOf
        self.suggestion = suggestion
        self.invitationID = invitationID
    }

    private enum CodingKeys: String, CodingKey {
        case row, email, role, name, locale, outcome, state, detail, suggestion
        case roleName = "role_name"
        case duplicateOf = "duplicate_of"
        case invitationID = "invitation_id"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(row, forKey: .row)
        try container.encode(email, forKey: .email)
        try container.encode(role, forKey: .role)
        try container.encode(roleName, forKey: .roleName)
        try container.encode(name, forKey: .name)
        try container.encode(locale, forKey: .locale)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(state, forKey: .state)
        try container.encode(detail, forKey: .detail)
        try container.encode(duplicateOf, forKey: .duplicateOf)
        try container.encode(suggestion, forKey: .suggestion)
        try container.encode(invitationID, forKey: .invitationID)
    }
}
