import UsherDomain
import UsherUseCases

/// What becomes of offers after they were made.
extension SQLTransaction {
    /// What a newer program wrote down, and this one has no word for, is left out.
    func entries(about subject: String, in organization: ID<Organization>) throws -> [AuditEntry] {
        try session.rows(
            """
            SELECT id, action, actor, request_id, at FROM audit
            WHERE organization_id = \(organization) AND subject = \(subject) ORDER BY sequence
            """
        ).compactMap { row in
            var columns = row.columns
            let id: ID<AuditEntry> = try columns.next()
            guard let action = AuditEntry.Action(rawValue: try columns.next()) else { return nil }
            return AuditEntry(
                id: id, action: action, organization: organization, actor: try columns.next(), subject: subject,
                requestID: try columns.nextIfAny(), at: try columns.next())
        }
    }

    /// The condition on the generation lets one of many through; the others see, when they get the row, that it is
    /// another one's.
    func renew(
        _ invitation: Invitation, codeHash: String, expiresAt: Timestamp, pause: Duration, at now: Timestamp
    ) throws -> Invitation? {
        let which: SQLQuery = """
            organization_id = \(invitation.organization) AND id = \(invitation.id)
                AND generation = \(invitation.generation)
            """
        try run(
            """
            INSERT INTO former_codes (code_hash, invitation_id, organization_id, generation)
            SELECT code_hash, id, organization_id, generation FROM invitations WHERE \(which)
            ON CONFLICT (code_hash) DO NOTHING
            """)
        try run(
            """
            INSERT INTO invitation_events (organization_id, invitation_id, at, kind, generation, code, reason)
            SELECT organization_id, id, delivery_at, delivery, generation, delivery_code, delivery_reason
            FROM invitations WHERE \(which) AND delivery_at IS NOT NULL
            ON CONFLICT (organization_id, invitation_id, at, kind) DO NOTHING
            """)
        return try first(
            """
            UPDATE invitations SET generation = generation + 1, code_hash = \(codeHash), status = 'pending',
                expires_at = \(expiresAt), delivery = 'queued', delivery_code = NULL, delivery_reason = NULL,
                delivery_at = NULL, last_letter_at = \(now), updated_at = \(now)
            WHERE \(which) AND status IN ('pending', 'expired', 'undeliverable') AND purged_at IS NULL
                AND COALESCE(last_letter_at, created_at) NOT BETWEEN \(now - pause + .milliseconds(1)) AND \(now)
                AND (status = 'pending' OR NOT EXISTS (
                    SELECT 1 FROM invitations i WHERE i.organization_id = invitations.organization_id
                        AND i.email_canonical = invitations.email_canonical
                        AND i.status IN ('waitlisted', 'pending', 'needs_approval')))
            RETURNING \(Invitation.selected)
            """
        ).map(Invitation.init)
    }
}
