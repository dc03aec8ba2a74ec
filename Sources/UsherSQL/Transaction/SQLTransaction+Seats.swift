import UsherDomain
import UsherUseCases

/// Seats, as the ledger sums them up where there is or was a limit; counted where there never was one. An offer whose time
/// ran out holds no seat, swept or not.
extension SQLTransaction {
    func seats(of organization: ID<Organization>, at now: Timestamp) throws -> SeatCount? {
        try seatsAndChanges(of: organization, at: now)?.seats
    }

    func seatsAndChanges(
        of organization: ID<Organization>, at now: Timestamp
    ) throws -> (seats: SeatCount, changes: Int)? {
        let row = try first(
            """
            SELECT o.settings,
                \(Self.summed("used")) ELSE
                    (SELECT COUNT(*) FROM memberships m WHERE m.organization_id = o.id) END,
                \(Self.summed("held"))
                    - (SELECT COUNT(*) FROM invitations i WHERE i.organization_id = o.id
                        AND i.status IN ('pending', 'needs_approval') AND i.expires_at <= \(now)) ELSE
                    (SELECT COUNT(*) FROM invitations i WHERE i.organization_id = o.id
                        AND i.status IN ('pending', 'needs_approval') AND i.expires_at > \(now)) END,
                \(Self.summed("waiting")) ELSE
                    (SELECT COUNT(*) FROM invitations w WHERE w.organization_id = o.id
                        AND w.status = 'waitlisted' AND w.expires_at > \(now)) END,
                (SELECT COUNT(*) FROM seat_changes c WHERE c.organization_id = o.id)
            FROM organizations o LEFT JOIN seat_balances b ON b.organization_id = o.id
            WHERE o.id = \(organization) AND o.deleted_at IS NULL
            """)
        guard var columns = row?.columns else { return nil }
        return (try SeatCount(&columns), try columns.next())
    }

    /// The begin of a `CASE` on organization `o` with balance `b`.
    private static func summed(_ column: SQLQuery) -> SQLQuery {
        """
        CASE WHEN o.seats_since IS NOT NULL THEN COALESCE(b.\(column), 0) + CAST(COALESCE(
            (SELECT SUM(c.\(column)) FROM seat_changes c WHERE c.organization_id = o.id), 0) AS BIGINT)
        """
    }

    func balanceSeats(of organization: ID<Organization>) throws {
        let changes = try session.rows(
            "DELETE FROM seat_changes WHERE organization_id = \(organization) RETURNING used, held, waiting")
        var sum = SeatMovement.Count(used: 0, held: 0, waiting: 0)
        for row in changes {
            var columns = row.columns
            sum = sum + (try SeatMovement.Count(&columns))
        }
        try run(
            """
            INSERT INTO seat_balances (organization_id, used, held, waiting)
            VALUES (\(organization), \(sum.used), \(sum.held), \(sum.waiting))
            ON CONFLICT (organization_id) DO UPDATE SET used = seat_balances.used + excluded.used,
                held = seat_balances.held + excluded.held, waiting = seat_balances.waiting + excluded.waiting
            """)
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
        // Its first letter is put on its way now, if at all: a resend and reminders count from here.
        let letter: SQLQuery = status == .pending ? ", last_letter_at = \(now)" : ""
        return try first(
            """
            UPDATE invitations SET status = \(status), waiting_life = NULL, updated_at = \(now),
                expires_at = \(now) + COALESCE(waiting_life, \(usualLife.wholeMilliseconds))\(letter)
            WHERE organization_id = \(organization) AND id = \(id) AND status = 'waitlisted'
            RETURNING \(Invitation.selected)
            """
        ).map(Invitation.init)
    }
}

extension SeatCount {
    fileprivate init(_ columns: inout SQLColumns) throws {
        let settings = try SettingsText.read(columns.next())
        self.init(
            limit: settings.seatLimit, used: try columns.next(), held: try columns.next(),
            waiting: try columns.next(), keepsWaitlist: settings.keepsWaitlist)
    }
}
