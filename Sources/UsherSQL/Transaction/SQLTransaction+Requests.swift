import UsherDomain
import UsherUseCases

/// Requests for new links.
extension SQLTransaction {
    func request(_ id: ID<InvitationRequest>, in organization: ID<Organization>) throws -> InvitationRequest? {
        try first(
            """
            SELECT \(InvitationRequest.selected) FROM invitation_requests
            WHERE organization_id = \(organization) AND id = \(id)
            """
        ).map(InvitationRequest.init)
    }

    func openRequests(
        of organization: ID<Organization>, after: InvitationSelection.Cursor?, limit: Int
    ) throws -> [(InvitationRequest, Invitation)] {
        var query: SQLQuery = """
            SELECT \(InvitationRequest.selected) FROM invitation_requests
            WHERE organization_id = \(organization) AND status = 'open'
            """
        if let after { query.append(" AND (asked_at, id) < (\(after.createdAt), \(after.id))") }
        query.append(" ORDER BY asked_at DESC, id DESC LIMIT \(limit)")
        let requests = try session.rows(query).map(InvitationRequest.init)
        guard !requests.isEmpty else { return [] }
        let invitations = try session.rows(
            """
            SELECT \(Invitation.selected) FROM invitations
            WHERE id IN (\(anyOf: requests.map(\.invitation))) AND organization_id || '' = \(organization)
            """
        ).map(Invitation.init)
        let byID = Dictionary(invitations.map { ($0.id, $0) }) { first, _ in first }
        return requests.compactMap { request in byID[request.invitation].map { (request, $0) } }
    }

    /// By the role that they hold, and not by who is a member: those may be a hundred thousand others.
    func decider(
        of decision: Decision, in organization: ID<Organization>, preferring user: ID<User>?, at now: Timestamp
    ) throws -> User? {
        let roles = Role.allCases.filter { decision.permissions.isSubset(of: $0.permissions) }
        let own = try customRoles(of: organization, after: nil, limit: CustomRole.maximumCount)
            .filter { decision.permissions.isSubset(of: $0.assigned.effective) }.map(\.id.rawValue)
        let found = try session.rows(
            """
            SELECT m.user_id, m.scopes FROM memberships m
            WHERE m.organization_id || '' = \(organization) AND (m.ends_at IS NULL OR m.ends_at > \(now)) AND m.id IN (
                SELECT id FROM memberships
                WHERE organization_id = \(organization) AND role >= 1 AND role IN (\(roles))
                UNION ALL SELECT id FROM memberships
                WHERE organization_id || '' = \(organization) AND role_id IN (\(anyOf: own + [""])))
            ORDER BY CASE WHEN m.user_id = \(user?.rawValue ?? "") THEN 0 ELSE 1 END, m.role DESC, m.created_at, m.id
            LIMIT 100
            """
        ).map { row -> (user: ID<User>, scopes: Scopes?) in
            var columns = row.columns
            return (try columns.next(), try columns.nextIfAny())
        }
        return try found.first { $0.scopes?.allow(decision.route) ?? true }.flatMap { try self.user($0.user) }
    }

    /// One statement decides, however many ask at once. A time that lies ahead was written by a clock that went wrong.
    func ask(_ request: InvitationRequest) throws -> InvitationRequest? {
        let other = request.otherEmail, now = request.askedAt
        return try first(
            """
            INSERT INTO invitation_requests (id, organization_id, invitation_id, other_typed, other_canonical,
                other_wire, status, asked_at)
            VALUES (\(request.id), \(request.organization), \(request.invitation), \(other?.typed),
                \(other?.canonical), \(other?.wire), 'open', \(now))
            ON CONFLICT (organization_id, invitation_id) DO UPDATE SET other_typed = excluded.other_typed,
                other_canonical = excluded.other_canonical, other_wire = excluded.other_wire, status = 'open',
                asked_at = excluded.asked_at, decided_at = NULL, decided_by = NULL
            WHERE invitation_requests.asked_at <= \(now - InvitationRequest.interval)
                OR invitation_requests.asked_at > \(now + InvitationRequest.interval)
            RETURNING \(InvitationRequest.selected)
            """
        ).map(InvitationRequest.init)
    }

    func decide(
        _ id: ID<InvitationRequest>, in organization: ID<Organization>, as status: InvitationRequest.Status,
        by actor: String, at now: Timestamp
    ) throws -> InvitationRequest? {
        try first(
            """
            UPDATE invitation_requests SET status = \(status), decided_at = \(now), decided_by = \(actor)
            WHERE organization_id = \(organization) AND id = \(id) AND status = 'open'
            RETURNING \(InvitationRequest.selected)
            """
        ).map(InvitationRequest.init)
    }

    func setInviter(
        of invitation: ID<Invitation>, in organization: ID<Organization>, to inviter: Invitation.Inviter,
        at now: Timestamp
    ) throws {
        let (user, key) = inviter.ids
        try run(
            """
            UPDATE invitations SET inviter_user_id = \(user), inviter_key_id = \(key), updated_at = \(now)
            WHERE organization_id = \(organization) AND id = \(invitation)
            """)
    }

    /// A letter of a little ahead is one of whoever was faster; one further ahead a clock that went wrong wrote down.
    func repeatLetter(
        of invitation: ID<Invitation>, in organization: ID<Organization>, pause: Duration, at now: Timestamp
    ) throws -> Bool {
        try any(
            """
            UPDATE invitations SET last_letter_at = \(now)
            WHERE organization_id = \(organization) AND id = \(invitation) AND status = 'pending'
                AND expires_at > \(now)
                AND COALESCE(last_letter_at, created_at) NOT BETWEEN \(now - pause + .milliseconds(1))
                    AND \(now + pause - .milliseconds(1))
            RETURNING id
            """)
    }
}

extension InvitationRequest {
    static let selected: SQLQuery = """
        id, organization_id, invitation_id, other_typed, other_canonical, other_wire, status, asked_at, decided_at
        """

    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: try columns.next(), organization: try columns.next(), invitation: try columns.next(),
            otherEmail: try EmailAddress(ifAny: &columns), status: try columns.next(), askedAt: try columns.next(),
            decidedAt: try columns.nextIfAny())
    }
}
