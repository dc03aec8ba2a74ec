import UsherDomain
import UsherUseCases

/// Requests to become a member.
extension SQLTransaction {
    func joinRequest(_ id: ID<JoinRequest>, in organization: ID<Organization>) throws -> JoinRequest? {
        try first(
            """
            SELECT \(JoinRequest.selected) FROM join_requests j
            WHERE j.organization_id = \(organization) AND j.id = \(id)
            """
        ).map(JoinRequest.init)
    }

    func joinRequests(
        of organization: ID<Organization>, status: JoinRequest.Status?, after: PageCursor<JoinRequest>?, limit: Int,
        at now: Timestamp
    ) throws -> [(JoinRequest, User)] {
        var query: SQLQuery = """
            SELECT \(JoinRequest.selected), \(User.joined) FROM join_requests j JOIN users u ON u.id = j.user_id
            WHERE j.organization_id = \(organization)
            """
        switch status {
        case .open?: query.append(" AND j.status = 'open' AND j.expires_at > \(now)")
        // What is not swept yet is among them.
        case .expired?:
            query.append(
                " AND j.status IN ('open', 'expired') AND (j.status = 'expired' OR j.expires_at <= \(now))")
        case let status?: query.append(" AND j.status = \(status)")
        case nil: break
        }
        if let after { query.append(" AND (j.asked_at, j.id) < (\(after.createdAt), \(after.id))") }
        query.append(" ORDER BY j.asked_at DESC, j.id DESC LIMIT \(limit)")
        return try session.rows(query).map { row in
            var columns = row.columns
            return (try JoinRequest(&columns), try User(&columns))
        }
    }

    func lastJoinRequest(of user: ID<User>, in organization: ID<Organization>) throws -> JoinRequest? {
        try first(
            """
            SELECT \(JoinRequest.selected) FROM join_requests j
            WHERE j.organization_id = \(organization) AND j.user_id = \(user)
            ORDER BY j.asked_at DESC, j.id DESC LIMIT 1
            """
        ).map(JoinRequest.init)
    }

    func openJoinRequests(of user: ID<User>, limit: Int, at now: Timestamp) throws -> [JoinRequest] {
        try session.rows(
            """
            SELECT \(JoinRequest.selected) FROM join_requests j
            WHERE j.user_id = \(user) AND j.status = 'open' AND j.expires_at > \(now)
            ORDER BY j.asked_at DESC, j.id DESC LIMIT \(limit)
            """
        ).map(JoinRequest.init)
    }

    func add(_ request: JoinRequest) throws -> Bool {
        try any(
            """
            INSERT INTO join_requests (id, organization_id, user_id, domain, role, status, asked_at, expires_at)
            VALUES (\(request.id), \(request.organization), \(request.user), \(request.domain), \(request.role),
                'open', \(request.askedAt), \(request.expiresAt))
            ON CONFLICT (organization_id, user_id) WHERE status = 'open' DO NOTHING RETURNING id
            """)
    }

    func decide(
        _ id: ID<JoinRequest>, in organization: ID<Organization>, as status: JoinRequest.Status, by actor: String,
        at now: Timestamp
    ) throws -> JoinRequest? {
        let time: SQLQuery = status == .expired ? "expires_at <= \(now)" : "expires_at > \(now)"
        return try first(
            """
            UPDATE join_requests SET status = \(status), decided_at = \(now), decided_by = \(actor)
            WHERE organization_id = \(organization) AND id = \(id) AND status = 'open' AND \(time)
            RETURNING \(JoinRequest.returned)
            """
        ).map(JoinRequest.init)
    }

    func sweepJoinRequests(limit: Int, at now: Timestamp) throws -> [(ID<JoinRequest>, ID<Organization>)] {
        try session.rows(
            """
            UPDATE join_requests SET status = 'expired', decided_at = \(now), decided_by = 'system'
            WHERE status = 'open' AND expires_at <= \(now) AND id IN (
                SELECT id FROM join_requests WHERE status = 'open' AND expires_at <= \(now)
                ORDER BY expires_at LIMIT \(limit))
            RETURNING id, organization_id
            """
        ).map { row in
            var columns = row.columns
            return (try columns.next(), try columns.next())
        }
    }

    func purgeJoinRequests(of organization: ID<Organization>, decidedBy end: Timestamp, limit: Int) throws -> Int {
        try session.rows(
            """
            DELETE FROM join_requests WHERE organization_id = \(organization) AND id IN (
                SELECT id FROM join_requests WHERE organization_id = \(organization) AND decided_at <= \(end)
                ORDER BY decided_at LIMIT \(limit))
            RETURNING id
            """
        ).count
    }
}

extension JoinRequest.Status: SQLBindable, SQLReadable {}

extension JoinRequest {
    /// From `join_requests j`.
    fileprivate static let selected: SQLQuery = """
        j.id, j.organization_id, j.user_id, j.domain, j.role, j.status, j.asked_at, j.expires_at, j.decided_at
        """
    fileprivate static let returned: SQLQuery =
        "id, organization_id, user_id, domain, role, status, asked_at, expires_at, decided_at"

    fileprivate init(_ row: SQLRow) throws {
        var columns = row.columns
        try self.init(&columns)
    }

    fileprivate init(_ columns: inout SQLColumns) throws {
        self.init(
            id: try columns.next(), organization: try columns.next(), user: try columns.next(),
            domain: try columns.next(), role: try columns.next(), status: try columns.next(),
            askedAt: try columns.next(), expiresAt: try columns.next(), decidedAt: try columns.nextIfAny())
    }
}
