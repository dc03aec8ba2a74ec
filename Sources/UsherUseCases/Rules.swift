package import UsherDomain

/// What the operator decided once for the whole server.
package struct ServerRules: Sendable {
    /// What the service is called in letters and on pages.
    package var appName: String
    /// Usher's own origin, always allowed as a target.
    package var ownOrigin: Origin
    /// Origins that links and redirects of every organization may point to.
    package var allowedOrigins: Set<Origin>
    /// Development: any loopback origin is allowed too.
    package var allowsLoopback: Bool
    package var sessions: SessionLimits
    package var quotas: Quotas
    package var invitationLife: Duration
    /// How long an organization that was deleted can be brought back.
    package var deletionGrace: Duration

    package init(
        appName: String, ownOrigin: Origin, allowedOrigins: Set<Origin> = [], allowsLoopback: Bool,
        sessions: SessionLimits = SessionLimits(), quotas: Quotas = .usual,
        invitationLife: Duration = InvitationLife.usual, deletionGrace: Duration = .days(30)
    ) {
        self.appName = appName
        self.ownOrigin = ownOrigin
        self.allowedOrigins = allowedOrigins
        self.allowsLoopback = allowsLoopback
        self.sessions = sessions
        self.quotas = quotas
        self.invitationLife = invitationLife
        self.deletionGrace = deletionGrace
    }

    /// Whether a link or redirect of this organization may point to a URL.
    package func check(_ url: WebURL, field: String, for organization: Organization) throws(Refusal) {
        let origin = url.origin
        guard
            origin == ownOrigin || allowedOrigins.contains(origin) || organization.allowedOrigins.contains(origin)
                || (allowsLoopback && origin.isLoopback)
        else { throw .originNotAllowed(field: field, origin: origin) }
    }
}

/// How much of each thing in how long. Nil: no limit (`USHER_LIMITS=off`, for load tests).
package struct Quotas: Sendable {
    package var actor: Quota?
    package var organization: Quota?
    package var recipient: Quota?
    package var peer: Quota?
    /// Attempts to sign in to one account; reset by a success.
    package var signIn: Quota?
    /// Reset letters to one address.
    package var reset: Quota?
    /// Plans of many invitations, of one organization.
    package var plan: Quota?
    /// Tries with an invitation's code by one caller's address.
    package var lookup: Quota?
    /// Questions to the DNS about domains, of one organization.
    package var domain: Quota?

    package static let usual = Quotas(
        actor: Quota(.actor, 500, per: .hours(1)),
        organization: Quota(.organization, 2000, per: .hours(1)),
        recipient: Quota(.recipient, 20, per: .days(1)),
        peer: Quota(.peer, 2000, per: .hours(1)),
        signIn: Quota(.signIn, 10, per: .minutes(15)),
        reset: Quota(.reset, 5, per: .hours(1)),
        lookup: Quota(.lookup, 100, per: .minutes(1))
    )

    package static let off = Quotas(
        actor: nil, organization: nil, recipient: nil, peer: nil, signIn: nil, reset: nil, plan: nil,
        domain: nil)

    package init(
        actor: Quota?, organization: Quota?, recipient: Quota?, peer: Quota?, signIn: Quota?, reset: Quota?,
        plan: Quota? = Quota(.plan, 100, per: .hours(1)), lookup: Quota? = nil,
        domain: Quota? = Quota(.domain, 60, per: .hours(1))
    ) {
        self.actor = actor
        self.organization = organization
        self.recipient = recipient
        self.peer = peer
        self.signIn = signIn
        self.reset = reset
        self.plan = plan
        self.lookup = lookup
        self.domain = domain
    }
}

/// What is known of a request beside who sent it.
package struct RequestFacts: Sendable {
    package let id: String
    /// The caller's address, for limits: IPv4, or the /64 of IPv6.
    package let peer: String

    package init(id: String, peer: String) {
        self.id = id
        self.peer = peer
    }
}

extension StoreWriter {
    /// Takes one from a quota, if there is one; throws `Refusal.limited` when it is used up.
    func spend(_ quota: Quota?, for subject: String, at now: Timestamp) throws -> QuotaState? {
        guard let quota else { return nil }
        let state = try take(quota, for: subject, at: now)
        guard state.granted else { throw Refusal.limited(quota, retryAfter: state.resetAfter) }
        return state
    }
}

extension Effects {
    package func audit(
        _ action: AuditEntry.Action, in organization: ID<Organization>?, by actor: String, subject: String,
        request: RequestFacts?, at now: Timestamp
    ) -> AuditEntry {
        AuditEntry(
            id: ID(rawValue: newID()), action: action, organization: organization, actor: actor, subject: subject,
            requestID: request?.id, at: now)
    }
}
