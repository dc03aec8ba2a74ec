import UsherDomain
import UsherUseCases

/// Many invitations at once: plans, and their rows.
extension SQLTransaction {
    func plan(_ id: ID<InvitationPlan>, in organization: ID<Organization>) throws -> InvitationPlan? {
        try first(
            """
            SELECT \(InvitationPlan.selected) FROM invitation_plans
            WHERE organization_id = \(organization) AND id = \(id)
            """
        ).map(InvitationPlan.init)
    }

    func counts(of plan: ID<InvitationPlan>, in organization: ID<Organization>) throws -> [PlanCount] {
        try session.rows(
            """
            SELECT outcome, state, COUNT(*) FROM invitation_plan_rows
            WHERE organization_id = \(organization) AND plan_id = \(plan) GROUP BY outcome, state
            """
        ).map { row in
            var columns = row.columns
            return PlanCount(outcome: try columns.next(), state: try columns.next(), count: try columns.next())
        }
    }

    func planRows(_ selection: PlanRowSelection) throws -> [PlanRow] {
        var query: SQLQuery = """
            SELECT \(PlanRow.selected) FROM invitation_plan_rows
            WHERE organization_id = \(selection.organization) AND plan_id = \(selection.plan)
                AND number > \(selection.after)
            """
        if let outcomes = selection.outcomes {
            query.append(" AND outcome IN (\(outcomes.sorted { $0.rawValue < $1.rawValue }))")
        }
        switch selection.states {
        // By the word itself, which the index of what waits is made for.
        case [.waiting]: query.append(" AND state = 'waiting'")
        case let states?: query.append(" AND state IN (\(states.sorted { $0.rawValue < $1.rawValue }))")
        case nil: break
        }
        query.append(" ORDER BY number LIMIT \(selection.limit)")
        return try session.rows(query).map(PlanRow.init)
    }

    func standings(
        of addresses: [EmailAddress], hashes: [String], in organization: ID<Organization>, at now: Timestamp
    ) throws -> Standings {
        let canonical = addresses.map(\.canonical)
        var found = Standings()
        found.members = try texts(
            """
            SELECT u.email_canonical FROM users u JOIN memberships m ON m.user_id = u.id
            WHERE m.organization_id = \(organization) AND u.email_canonical IN (\(anyOf: canonical))
            """)
        found.invited = try texts(
            """
            SELECT email_canonical FROM invitations
            WHERE organization_id = \(organization) AND email_canonical IN (\(anyOf: canonical))
                AND status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at > \(now)
            """)
        found.suppressed = try texts(
            """
            SELECT email_hash FROM suppressions
            WHERE organization_id = \(organization) AND email_hash IN (\(anyOf: hashes))
            """)
        return found
    }

    private func texts(_ query: SQLQuery) throws -> Set<String> {
        Set(
            try session.rows(query).map { row in
                var columns = row.columns
                return try columns.next(String.self)
            })
    }

    func add(_ plan: InvitationPlan, rows: [PlanRow]) throws {
        try run(
            """
            INSERT INTO invitation_plans (id, organization_id, actor, app_url, app_origin, redirect_uri,
                redirect_origin, state, total, leased_until, created_at, updated_at, expires_at)
            VALUES (\(plan.id), \(plan.organization), \(plan.actor), \(plan.appURL.text), \(plan.appURL.origin.text),
                \(plan.redirectURI.text), \(plan.redirectURI.origin.text), \(plan.state), \(plan.total), 0,
                \(plan.createdAt), \(plan.updatedAt), \(plan.expiresAt))
            """)
        var rest = rows[...]
        // Few lengths, because each text is prepared once.
        var batch = 64
        while !rest.isEmpty {
            while batch > rest.count { batch /= 2 }
            try insert(rest.prefix(batch), of: plan)
            rest = rest.dropFirst(batch)
        }
    }

    private func insert(_ rows: ArraySlice<PlanRow>, of plan: InvitationPlan) throws {
        var query: SQLQuery = """
            INSERT INTO invitation_plan_rows (organization_id, plan_id, updated_at, \(PlanRow.selected)) VALUES
            """
        let head = [plan.organization.sqlValue, plan.id.sqlValue, plan.createdAt.sqlValue]
        for (index, row) in rows.enumerated() {
            query.append(index == 0 ? " (\(head + row.values))" : ", (\(head + row.values))")
        }
        try run(query)
    }
}

// MARK: - Applying

extension SQLTransaction {
    func startApplying(
        _ plan: InvitationPlan, by caller: Caller, requestID: String, at now: Timestamp
    ) throws -> Bool {
        try any(
            """
            UPDATE invitation_plans SET state = 'applying', applier_user_id = \(caller.user),
                applier_key_id = \(caller.key), request_id = \(requestID), applied_at = \(now), updated_at = \(now)
            WHERE organization_id = \(plan.organization) AND id = \(plan.id) AND state = 'planned'
                AND expires_at > \(now)
            RETURNING id
            """)
    }

