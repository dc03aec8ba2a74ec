import UsherDomain
import UsherUseCases

// Each type says what it selects, and reads it in that order.

extension EmailAddress {
    init(_ columns: inout SQLColumns) throws {
        self.init(typed: try columns.next(), canonical: try columns.next(), wire: try columns.next())
    }

    /// From an outer join: all three columns are there, or none.
    init?(ifAny columns: inout SQLColumns) throws {
        let typed: String? = try columns.nextIfAny()
        let canonical: String? = try columns.nextIfAny()
        let wire: String? = try columns.nextIfAny()
        guard let typed, let canonical, let wire else { return nil }
        self.init(typed: typed, canonical: canonical, wire: wire)
    }
}

extension WebURL {
    init(_ columns: inout SQLColumns) throws {
        self.init(text: try columns.next(), origin: Origin(stored: try columns.next()))
    }
}

extension [Origin] {
    /// One a line; no origin holds a line break.
    var storedText: String { map(\.text).joined(separator: "\n") }

    init(storedText: String) { self = storedText.split(separator: "\n").map { Origin(stored: String($0)) } }
}

extension Organization {
    static let selected: SQLQuery = "id, name, allowed_origins, settings, partner_configuration, created_at, updated_at"
    /// From `organizations o`.
    static let joined: SQLQuery =
        "o.id, o.name, o.allowed_origins, o.settings, o.partner_configuration, o.created_at, o.updated_at"

    init(_ row: SQLRow) throws {
        var columns = row.columns
        try self.init(&columns)
    }

    init(_ columns: inout SQLColumns) throws {
        self.init(
            id: try columns.next(), name: try columns.next(),
            allowedOrigins: [Origin](storedText: try columns.next()), settings: try SettingsText.read(columns.next()),
            partnerConfiguration: try columns.next(), createdAt: try columns.next(), updatedAt: try columns.next())
    }
}

extension Standing {
    init(_ row: SQLRow) throws {
        var columns = row.columns
        let organization = try Organization(&columns)
        let counts: (Int, Int, Int) = (try columns.next(), try columns.next(), try columns.next())
        self.init(
            organization: organization, isMember: counts.0 > 0, isSuppressed: counts.1 > 0,
            hasOverdueOffer: counts.2 > 0)
    }
}

extension User {
    static let selected: SQLQuery =
        "id, email_typed, email_canonical, email_wire, name, locale, verified_at, created_at, updated_at"
    /// From `users u`.
    static let joined: SQLQuery = """
        u.id, u.email_typed, u.email_canonical, u.email_wire, u.name, u.locale, u.verified_at, u.created_at,
        u.updated_at
        """

    init(_ columns: inout SQLColumns) throws {
        self.init(
            id: try columns.next(), email: try EmailAddress(&columns), name: try columns.nextIfAny(),
            locale: try columns.nextIfAny(), verifiedAt: try columns.nextIfAny(), createdAt: try columns.next(),
            updatedAt: try columns.next())
    }
}

extension Account {
    static let selected: SQLQuery = "\(User.selected), password_hash"

    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(user: try User(&columns), passwordHash: try columns.nextIfAny())
    }
}

extension Membership {
    /// From `memberships m`.
    static let selected: SQLQuery =
        """
        m.id, m.user_id, m.organization_id, m.role, \(AssignedRole.selected(of: "m")), m.scopes, m.ends_at,
        m.created_at, m.updated_at, m.metadata
        """
    /// From a `RETURNING` of `memberships`.
    static let returned: SQLQuery =
        """
        id, user_id, organization_id, role, \(AssignedRole.selected(of: "memberships")), scopes, ends_at, created_at,
        updated_at, metadata
        """

    init(_ row: SQLRow) throws {
        var columns = row.columns
        try self.init(&columns)
    }

    init(_ columns: inout SQLColumns) throws {
        self.init(
            id: try columns.next(), user: try columns.next(), organization: try columns.next(),
            role: try columns.next(), customRole: try columns.nextIfAny(), scopes: try columns.nextIfAny(),
            endsAt: try columns.nextIfAny(), createdAt: try columns.next(), updatedAt: try columns.next(),
            metadata: try columns.nextIfAny() ?? Metadata())
    }
}

extension Member {
    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(user: try User(&columns), membership: try Membership(&columns))
    }
}

extension OwnershipTransfer {
    static let selected: SQLQuery = "id, organization_id, giver_id, receiver_id, created_at, expires_at"

    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: try columns.next(), organization: try columns.next(), giver: try columns.next(),
            receiver: try columns.next(), createdAt: try columns.next(), expiresAt: try columns.next())
    }
}

extension Access {
    /// Role, custom role and scopes, twice, of the membership and of the credential: what both allow, both restrictions.
    init(_ row: SQLRow) throws {
        var columns = row.columns
        let (held, scopes): (HeldRole, Scopes?) = (try HeldRole(&columns), try columns.nextIfAny())
        let (other, otherScopes): (HeldRole, Scopes?) = (try HeldRole(&columns), try columns.nextIfAny())
        self.init(
            held.permissions.intersection(other.permissions), restrictions: [scopes, otherScopes].compactMap(\.self))
    }
}

extension Session {
    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            hash: try columns.next(), user: try columns.next(), createdAt: try columns.next(),
            lastSeenAt: try columns.next(), expiresAt: try columns.next())
    }
}

extension APIKey {
    static let selected: SQLQuery = """
        id, organization_id, user_id, name, role, \(AssignedRole.selected(of: "api_keys")), scopes, created_at,
        updated_at, expires_at, last_used_at
        """

    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: try columns.next(), holder: try Holder(&columns), name: try columns.next(),
            role: try columns.next(), customRole: try columns.nextIfAny(), scopes: try columns.nextIfAny(),
            createdAt: try columns.next(), updatedAt: try columns.next(), expiresAt: try columns.nextIfAny(),
            lastUsedAt: try columns.nextIfAny())
    }
}

extension APIKey.Holder {
    var ids: (organization: ID<Organization>?, user: ID<User>?) {
        switch self {
        case .organization(let id): (id, nil)
        case .user(let id): (nil, id)
        }
    }

    fileprivate init(_ columns: inout SQLColumns) throws {
        let organization: ID<Organization>? = try columns.nextIfAny()
        let user: ID<User>? = try columns.nextIfAny()
        switch (organization, user) {
        case (let id?, nil): self = .organization(id)
        case (nil, let id?): self = .user(id)
        default: throw UnreadableRow(column: 1, type: "Holder")
        }
    }
}

extension OneTimeLink {
    static let selected: SQLQuery = "id, purpose, hash, user_id, created_at, expires_at"

    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: try columns.next(), purpose: try columns.next(), hash: try columns.next(),
            user: try columns.nextIfAny(), createdAt: try columns.next(), expiresAt: try columns.next())
    }
}

extension IdempotentRecord {
    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            key: IdempotencyKey(actor: try columns.next(), key: try columns.next()),
            fingerprint: try columns.next(), subject: try columns.next(), answer: try columns.nextIfAny())
    }
}
