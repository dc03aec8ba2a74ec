import UsherDomain
import UsherUseCases

/// What time does to offers.
extension SQLTransaction {
    func organizations(after start: ID<Organization>?, limit: Int) throws -> [Organization] {
        try session.rows(
            """
            SELECT \(Organization.selected) FROM organizations WHERE id > \(start?.rawValue ?? "")
            ORDER BY id LIMIT \(limit)
            """
        ).map(Organization.init)
    }

    func sweepOverdue(limit: Int, at now: Timestamp) throws -> [(ID<Invitation>, ID<Organization>)] {
        try session.rows(
            """
            UPDATE invitations SET status = 'expired', updated_at = \(now)
            WHERE status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at <= \(now) AND id IN (
                SELECT id FROM invitations
                WHERE status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at <= \(now)
                ORDER BY expires_at LIMIT \(limit))
            RETURNING id, organization_id
            """
        ).map { row in
            var columns = row.columns
            return (try columns.next(), try columns.next())
        }
    }

    func purgeInvitations(
        of organization: ID<Organization>, endedBy end: Timestamp, limit: Int, at now: Timestamp
    ) throws -> [ID<Invitation>] {
        let purged = try session.rows(
            """
            UPDATE invitations SET email_typed = '', email_canonical = '', email_wire = '', message = NULL, name = NULL,
                metadata = NULL, decline_reason = NULL, delivery_reason = NULL, purged_at = \(now)
            WHERE organization_id = \(organization) AND purged_at IS NULL
                AND status NOT IN ('waitlisted', 'pending', 'needs_approval') AND id IN (
                SELECT id FROM invitations
                WHERE organization_id = \(organization) AND purged_at IS NULL
                    AND status NOT IN ('waitlisted', 'pending', 'needs_approval') AND updated_at <= \(end)
                ORDER BY updated_at LIMIT \(limit))
            RETURNING id
            """
        ).map { row in
            var columns = row.columns
            return try columns.next(ID<Invitation>.self)
        }
        guard !purged.isEmpty else { return [] }
        // What a relay says may name the address.
        try run(
            """
            UPDATE invitation_events SET reason = NULL
            WHERE organization_id = \(organization) AND invitation_id IN (\(anyOf: purged)) AND reason IS NOT NULL
            """)
        // Nor is anybody asked about it any more.
        try run(
            """
            DELETE FROM invitation_requests
            WHERE organization_id = \(organization) AND invitation_id IN (\(anyOf: purged))
            """)
        return purged
    }

    func suppressRecipient(of id: ID<Invitation>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool?
    {
        guard try invitation(id, in: organization) != nil else { return nil }
        return try any(
            """
            INSERT INTO suppressions (organization_id, email_hash, source, created_at)
            SELECT organization_id, email_hash, 'invitee', CAST(\(now) AS BIGINT) FROM invitations
            WHERE organization_id = \(organization) AND id = \(id)
            ON CONFLICT (organization_id, email_hash) DO UPDATE SET source = excluded.source
            WHERE suppressions.source <> 'invitee'
            RETURNING email_hash
            """)
    }
}
