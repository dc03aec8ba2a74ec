import UsherDomain
import UsherUseCases

/// The roles that organizations made for themselves.
extension SQLTransaction {
    func customRole(_ id: ID<CustomRole>, in organization: ID<Organization>) throws -> CustomRole? {
        try first("SELECT \(CustomRole.selected) FROM roles WHERE organization_id = \(organization) AND id = \(id)")
            .map(CustomRole.init)
    }

    func customRole(named name: DisplayName, in organization: ID<Organization>) throws -> CustomRole? {
        try first(
            """
            SELECT \(CustomRole.selected) FROM roles
            WHERE organization_id = \(organization) AND name_key = \(CustomRole.nameKey(name))
            """
        ).map(CustomRole.init)
    }

    func customRoles(
        of organization: ID<Organization>, after: PageCursor<CustomRole>?, limit: Int
    ) throws -> [CustomRole] {
        var query: SQLQuery = "SELECT \(CustomRole.selected) FROM roles WHERE organization_id = \(organization)"
        if let after { query.append(" AND (created_at, id) < (\(after.createdAt), \(after.id))") }
        query.append(" ORDER BY created_at DESC, id DESC LIMIT \(limit)")
        return try session.rows(query).map(CustomRole.init)
    }

    func use(of role: ID<CustomRole>, in organization: ID<Organization>, at now: Timestamp) throws -> RoleUse {
        let counts = try first(
            """
            SELECT (SELECT COUNT(*) FROM memberships WHERE organization_id = \(organization) AND role_id = \(role)),
                (SELECT COUNT(*) FROM invitations WHERE organization_id = \(organization) AND role_id = \(role)
                    AND \(Self.isOpen(at: now))),
                (SELECT COUNT(*) FROM api_keys WHERE organization_id = \(organization) AND role_id = \(role)
                    AND revoked_at IS NULL),
                (SELECT COUNT(*) FROM join_links WHERE organization_id = \(organization) AND role_id = \(role)
                    AND revoked_at IS NULL AND expires_at > \(now))
            """)
        guard var columns = counts?.columns else { return RoleUse(members: 0, invitations: 0, keys: 0, links: 0) }
        return RoleUse(
            members: try columns.next(), invitations: try columns.next(), keys: try columns.next(),
            links: try columns.next())
    }

    private static func isOpen(at now: Timestamp) -> SQLQuery {
        "status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at > \(now)"
    }

    func hold(_ role: ID<CustomRole>, in organization: ID<Organization>) throws -> CustomRole? {
        try first(
            """
            UPDATE roles SET updated_at = updated_at WHERE organization_id = \(organization) AND id = \(role)
            RETURNING \(CustomRole.selected)
            """
        ).map(CustomRole.init)
    }

    func add(_ role: CustomRole) throws {
        try run(
            """
            INSERT INTO roles (id, organization_id, name, name_key, permissions, created_at, updated_at)
            VALUES (\(role.id), \(role.organization), \(role.name), \(CustomRole.nameKey(role.name)),
                \(role.permissions), \(role.createdAt), \(role.updatedAt))
            """)
    }

    func change(_ role: CustomRole) throws -> Bool {
        try any(
            """
            UPDATE roles SET name = \(role.name), name_key = \(CustomRole.nameKey(role.name)),
                permissions = \(role.permissions), updated_at = \(role.updatedAt)
            WHERE organization_id = \(role.organization) AND id = \(role.id) RETURNING id
            """)
    }

    /// What ended forgets the role first: each of these waits for whoever has the row this moment, and then finds it
    /// open, or ended. Who holds the role at last is looked for by the statement that deletes it, which sees all that
    /// was waited for; and who is about to hold it has the role's own row.
    func delete(_ role: ID<CustomRole>, of organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        guard try hold(role, in: organization) != nil, try use(of: role, in: organization, at: now).isNone else {
            return false
        }
        try run(
            """
            UPDATE invitations SET role_id = NULL
            WHERE organization_id = \(organization) AND role_id = \(role) AND NOT (\(Self.isOpen(at: now)))
            """)
        try run(
            """
            UPDATE api_keys SET role_id = NULL
            WHERE organization_id = \(organization) AND role_id = \(role) AND revoked_at IS NOT NULL
            """)
        try run(
            """
            UPDATE join_links SET role_id = NULL
            WHERE organization_id = \(organization) AND role_id = \(role)
                AND (revoked_at IS NOT NULL OR expires_at <= \(now))
            """)
        return try any(
            """
            DELETE FROM roles WHERE organization_id = \(organization) AND id = \(role)
                AND NOT EXISTS (SELECT 1 FROM memberships h
                    WHERE h.organization_id = \(organization) AND h.role_id = \(role))
                AND NOT EXISTS (SELECT 1 FROM invitations h
                    WHERE h.organization_id = \(organization) AND h.role_id = \(role))
                AND NOT EXISTS (SELECT 1 FROM api_keys h
                    WHERE h.organization_id = \(organization) AND h.role_id = \(role))
                AND NOT EXISTS (SELECT 1 FROM join_links h
                    WHERE h.organization_id = \(organization) AND h.role_id = \(role))
            RETURNING id
            """)
    }
}
