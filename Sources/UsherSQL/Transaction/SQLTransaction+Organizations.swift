import UsherDomain
import UsherUseCases

/// Organizations that change, go, come back, and are gone for good.
extension SQLTransaction {
    func change(_ organization: Organization) throws {
        try run(
            """
            UPDATE organizations SET name = \(organization.name),
                allowed_origins = \(organization.allowedOrigins.storedText),
                settings = \(try SettingsText.write(organization.settings)),
                partner_configuration = \(organization.partnerConfiguration), updated_at = \(organization.updatedAt)
            WHERE id = \(organization.id) AND deleted_at IS NULL
            """)
    }

    func knownOrganization(_ id: ID<Organization>) throws -> Organization? {
        try first("SELECT \(Organization.selected) FROM organizations WHERE id = \(id)").map(Organization.init)
    }

    func allOrganizations(
        after: PageCursor<Organization>?, limit: Int
    ) throws -> [(organization: Organization, deletedAt: Timestamp?)] {
        let place = after ?? PageCursor(createdAt: Timestamp(milliseconds: .min), id: ID(rawValue: ""))
        return try session.rows(
            """
            SELECT \(Organization.selected), deleted_at FROM organizations
            WHERE (created_at, id) > (\(place.createdAt), \(place.id)) ORDER BY created_at, id LIMIT \(limit)
            """
        ).map { row in
            var columns = row.columns
            return (try Organization(&columns), try columns.nextIfAny())
        }
    }

    func wasOwner(_ user: ID<User>, of organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        try any(
            """
            SELECT 1 FROM memberships m
            JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NOT NULL
            WHERE m.organization_id = \(organization) AND m.user_id = \(user) AND m.role = 2
                AND (m.ends_at IS NULL OR m.ends_at > \(now))
            """)
    }

    func delete(_ organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        try any(
            """
            UPDATE organizations SET deleted_at = \(now), updated_at = \(now)
            WHERE id = \(organization) AND deleted_at IS NULL RETURNING id
            """)
    }

    func restore(_ organization: ID<Organization>, deletedAfter: Timestamp, at now: Timestamp) throws -> Bool {
        try any(
            """
            UPDATE organizations SET deleted_at = NULL, updated_at = \(now)
            WHERE id = \(organization) AND deleted_at > \(deletedAfter) RETURNING id
            """)
    }

    /// An offer that somebody takes this moment is waited for, and then is none any more.
    func endOffers(of organization: ID<Organization>, at now: Timestamp) throws -> [ID<Invitation>] {
        let offers = try ids(
            """
            UPDATE invitations SET status = 'revoked', updated_at = \(now)
            WHERE organization_id = \(organization) AND status IN ('waitlisted', 'pending', 'needs_approval')
                AND expires_at > \(now)
            RETURNING id
            """, of: Invitation.self)
        try run(
            """
            UPDATE outbox SET state = 'cancelled', ended_at = \(now)
            WHERE organization_id = \(organization) AND state = 'pending'
            """)
        return offers
    }

    /// Deleted at the beginning of time is deleted for longer than any grace. The condition stands in both places: who
    /// waited for somebody that brought it back finds it is not deleted.
    func beginPurge(deletedBefore: Timestamp) throws -> ID<Organization>? {
        try ids(
            """
            UPDATE organizations SET deleted_at = 0 WHERE deleted_at <= \(deletedBefore) AND id = (
                SELECT id FROM organizations WHERE deleted_at <= \(deletedBefore) ORDER BY deleted_at, id LIMIT 1)
            RETURNING id
            """, of: Organization.self
        ).first
    }

    func purge(_ organization: ID<Organization>, limit: Int) throws -> Bool {
        guard try any("SELECT 1 FROM organizations WHERE id = \(organization) AND deleted_at IS NOT NULL") else {
            return true
        }
        var rest = limit
        for table in PurgedTable.all {
            let count = min(rest, table.batch)
            let gone = try session.rows(table.purge(of: organization, limit: count)).count
            rest -= gone
            // Full batches: there may be more of it.
            guard gone < count, rest > 0 else { return false }
        }
        try run("DELETE FROM organizations WHERE id = \(organization) AND deleted_at IS NOT NULL")
        return true
    }
}

/// One table with rows of organizations, as they are removed with their organization.
package struct PurgedTable: Sendable {
    package let name: SQLQuery
    let key: SQLQuery
    /// Rows that are removed at once.
    let batch: Int

    private init(_ name: SQLQuery, key: SQLQuery, batch: Int = .max) {
        self.name = name
        self.key = key
        self.batch = batch
    }

    /// All of them but the audit, which stays; each before those that it refers to. A test compares this with the
    /// schema.
    package static let all = [
        PurgedTable("ownership_transfers", key: "organization_id"),
        PurgedTable("invitation_plan_rows", key: "plan_id"),
        PurgedTable("invitation_plans", key: "id"),
        PurgedTable("invitation_events", key: "invitation_id"),
        PurgedTable("invitation_reminders", key: "invitation_id"),
        PurgedTable("invitation_requests", key: "id"),
        PurgedTable("join_requests", key: "id"),
        PurgedTable("organization_domains", key: "id"),
        PurgedTable("join_proofs", key: "id"),
        PurgedTable("join_link_uses", key: "invitation_id"),
        PurgedTable("join_links", key: "id"),
        PurgedTable("outbox", key: "id"),
        PurgedTable("former_codes", key: "code_hash"),
        PurgedTable("suppressions", key: "email_hash"),
        PurgedTable("memberships", key: "id"),
        PurgedTable("invitations", key: "id"),
        // For each of them the engine looks through all invitations for one that it sent.
        PurgedTable("api_keys", key: "id", batch: 5),
        PurgedTable("roles", key: "id"),
        // Removing members wrote to it.
        PurgedTable("seat_movements", key: "sequence"),
        PurgedTable("seat_changes", key: "sequence"),
        PurgedTable("seat_balances", key: "organization_id"),
    ]

    fileprivate func purge(of organization: ID<Organization>, limit: Int) -> SQLQuery {
        """
        DELETE FROM \(name) WHERE organization_id = \(organization) AND \(key) IN (
            SELECT \(key) FROM \(name) WHERE organization_id = \(organization) LIMIT \(limit)) RETURNING 1
        """
    }
}
