import UsherDomain
import UsherUseCases

/// Erasing a person. What was their address is `ID@erased.invalid` then, with the row's own id (RFC 2606 section 2: no
/// such domain will ever be).
extension SQLTransaction {
    func soleOwnerships(of user: ID<User>) throws -> [Organization] {
        try session.rows(
            """
            SELECT o.id, o.name, o.allowed_origins, o.created_at, o.updated_at
            FROM memberships m JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
            WHERE m.user_id = \(user) AND m.role = 2 AND NOT EXISTS (
                SELECT 1 FROM memberships p
                WHERE p.organization_id = m.organization_id AND p.role = 2 AND p.user_id <> m.user_id)
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
                email_wire = id || '@erased.invalid', delivery_reason = NULL, decline_reason = NULL
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

    func eraseCredentials(of user: ID<User>, at now: Timestamp) throws -> [(ID<Membership>, ID<Organization>)] {
        try endSessions(of: user, except: nil)
        try run(
            """
            UPDATE api_keys SET name = 'erased', revoked_at = COALESCE(revoked_at, \(now)), updated_at = \(now)
            WHERE user_id = \(user)
            """)
        try run("DELETE FROM one_time_links WHERE user_id = \(user)")
        return try session.rows("DELETE FROM memberships WHERE user_id = \(user) RETURNING id, organization_id")
            .map { row in
                var columns = row.columns
                return (try columns.next(), try columns.next())
            }
    }

    /// Found by the index of open ones, not among all that the organization ever sent.
    func holdInvitations(by user: ID<User>, in organization: ID<Organization>, at now: Timestamp) throws
        -> [ID<Invitation>]
    {
        try session.rows(
            """
            UPDATE invitations SET status = 'needs_approval', updated_at = \(now)
            WHERE organization_id = \(organization) AND status IN ('waitlisted', 'pending', 'needs_approval')
                AND status = 'pending' AND inviter_user_id = \(user) AND expires_at > \(now)
            RETURNING id
            """
        ).map { row in
            var columns = row.columns
            return try columns.next()
        }
    }
}
