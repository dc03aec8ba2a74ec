import UsherDomain
import UsherUseCases

/// Erasing a person. What was their address is `ID@erased.invalid` then, with the row's own id (RFC 2606 section 2: no
/// such domain will ever be).
extension SQLTransaction {
    func soleOwnerships(of user: ID<User>) throws -> [Organization] {
        try session.rows(
            """
            SELECT \(Organization.joined)
            FROM memberships m JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
            WHERE m.user_id = \(user) AND m.role = 2 AND NOT EXISTS (
                SELECT 1 FROM memberships p
                WHERE p.organization_id = m.organization_id AND p.role = 2 AND p.user_id <> m.user_id
                    AND p.ends_at IS NULL AND p.scopes IS NULL)
            ORDER BY o.created_at, o.id
            """
        ).map(Organization.init)
    }

    func erase(_ user: ID<User>, at now: Timestamp) throws -> Bool {
        try any(
            """
            UPDATE users SET email_typed = id || '@erased.invalid', email_canonical = id || '@erased.invalid',
                email_wire = id || '@erased.invalid', name = NULL, locale = NULL, password_hash = NULL,
                verified_at = NULL, updated_at = \(now), erased_at = \(now)
            WHERE id = \(user) AND erased_at IS NULL RETURNING id
            """)
    }

    func eraseInvitations(to email: EmailAddress, at now: Timestamp) throws -> [ErasedInvitation] {
        let open = try session.rows(
            """
            UPDATE invitations SET updated_at = \(now),
                status = CASE WHEN expires_at <= \(now) THEN 'expired' ELSE 'declined' END
            WHERE email_canonical = \(email.canonical) AND status IN ('waitlisted', 'pending', 'needs_approval')
            RETURNING id
            """)
        let all = try session.rows(
            """
            UPDATE invitations SET email_typed = id || '@erased.invalid', email_canonical = id || '@erased.invalid',
                email_wire = id || '@erased.invalid', delivery_reason = NULL, decline_reason = NULL, message = NULL,
                name = NULL, metadata = NULL
            WHERE email_canonical = \(email.canonical) RETURNING id, organization_id
            """)
        let ended = Set(open.map(\.values.first))
        return try all.map { row in
            var columns = row.columns
            return ErasedInvitation(
                id: try columns.next(), organization: try columns.next(), wasOpen: ended.contains(row.values.first))
        }
    }

    func eraseLetters(to email: EmailAddress, at now: Timestamp) throws -> Int {
        let waiting = try session.rows(
            """
            UPDATE outbox SET state = 'cancelled', ended_at = \(now), recipient_typed = id || '@erased.invalid',
                recipient_canonical = id || '@erased.invalid', recipient_wire = id || '@erased.invalid',
                last_reason = NULL
            WHERE state = 'pending' AND recipient_canonical = \(email.canonical) RETURNING id
            """)
        // They are kept for a week, and read by when they ended.
        let ended = try session.rows(
            """
            UPDATE outbox SET recipient_typed = id || '@erased.invalid',
                recipient_canonical = id || '@erased.invalid', recipient_wire = id || '@erased.invalid',
                last_reason = NULL
            WHERE state <> 'pending' AND ended_at > 0 AND recipient_canonical = \(email.canonical) RETURNING id
            """)
        return waiting.count + ended.count
    }

    func eraseTraces(of email: EmailAddress, _ invitations: [ErasedInvitation]) throws {
        for some in Dictionary(grouping: invitations, by: \.organization) {
            // What a relay said may name the address.
            try run(
                """
                UPDATE invitation_events SET reason = NULL
                WHERE organization_id = \(some.key) AND invitation_id IN (\(anyOf: some.value.map(\.id)))
                    AND reason IS NOT NULL
                """)
            try run(
                """
                DELETE FROM invitation_requests
                WHERE organization_id = \(some.key) AND invitation_id IN (\(anyOf: some.value.map(\.id)))
                """)
        }
        try run("DELETE FROM invitation_requests WHERE other_canonical = \(email.canonical)")
        try run("DELETE FROM join_proofs WHERE email_canonical = \(email.canonical)")
        try run("DELETE FROM domain_proofs WHERE email_canonical = \(email.canonical)")
        try run(
            """
            UPDATE invitation_plan_rows SET email = NULL, name = NULL, message = NULL, metadata = NULL,
                email_typed = NULL, email_canonical = NULL, email_wire = NULL
            WHERE email_canonical = \(email.canonical)
            """)
    }

    func eraseCredentials(of user: ID<User>, at now: Timestamp) throws -> [(ID<Membership>, ID<Organization>)] {
        try endSessions(of: user, except: nil)
        try run(
            """
            UPDATE api_keys SET name = 'erased', revoked_at = COALESCE(revoked_at, \(now)), updated_at = \(now)
            WHERE user_id = \(user)
            """)
        try run("DELETE FROM one_time_links WHERE user_id = \(user)")
        try run("DELETE FROM join_requests WHERE user_id = \(user)")
        return try session.rows("DELETE FROM memberships WHERE user_id = \(user) RETURNING id, organization_id")
            .map { row in
                var columns = row.columns
                return (try columns.next(), try columns.next())
            }
    }
}