    func confirmTypos(of plan: ID<InvitationPlan>, in organization: ID<Organization>, at now: Timestamp) throws {
        try run(
            """
            UPDATE invitation_plan_rows SET state = 'waiting', updated_at = \(now)
            WHERE organization_id = \(organization) AND plan_id = \(plan) AND outcome = 'likely_typo'
                AND state = 'failed'
            """)
    }

    func cancel(_ plan: ID<InvitationPlan>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        guard
            try any(
                """
                UPDATE invitation_plans SET state = 'cancelled', ended_at = \(now), updated_at = \(now), node = NULL,
                    waiting_for = NULL, waiting_until = NULL
                WHERE organization_id = \(organization) AND id = \(plan) AND state IN ('planned', 'applying')
                RETURNING id
                """)
        else { return false }
        try run(
            """
            UPDATE invitation_plan_rows SET state = 'cancelled', updated_at = \(now)
            WHERE organization_id = \(organization) AND plan_id = \(plan) AND state = 'waiting'
            """)
        return true
    }

    func hasPlanToApply(node: String, at now: Timestamp) throws -> Bool {
        try any("SELECT id FROM invitation_plans WHERE \(Self.isFree(node, at: now)) LIMIT 1")
    }

    /// Both conditions stand in both places, as with letters.
    func claimPlan(lease: Lease, at now: Timestamp) throws -> InvitationPlan? {
        let isFree = Self.isFree(lease.node, at: now)
        return try first(
            """
            UPDATE invitation_plans SET node = \(lease.node), leased_until = \(lease.until), updated_at = \(now),
                waiting_for = NULL, waiting_until = NULL
            WHERE \(isFree) AND id IN (
                SELECT id FROM invitation_plans WHERE \(isFree) ORDER BY updated_at, id LIMIT 1)
            RETURNING \(InvitationPlan.selected)
            """
        ).map(InvitationPlan.init)
    }

    /// What lies further ahead than any lease or window was written by a clock that has been set back.
    private static func isFree(_ node: String, at now: Timestamp) -> SQLQuery {
        """
        state = 'applying' AND (leased_until <= \(now) OR leased_until > \(now + .minutes(5)) OR node = \(node))
            AND (waiting_until IS NULL OR waiting_until <= \(now) OR waiting_until > \(now + .days(2)))
        """
    }

    func pause(
        _ plan: ID<InvitationPlan>, in organization: ID<Organization>, for wait: InvitationPlan.Wait, until: Timestamp
    ) throws {
        try run(
            """
            UPDATE invitation_plans SET waiting_for = \(wait), waiting_until = \(until), leased_until = 0, node = NULL
            WHERE organization_id = \(organization) AND id = \(plan) AND state = 'applying'
            """)
    }

    func end(_ plan: ID<InvitationPlan>, in organization: ID<Organization>, at now: Timestamp) throws {
        try run(
            """
            UPDATE invitation_plans SET state = 'applied', ended_at = \(now), updated_at = \(now), node = NULL,
                expires_at = \(now + InvitationPlan.lifetime)
            WHERE organization_id = \(organization) AND id = \(plan) AND state = 'applying'
            """)
    }

    func finish(
        _ row: PlanRow, of plan: ID<InvitationPlan>, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Bool {
        try any(
            """
            UPDATE invitation_plan_rows SET outcome = \(row.outcome), state = \(row.state), reason = \(row.reason),
                invitation_id = \(row.invitation), updated_at = \(now)
            WHERE organization_id = \(organization) AND plan_id = \(plan) AND number = \(row.number)
                AND state = 'waiting'
            RETURNING number
            """)
    }

    /// Rows and plans that nobody may read any more.
    static func deadPlans(limit: Int, at now: Timestamp) -> [SQLQuery] {
        [
            """
            DELETE FROM invitation_plan_rows WHERE (organization_id, plan_id, number) IN (
                SELECT r.organization_id, r.plan_id, r.number FROM invitation_plans p
                JOIN invitation_plan_rows r ON r.organization_id = p.organization_id AND r.plan_id = p.id
                WHERE p.expires_at <= \(now) AND p.state <> 'applying' LIMIT \(limit)) RETURNING 1
            """,
            """
            DELETE FROM invitation_plans WHERE id IN (
                SELECT p.id FROM invitation_plans p
                WHERE p.expires_at <= \(now) AND p.state <> 'applying' AND NOT EXISTS (
                    SELECT 1 FROM invitation_plan_rows r
                    WHERE r.organization_id = p.organization_id AND r.plan_id = p.id)
                LIMIT \(limit)) RETURNING 1
            """,
        ]
    }

    /// A restore ends what was planned, too: it would send mail that was sent before.
    func endPlans(at now: Timestamp) throws {
        _ = try session.rows(
            """
            UPDATE invitation_plan_rows SET state = 'cancelled', updated_at = \(now)
            WHERE state = 'waiting' RETURNING 1
            """)
        _ = try session.rows(
            """
            UPDATE invitation_plans SET state = 'cancelled', ended_at = \(now), updated_at = \(now), node = NULL
            WHERE state IN ('planned', 'applying') RETURNING 1
            """)
    }
}
