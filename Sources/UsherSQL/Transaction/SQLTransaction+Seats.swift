import UsherDomain
import UsherUseCases

/// Seats, counted from indexes alone.
extension SQLTransaction {
    func seats(of organization: ID<Organization>, at now: Timestamp) throws -> SeatCount? {
        try first(
            """
            SELECT o.settings,
                (SELECT COUNT(*) FROM memberships m WHERE m.organization_id = o.id),
                (SELECT COUNT(*) FROM invitations i WHERE i.organization_id = o.id
                    AND i.status IN ('pending', 'needs_approval') AND i.expires_at > \(now)),
                (SELECT COUNT(*) FROM invitations w WHERE w.organization_id = o.id
                    AND w.status = 'waitlisted' AND w.expires_at > \(now))
            FROM organizations o WHERE o.id = \(organization) AND o.deleted_at IS NULL
            """
        ).map(SeatCount.init)
    }

    func members(of organization: ID<Organization>) throws -> Int {
        let row = try first("SELECT COUNT(*) FROM memberships WHERE organization_id = \(organization)")
        var columns = (row ?? SQLRow([])).columns
        return try columns.next()
    }

    func waitlist(of organization: ID<Organization>, limit: Int, at now: Timestamp) throws -> [Invitation] {
        try session.rows(
            """
            SELECT \(Invitation.selected) FROM invitations
            WHERE organization_id = \(organization) AND status = 'waitlisted' AND expires_at > \(now)
            ORDER BY created_at, id LIMIT \(limit)
            """
        ).map(Invitation.init)
    }

    func organizationWithWaitlist(after last: ID<Organization>?) throws -> ID<Organization>? {
        let row = try first(
            """
            SELECT organization_id FROM invitations
            WHERE status = 'waitlisted' AND organization_id > \(last?.rawValue ?? "")
            ORDER BY organization_id LIMIT 1
            """)
        var columns = row?.columns
        return try columns?.next()
    }

    func putOnWaitlist(_ id: ID<Invitation>, in organization: ID<Organization>, life: Duration) throws {
        try run(
            """
            UPDATE invitations SET waiting_life = \(life.wholeMilliseconds)
            WHERE organization_id = \(organization) AND id = \(id) AND status = 'waitlisted'
            """)
    }

    func leaveWaitlist(
        _ id: ID<Invitation>, in organization: ID<Organization>, as status: Invitation.Status, usualLife: Duration,
        at now: Timestamp
    ) throws -> Invitation? {
        try first(
            """
            UPDATE invitations SET status = \(status), waiting_life = NULL, updated_at = \(now),
                expires_at = \(now) + COALESCE(waiting_life, \(usualLife.wholeMilliseconds))
            WHERE organization_id = \(organization) AND id = \(id) AND status = 'waitlisted'
            RETURNING \(Invitation.selected)
            """
        ).map(Invitation.init)
    }
}

extension SeatCount {
    fileprivate init(_ row: SQLRow) throws {
        var columns = row.columns
        let settings = try SettingsText.read(columns.next())
        self.init(
            limit: settings.seatLimit, used: try columns.next(), held: try columns.next(),
            waiting: try columns.next(), keepsWaitlist: settings.keepsWaitlist)
    }
}
