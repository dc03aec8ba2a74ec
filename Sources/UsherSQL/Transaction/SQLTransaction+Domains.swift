import UsherDomain
import UsherUseCases

/// Domains that organizations say are theirs.
extension SQLTransaction {
    func domain(_ id: ID<OrganizationDomain>, in organization: ID<Organization>) throws -> OrganizationDomain? {
        try first(
            """
            SELECT \(OrganizationDomain.selected) FROM organization_domains
            WHERE organization_id = \(organization) AND id = \(id)
            """
        ).map(OrganizationDomain.init)
    }

    func domain(named name: String, in organization: ID<Organization>) throws -> OrganizationDomain? {
        try first(
            """
            SELECT \(OrganizationDomain.selected) FROM organization_domains
            WHERE organization_id = \(organization) AND name = \(name)
            """
        ).map(OrganizationDomain.init)
    }

    func domains(
        of organization: ID<Organization>, after: PageCursor<OrganizationDomain>?, limit: Int
    ) throws -> [OrganizationDomain] {
        var query: SQLQuery = """
            SELECT \(OrganizationDomain.selected) FROM organization_domains WHERE organization_id = \(organization)
            """
        if let after { query.append(" AND (created_at, id) < (\(after.createdAt), \(after.id))") }
        query.append(" ORDER BY created_at DESC, id DESC LIMIT \(limit)")
        return try session.rows(query).map(OrganizationDomain.init)
    }

    func verifiedDomain(named name: String) throws -> OrganizationDomain? {
        try first(
            """
            SELECT \(OrganizationDomain.selected) FROM organization_domains
            WHERE name = \(name) AND verified_at IS NOT NULL
            """
        ).map(OrganizationDomain.init)
    }

    func add(_ domain: OrganizationDomain) throws -> Bool {
        let (user, key) = domain.inviter.ids
        return try any(
            """
            INSERT INTO organization_domains (id, organization_id, name, token, joining, role, inviter_user_id,
                inviter_key_id, created_at, updated_at)
            VALUES (\(domain.id), \(domain.organization), \(domain.name), \(domain.token), \(domain.joining),
                \(domain.role), \(user), \(key), \(domain.createdAt), \(domain.updatedAt))
            ON CONFLICT (organization_id, name) DO NOTHING RETURNING id
            """)
    }

    func change(_ domain: OrganizationDomain, at now: Timestamp) throws -> OrganizationDomain? {
        let (user, key) = domain.inviter.ids
        return try first(
            """
            UPDATE organization_domains SET joining = \(domain.joining), role = \(domain.role),
                inviter_user_id = \(user), inviter_key_id = \(key), updated_at = \(now)
            WHERE organization_id = \(domain.organization) AND id = \(domain.id)
            RETURNING \(OrganizationDomain.selected)
            """
        ).map(OrganizationDomain.init)
    }

    func remove(_ id: ID<OrganizationDomain>, from organization: ID<Organization>) throws -> Bool {
        try any(
            """
            DELETE FROM organization_domains WHERE organization_id = \(organization) AND id = \(id) RETURNING id
            """)
    }

    /// The oldest row of the name is locked first, so that of several who prove it at once each sees what the one before
    /// did. One row, because who locks many locks them in an order of their own, and waits for whoever has another. Should
    /// that row go at this moment, the index of verified names still lets no second one in.
    func prove(_ domain: OrganizationDomain, at now: Timestamp) throws -> OrganizationDomain? {
        _ = try session.rows(
            """
            UPDATE organization_domains SET name = name
            WHERE id = (SELECT MIN(d.id) FROM organization_domains d WHERE d.name = \(domain.name)) RETURNING id
            """)
        return try first(
            """
            UPDATE organization_domains SET verified_at = COALESCE(verified_at, \(now)), checked_at = \(now),
                missing_since = NULL, updated_at = CASE WHEN verified_at IS NULL THEN \(now) ELSE updated_at END
            WHERE organization_id = \(domain.organization) AND id = \(domain.id) AND NOT EXISTS (
                SELECT 1 FROM organization_domains d
                WHERE d.name = \(domain.name) AND d.verified_at IS NOT NULL AND d.id <> \(domain.id))
            RETURNING \(OrganizationDomain.selected)
            """
        ).map(OrganizationDomain.init)
    }

    func miss(_ domain: OrganizationDomain, since: Timestamp, at now: Timestamp) throws -> OrganizationDomain? {
        try first(
            """
            UPDATE organization_domains SET checked_at = \(now),
                missing_since = CASE WHEN verified_at IS NULL OR missing_since <= \(since) THEN NULL
                    ELSE COALESCE(missing_since, \(now)) END,
                joining = CASE WHEN missing_since <= \(since) THEN 'off' ELSE joining END,
                updated_at = CASE WHEN missing_since <= \(since) THEN \(now) ELSE updated_at END,
                verified_at = CASE WHEN missing_since <= \(since) THEN NULL ELSE verified_at END
            WHERE organization_id = \(domain.organization) AND id = \(domain.id)
            RETURNING \(OrganizationDomain.selected)
            """
        ).map(OrganizationDomain.init)
    }

    func takeDomains(checkedBefore: Timestamp, limit: Int, at now: Timestamp) throws -> [OrganizationDomain] {
        try session.rows(
            """
            UPDATE organization_domains SET checked_at = \(now)
            WHERE verified_at IS NOT NULL AND checked_at <= \(checkedBefore) AND id IN (
                SELECT id FROM organization_domains WHERE verified_at IS NOT NULL AND checked_at <= \(checkedBefore)
                ORDER BY checked_at LIMIT \(limit))
            RETURNING \(OrganizationDomain.selected)
            """
        ).map(OrganizationDomain.init)
    }

    func postpone(_ domain: OrganizationDomain, to checkedAt: Timestamp) throws {
        try run(
            """
            UPDATE organization_domains SET checked_at = \(checkedAt)
            WHERE organization_id = \(domain.organization) AND id = \(domain.id) AND checked_at IS NOT NULL
            """)
    }
}

extension OrganizationDomain.Joining: SQLBindable, SQLReadable {}

extension OrganizationDomain {
    fileprivate static let selected: SQLQuery = """
        id, organization_id, name, token, joining, role, inviter_user_id, inviter_key_id, verified_at, checked_at,
        missing_since, created_at, updated_at
        """

    fileprivate init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: try columns.next(), organization: try columns.next(), name: try columns.next(),
            token: try columns.next(), joining: try columns.next(), role: try columns.next(),
            inviter: try Invitation.Inviter(&columns), verifiedAt: try columns.nextIfAny(),
            checkedAt: try columns.nextIfAny(), missingSince: try columns.nextIfAny(), createdAt: try columns.next(),
            updatedAt: try columns.next())
    }
}
