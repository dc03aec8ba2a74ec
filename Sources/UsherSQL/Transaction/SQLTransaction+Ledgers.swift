import UsherDomain
import UsherUseCases

/// One-time links, quotas, idempotency keys, the audit.
extension SQLTransaction {
    func add(_ link: OneTimeLink) throws {
        try run(
            """
            INSERT INTO one_time_links (id, hash, purpose, user_id, created_at, expires_at)
            VALUES (\(link.id), \(link.hash), \(link.purpose), \(link.user), \(link.createdAt), \(link.expiresAt))
            """)
    }

    func oneTimeLink(hash: String, purpose: OneTimeLink.Purpose, at now: Timestamp) throws -> OneTimeLink? {
        try first(
            """
            SELECT \(OneTimeLink.selected) FROM one_time_links
            WHERE hash = \(hash) AND purpose = \(purpose) AND used_at IS NULL AND expires_at > \(now)
            """
        ).map(OneTimeLink.init)
    }

    func use(linkHash: String, purpose: OneTimeLink.Purpose, at now: Timestamp) throws -> OneTimeLink? {
        try first(
            """
            UPDATE one_time_links SET used_at = \(now)
            WHERE hash = \(linkHash) AND purpose = \(purpose) AND used_at IS NULL AND expires_at > \(now)
            RETURNING \(OneTimeLink.selected)
            """
        ).map(OneTimeLink.init)
    }

    func endLinks(of user: ID<User>?, purpose: OneTimeLink.Purpose, at now: Timestamp) throws {
        let whose: SQLQuery = user.map { "user_id = \($0)" } ?? "user_id IS NULL"
        try run(
            """
            UPDATE one_time_links SET used_at = \(now)
            WHERE \(whose) AND purpose = \(purpose) AND used_at IS NULL
            """)
    }

    /// One statement counts and decides. The window is written by whoever comes first in it; a window that lies in
    /// the future by more than its own length was written by a clock that went wrong, and counts as over.
    func take(_ quota: Quota, for subject: String, at now: Timestamp) throws -> QuotaState {
        let length = max(quota.window.wholeMilliseconds, 1)
        let start = now.milliseconds - now.milliseconds % length
        let end = start + length
        let resetAfter = Duration.milliseconds(end - now.milliseconds)
        guard quota.count > 0 else {
            return QuotaState(quota: quota, granted: false, remaining: 0, resetAfter: resetAfter)
        }
        let row = try first(
            """
            INSERT INTO quotas (name, subject, started_at, ends_at, used)
            VALUES (\(quota.name), \(subject), \(start), \(end), 1)
            ON CONFLICT (name, subject) DO UPDATE SET
                used = CASE WHEN quotas.started_at BETWEEN excluded.started_at AND excluded.ends_at
                    THEN quotas.used + 1 ELSE 1 END,
                started_at = CASE WHEN quotas.started_at BETWEEN excluded.started_at AND excluded.ends_at
                    THEN quotas.started_at ELSE excluded.started_at END,
                ends_at = CASE WHEN quotas.started_at BETWEEN excluded.started_at AND excluded.ends_at
                    THEN quotas.ends_at ELSE excluded.ends_at END
            WHERE quotas.used < \(quota.count)
                OR quotas.started_at NOT BETWEEN excluded.started_at AND excluded.ends_at
            RETURNING used
            """)
        guard var columns = row?.columns else {
            return QuotaState(quota: quota, granted: false, remaining: 0, resetAfter: resetAfter)
        }
        let used: Int = try columns.next()
        return QuotaState(
            quota: quota, granted: true, remaining: max(quota.count - used, 0), resetAfter: resetAfter)
    }

    func reset(_ quota: Quota.Name, for subject: String) throws {
        try run("DELETE FROM quotas WHERE name = \(quota) AND subject = \(subject)")
    }

    func record(_ entry: AuditEntry) throws {
        try run(
            """
            INSERT INTO audit (id, action, organization_id, actor, subject, request_id, at)
            VALUES (\(entry.id), \(entry.action), \(entry.organization), \(entry.actor), \(entry.subject),
                \(entry.requestID), \(entry.at))
            """)
    }

    func lastRecorded() throws -> Timestamp? {
        var columns = try first("SELECT at FROM audit ORDER BY sequence DESC LIMIT 1")?.columns
        return try columns?.next()
    }

    func prune(limit: Int, at now: Timestamp) throws -> Int {
        let dead: [SQLQuery] = [
            """
            DELETE FROM sessions WHERE hash IN (
                SELECT hash FROM sessions WHERE expires_at <= \(now) LIMIT \(limit)) RETURNING 1
            """,
            """
            DELETE FROM one_time_links WHERE id IN (
                SELECT id FROM one_time_links WHERE expires_at <= \(now) LIMIT \(limit)) RETURNING 1
            """,
            """
            DELETE FROM join_proofs WHERE id IN (
                SELECT id FROM join_proofs WHERE expires_at <= \(now) LIMIT \(limit)) RETURNING 1
            """,
            """
            DELETE FROM domain_proofs WHERE id IN (
                SELECT id FROM domain_proofs WHERE expires_at <= \(now) LIMIT \(limit)) RETURNING 1
            """,
            """
            DELETE FROM idempotency WHERE (actor, key) IN (
                SELECT actor, key FROM idempotency WHERE created_at <= \(now - IdempotencyKey.lifetime)
                LIMIT \(limit)) RETURNING 1
            """,
            """
            DELETE FROM quotas WHERE (name, subject) IN (
                SELECT name, subject FROM quotas WHERE ends_at <= \(now) LIMIT \(limit)) AND ends_at <= \(now)
            RETURNING 1
            """,
            """
            DELETE FROM ownership_transfers WHERE organization_id IN (
                SELECT organization_id FROM ownership_transfers WHERE expires_at <= \(now) LIMIT \(limit))
                AND expires_at <= \(now) RETURNING 1
            """,
            """
            DELETE FROM outbox WHERE id IN (
                SELECT id FROM outbox WHERE state <> 'pending' AND ended_at <= \(now - .days(7)) LIMIT \(limit))
            RETURNING 1
            """,
        ]
        return try (dead + Self.deadPlans(limit: limit, at: now)).reduce(0) { try $0 + session.rows($1).count }
    }
}
