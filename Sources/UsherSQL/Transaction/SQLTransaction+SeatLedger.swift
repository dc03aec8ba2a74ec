import UsherDomain
import UsherUseCases

/// What happened to seats, as triggers wrote it down (docs/decisions/0028).
extension SQLTransaction {
    func keepSeatLedger(of organization: ID<Organization>, limit: Int?, at now: Timestamp) throws {
        let isFirst =
            try limit != nil
            && any(
                """
                UPDATE organizations SET seats_since = \(now) WHERE id = \(organization) AND seats_since IS NULL RETURNING id
                """)
        let kind: SQLQuery = isFirst ? "'opened'" : "'limit_changed'"
        let counts: SQLQuery = isFirst ? Self.seatsByStatus : "0, 0, 0"
        try run(
            """
            INSERT INTO seat_movements (organization_id, at, kind, seat_limit, used, held, waiting)
            SELECT o.id, CAST(\(now) AS BIGINT), \(kind),
                CAST(\(limit) AS BIGINT), \(counts)
            FROM organizations o WHERE o.id = \(organization) AND o.seats_since IS NOT NULL
            """)
    }

    /// As the ledger sees them: an offer whose time ran out holds its seat there until it is swept.
    private static let seatsByStatus: SQLQuery = """
        (SELECT COUNT(*) FROM memberships m WHERE m.organization_id = o.id),
        (SELECT COUNT(*) FROM invitations i WHERE i.organization_id = o.id AND i.status IN ('pending', 'needs_approval')),
        (SELECT COUNT(*) FROM invitations w WHERE w.organization_id = o.id AND w.status = 'waitlisted')
        """

    func recountSeats(of organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        // Waits for what is under way, as opening the ledger does.
        let hasLedger = try any(
            """
            UPDATE organizations SET seats_since = seats_since WHERE id = \(organization) AND seats_since IS NOT NULL
            RETURNING id
            """)
        guard hasLedger else { return false }
        let sum: SQLQuery = "FROM seat_movements s WHERE s.organization_id = b.organization_id"
        try run(
            """
            INSERT INTO seat_balances (organization_id, used, held, waiting)
            SELECT o.id, \(Self.seatsByStatus) FROM organizations o WHERE o.id = \(organization)
            ON CONFLICT (organization_id) DO UPDATE SET used = excluded.used, held = excluded.held,
                waiting = excluded.waiting
            """)
        try run(
            """
            INSERT INTO seat_movements (organization_id, at, kind, used, held, waiting)
            SELECT b.organization_id, CAST(\(now) AS BIGINT), 'opened', b.used - COALESCE((SELECT SUM(s.used) \(sum)), 0),
                b.held - COALESCE((SELECT SUM(s.held) \(sum)), 0),
                b.waiting - COALESCE((SELECT SUM(s.waiting) \(sum)), 0)
            FROM seat_balances b WHERE b.organization_id = \(organization)
            """)
        try run("DELETE FROM seat_changes WHERE organization_id = \(organization)")
        return true
    }

    /// Who did it is in the audit log: what was written about the same thing at the same moment, at the beginning for what
    /// begins.
    func seatMovements(
        of organization: ID<Organization>, before sequence: Int64, limit: Int
    ) throws -> [SeatMovement] {
        let written: SQLQuery = """
            FROM audit a WHERE a.organization_id = s.organization_id AND a.at = s.at
                AND a.subject = COALESCE(s.membership_id, s.invitation_id, s.organization_id)
            """
        return try session.rows(
            """
            SELECT s.sequence, s.at, s.kind, s.status, s.invitation_id, s.membership_id, s.seat_limit,
                CASE WHEN s.kind IN ('held', 'waitlisted', 'occupied')
                    THEN (SELECT a.actor \(written) ORDER BY a.sequence LIMIT 1)
                    ELSE (SELECT a.actor \(written) ORDER BY a.sequence DESC LIMIT 1) END,
                s.used, s.held, s.waiting
            FROM seat_movements s WHERE s.organization_id = \(organization) AND s.sequence < \(sequence)
            ORDER BY s.sequence DESC LIMIT \(limit)
            """
        ).map { row in
            var columns = row.columns
            return SeatMovement(
                sequence: try columns.next(), at: try columns.next(), kind: try columns.next(),
                status: try columns.nextIfAny(), invitation: try columns.nextIfAny(),
                membership: try columns.nextIfAny(), limit: try columns.nextIfAny(), actor: try columns.nextIfAny(),
                change: try SeatMovement.Count(&columns))
        }
    }

    func seatBalance(of organization: ID<Organization>, through sequence: Int64) throws -> SeatMovement.Count {
        let sum: SQLQuery = "FROM seat_changes c WHERE c.organization_id = o.id"
        let newer: SQLQuery = "FROM seat_movements s WHERE s.organization_id = o.id AND s.sequence > \(sequence)"
        func balance(_ column: SQLQuery) -> SQLQuery {
            """
            CAST(COALESCE(b.\(column), 0) + COALESCE((SELECT SUM(c.\(column)) \(sum)), 0)
                - COALESCE((SELECT SUM(s.\(column)) \(newer)), 0) AS BIGINT)
            """
        }
        let row = try first(
            """
            SELECT \(balance("used")), \(balance("held")), \(balance("waiting"))
            FROM organizations o LEFT JOIN seat_balances b ON b.organization_id = o.id WHERE o.id = \(organization)
            """)
        guard var columns = row?.columns else { return SeatMovement.Count(used: 0, held: 0, waiting: 0) }
        return try SeatMovement.Count(&columns)
    }

    func seatDrift(in one: ID<Organization>?, limit: Int) throws -> [ID<Organization>] {
        let counted: [(column: SQLQuery, count: SQLQuery)] = [
            ("used", "FROM memberships m WHERE m.organization_id = o.id"),
            ("held", "FROM invitations i WHERE i.organization_id = o.id AND i.status IN ('pending', 'needs_approval')"),
            ("waiting", "FROM invitations w WHERE w.organization_id = o.id AND w.status = 'waitlisted'"),
        ]
        var query: SQLQuery = """
            SELECT o.id FROM organizations o LEFT JOIN seat_balances b ON b.organization_id = o.id
            WHERE o.seats_since IS NOT NULL AND o.id > '' AND o.deleted_at IS NULL AND (
            """
        for (index, (column, count)) in counted.enumerated() {
            query.append(index == 0 ? "" : " OR ")
            query.append(
                """
                (SELECT COUNT(*) \(count)) <> (SELECT COALESCE(SUM(s.\(column)), 0)
                    FROM seat_movements s WHERE s.organization_id = o.id)
                OR (SELECT COUNT(*) \(count)) <> COALESCE(b.\(column), 0) + (SELECT COALESCE(SUM(c.\(column)), 0)
                    FROM seat_changes c WHERE c.organization_id = o.id)
                """)
        }
        query.append(")")
        if let one { query.append(" AND o.id = \(one)") }
        query.append(" ORDER BY o.id LIMIT \(limit)")
        return try session.rows(query).map { row in
            var columns = row.columns
            return try columns.next()
        }
    }
}

extension SeatMovement.Kind: SQLBindable, SQLReadable {}

extension SeatMovement.Count {
    init(_ columns: inout SQLColumns) throws {
        self.init(used: try columns.next(), held: try columns.next(), waiting: try columns.next())
    }
}
