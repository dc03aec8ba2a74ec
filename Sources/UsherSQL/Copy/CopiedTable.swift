/// One table of Usher's, as it goes from one database to another, of either engine.
package struct CopiedTable: Sendable {
    package let name: SQLQuery
    /// The columns of the primary key, by comma; pages are read in their order.
    package let key: SQLQuery
    /// The columns beside the key, by comma.
    package let others: SQLQuery
    /// Whether the engine numbers the rows.
    package let hasSequence: Bool
    /// Whether the engine writes rows of it while others are copied; they are removed before its own come.
    let isWrittenByTriggers: Bool

    init(
        _ name: SQLQuery, key: SQLQuery, _ others: SQLQuery, hasSequence: Bool = false,
        isWrittenByTriggers: Bool = false
    ) {
        self.name = name
        self.key = key
        self.others = others
        self.hasSequence = hasSequence
        self.isWrittenByTriggers = isWrittenByTriggers
    }

    /// Rows that are read at once.
    private static let page = 1000
    /// Rows that are written by one statement: an engine binds at most 32,766 values to it.
    private static let batch = 50

    package var columns: [String] {
        [key, others].flatMap { $0.text.split(separator: ",") }
            .map { $0.filter { !$0.isWhitespace } }
    }

    package func isEmpty(in session: any SQLSession) throws -> Bool {
        try session.rows("SELECT 1 FROM \(name) LIMIT 1").isEmpty
    }

    /// Copies all rows; returns how many.
    ///
    /// - Parameter progress: told how many there are so far, after each page.
    package func copy(
        from source: any SQLSession, to target: any SQLSession, _ dialect: Dialect, progress: (Int) -> Void
    ) throws -> Int {
        if isWrittenByTriggers { _ = try target.rows("DELETE FROM \(name) RETURNING 1") }
        var count = 0
        var rows = try page(of: source, after: nil)
        while let last = rows.last {
            try insert(rows, into: target, dialect)
            count += rows.count
            progress(count)
            guard rows.count == Self.page else { break }
            rows = try page(of: source, after: last)
        }
        if hasSequence, count > 0 {
            for statement in dialect.continueSequence(of: self) { _ = try target.rows(statement) }
        }
        return count
    }

    private func page(of source: any SQLSession, after last: SQLRow?) throws -> [SQLRow] {
        var query: SQLQuery = "SELECT \(key), \(others) FROM \(name)"
        if let last {
            let place = Array(last.values.prefix(key.text.split(separator: ",").count))
            query.append(" WHERE (\(key)) > (\(place))")
        }
        query.append(" ORDER BY \(key) LIMIT \(Self.page)")
        return try source.rows(query)
    }

    private func insert(_ rows: [SQLRow], into target: any SQLSession, _ dialect: Dialect) throws {
        let sequence: SQLQuery = hasSequence ? dialect.withGivenSequence : ""
        for start in stride(from: 0, to: rows.count, by: Self.batch) {
            var query: SQLQuery = "INSERT INTO \(name) (\(key), \(others)) \(sequence) VALUES "
            for (index, row) in rows[start..<min(start + Self.batch, rows.count)].enumerated() {
                query.append(index == 0 ? "(\(row.values))" : ", (\(row.values))")
            }
            _ = try target.rows(query)
        }
    }
}

extension CopiedTable {
    /// All that hold data, each after those that it refers to. A test compares this with the schema.
    package static let all = [
        CopiedTable(
            "organizations", key: "id",
            """
            name, allowed_origins, settings, partner_configuration, created_at, updated_at, touched_at, deleted_at,
            seats_since
            """),
        CopiedTable(
            "users", key: "id",
            """
            email_typed, email_canonical, email_wire, name, locale, password_hash, verified_at, created_at, updated_at,
            erased_at
            """),
        CopiedTable(
            "roles", key: "id", "organization_id, name, name_key, permissions, created_at, updated_at"),
        CopiedTable(
            "memberships", key: "id",
            """
            user_id, organization_id, role, role_id, scopes, ends_at, ending_told_at, invitation_id, created_at,
            updated_at, metadata
            """),
        CopiedTable(
            "ownership_transfers", key: "organization_id", "id, giver_id, receiver_id, created_at, expires_at"),
        CopiedTable("sessions", key: "hash", "user_id, created_at, last_seen_at, expires_at"),
        CopiedTable(
            "api_keys", key: "id",
            """
            hash, organization_id, user_id, name, role, role_id, scopes, created_by, created_at, updated_at,
            expires_at, last_used_at, revoked_at
            """),
        CopiedTable("one_time_links", key: "id", "hash, purpose, user_id, created_at, expires_at, used_at"),
        CopiedTable(
            "invitations", key: "id",
            """
            organization_id, email_typed, email_canonical, email_wire, email_hash, code_hash, role, role_id, scopes,
            inviter_user_id, inviter_key_id, status, delivery, delivery_code, delivery_reason, app_url, app_origin,
            redirect_uri, redirect_origin, locale, generation, expires_at, created_at, updated_at, accepted_at,
            accepted_by, decline_reason, message, name, metadata, last_letter_at, delivery_at, purged_at, waiting_life
            """),
        CopiedTable(
            "join_links", key: "id",
            """
            organization_id, hash, role, role_id, inviter_user_id, inviter_key_id, max_uses, uses, allowed_domains,
            redirect_uri, redirect_origin, expires_at, created_at, updated_at, revoked_at
            """),
        CopiedTable("join_link_uses", key: "invitation_id", "link_id, organization_id, used_at"),
        CopiedTable(
            "join_proofs", key: "id",
            "link_id, organization_id, email_typed, email_canonical, email_wire, locale, expires_at"),
        CopiedTable("domain_proofs", key: "id", "email_typed, email_canonical, email_wire, expires_at"),
        CopiedTable(
            "invitation_requests", key: "id",
            """
            organization_id, invitation_id, other_typed, other_canonical, other_wire, status, asked_at, decided_at,
            decided_by
            """),
        CopiedTable("invitation_reminders", key: "invitation_id", "organization_id, moment"),
        CopiedTable(
            "organization_domains", key: "id",
            """
            organization_id, name, token, joining, role, inviter_user_id, inviter_key_id, verified_at, checked_at,
            missing_since, created_at, updated_at
            """),
        CopiedTable(
            "join_requests", key: "id",
            "organization_id, user_id, domain, role, status, asked_at, expires_at, decided_at, decided_by"),
        CopiedTable("former_codes", key: "code_hash", "invitation_id, organization_id, generation"),
        CopiedTable(
            "invitation_events", key: "organization_id, invitation_id, at, kind", "generation, code, reason"),
        CopiedTable("suppressions", key: "organization_id, email_hash", "created_at, source"),
        CopiedTable(
            "outbox", key: "id",
            """
            kind, priority, organization_id, invitation_id, generation, link_id, notice, notice_kind, recipient_typed,
            recipient_canonical, recipient_wire, locale, not_after, state, node, leased_until, due_at, attempts, last_code, last_reason,
            first_outcome, created_at, ended_at
            """),
        CopiedTable(
            "invitation_plans", key: "id",
            """
            organization_id, actor, app_url, app_origin, redirect_uri, redirect_origin, state, total, applier_user_id,
            applier_key_id, request_id, waiting_for, waiting_until, node, leased_until, created_at, updated_at,
            expires_at, applied_at, ended_at
            """),
        CopiedTable(
            "invitation_plan_rows", key: "organization_id, plan_id, number",
            """
            email, role, name, message, locale, expires, metadata, email_typed, email_canonical, email_wire,
            granted_role, language, expires_at, outcome, state, reason, duplicate_of, suggestion, invitation_id,
            updated_at, mailing, former_code_hash, role_version
            """),
        // Triggers wrote some down while the tables before it were copied.
        CopiedTable(
            "seat_movements", key: "sequence",
            "organization_id, at, kind, status, invitation_id, membership_id, seat_limit, used, held, waiting",
            hasSequence: true, isWrittenByTriggers: true),
        CopiedTable("seat_balances", key: "organization_id", "used, held, waiting"),
        CopiedTable(
            "seat_changes", key: "sequence", "organization_id, used, held, waiting", isWrittenByTriggers: true),
        CopiedTable("idempotency", key: "actor, key", "fingerprint, subject, answer, created_at"),
        CopiedTable("quotas", key: "name, subject", "started_at, ends_at, used"),
        CopiedTable(
            "audit", key: "sequence", "id, action, organization_id, actor, subject, request_id, at",
            hasSequence: true),
        CopiedTable("audit_seals", key: "number", "through, missing, entries, hash, sealed_at"),
    ]
}
