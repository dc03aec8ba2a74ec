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

    func deliveryEvents(of invitation: ID<Invitation>, in organization: ID<Organization>) throws -> [TimelineEntry] {
        try session.rows(
            """
            SELECT kind, at, code, reason FROM invitation_events
            WHERE organization_id = \(organization) AND invitation_id = \(invitation) ORDER BY at, kind
            """
        ).map { row in
            var columns = row.columns
            return TimelineEntry(
                kind: try columns.next(), at: try columns.next(), code: try columns.nextIfAny(),
                reason: try columns.nextIfAny())
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
                AND delivery IN ('handed_over', 'delivered', 'bounced', 'complained')
            ON CONFLICT (organization_id, invitation_id, at, kind) DO NOTHING
            """)
        return try first(
            """
            UPDATE invitations SET generation = generation + 1, code_hash = \(codeHash), status = 'pending',
                expires_at = \(expiresAt), delivery = 'queued', delivery_code = NULL, delivery_reason = NULL,
                delivery_at = NULL, last_letter_at = \(now), updated_at = \(now)
            WHERE \(which) AND status IN ('pending', 'expired', 'undeliverable') AND purged_at IS NULL
                AND COALESCE(last_letter_at, created_at) NOT BETWEEN \(now - pause + .milliseconds(1))
                    AND \(now + pause - .milliseconds(1))
                AND (status = 'pending' OR NOT EXISTS (
                    SELECT 1 FROM invitations i WHERE i.organization_id = invitations.organization_id
                        AND i.email_canonical = invitations.email_canonical
                        AND i.status IN ('waitlisted', 'pending', 'needs_approval')))
            RETURNING \(Invitation.selected)
            """
        ).map(Invitation.init)
    }

    func edit(
        _ invitation: Invitation, _ edit: InvitationEdit, as held: HeldRole, expiresAt: Timestamp?,
        inviter: Invitation.Inviter?, at now: Timestamp
    ) throws -> Invitation? {
        var change: SQLQuery = "UPDATE invitations SET updated_at = \(now)"
        if held != invitation.held { change.append(", role = \(held.role), role_id = \(held.customRole?.id)") }
        if let scopes = edit.scopes { change.append(", scopes = \(scopes)") }
        if let message = edit.message { change.append(", message = \(message)") }
        if let name = edit.name { change.append(", name = \(name)") }
        if let metadata = edit.metadata { change.append(", metadata = \(metadata)") }
        if let locale = edit.locale { change.append(", locale = \(locale)") }
        if let expiresAt {
            // The time of one that waits does not run: it gets the life that it has once it is sent.
            change.append(
                """
                , expires_at = CASE WHEN status = 'waitlisted' THEN expires_at ELSE \(expiresAt) END,
                    waiting_life = CASE WHEN status = 'waitlisted' THEN \((expiresAt - now).wholeMilliseconds)
                        ELSE waiting_life END
                """)
        }
        if let target = edit.redirectURI {
            change.append(", redirect_uri = \(target.text), redirect_origin = \(target.origin.text)")
        }
        if let inviter {
            change.append(", inviter_user_id = \(inviter.ids.user), inviter_key_id = \(inviter.ids.key)")
        }
        change.append(
            """
             WHERE organization_id = \(invitation.organization) AND id = \(invitation.id) AND role = \(invitation.role)
                AND role_id IS NOT DISTINCT FROM \(invitation.customRole?.id)
                AND status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at > \(now)
            RETURNING \(Invitation.selected)
            """)
        guard let edited = try first(change).map(Invitation.init) else { return nil }
        if expiresAt != nil || edit.locale != nil {
            try run(
                """
                UPDATE outbox SET not_after = \(edited.expiresAt), locale = \(edited.locale)
                WHERE organization_id = \(edited.organization) AND invitation_id = \(edited.id) AND state = 'pending'
                """)
        }
        return edited
    }

    func approve(
        _ invitation: Invitation, by inviter: Invitation.Inviter, at now: Timestamp
    ) throws -> Invitation? {
        let (user, key) = inviter.ids
        return try first(
            """
            UPDATE invitations SET status = 'pending', inviter_user_id = \(user), inviter_key_id = \(key),
                updated_at = \(now)
            WHERE organization_id = \(invitation.organization) AND id = \(invitation.id) AND status = 'needs_approval'
                AND role = \(invitation.role) AND role_id IS NOT DISTINCT FROM \(invitation.customRole?.id)
            RETURNING \(Invitation.selected)
            """
        ).map(Invitation.init)
    }

    /// What decides stands in both places: PostgreSQL looks again only at the outer one when it waited for a row.
    func revoke(_ selection: InvitationSelection) throws -> [ID<Invitation>] {
        try session.rows(
            """
            UPDATE invitations SET status = 'revoked', updated_at = \(selection.now)
            WHERE organization_id = \(selection.organization)
                AND status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at > \(selection.now)
                AND id IN (SELECT id FROM invitations
                    WHERE organization_id = \(selection.organization) AND \(selection.statusCondition)\(selection.conditions)
                    LIMIT \(selection.limit))
            RETURNING id
            """
        ).map { row in
            var columns = row.columns
            return try columns.next(ID<Invitation>.self)
        }
    }

    func cancelLetters(of invitations: [ID<Invitation>], in organization: ID<Organization>, at now: Timestamp) throws {
        for start in stride(from: 0, to: invitations.count, by: 512) {
            let some = Array(invitations[start..<min(start + 512, invitations.count)])
            try run(
                """
                UPDATE outbox SET state = 'cancelled', ended_at = \(now), \(Self.withoutAddress)
                WHERE organization_id = \(organization) AND invitation_id IN (\(anyOf: some)) AND state = 'pending'
                """)
        }
    }

    func openInvitations(to email: EmailAddress, limit: Int, at now: Timestamp) throws -> [Invitation] {
        try session.rows(
            """
            SELECT \(Invitation.selected) FROM invitations
            WHERE email_canonical = \(email.canonical) AND status IN ('waitlisted', 'pending', 'needs_approval')
                AND status <> 'waitlisted' AND expires_at > \(now)
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(Invitation.init)
    }

    func codeHash(of id: ID<Invitation>, to email: EmailAddress) throws -> String? {
        var columns = try first(
            "SELECT code_hash FROM invitations WHERE email_canonical = \(email.canonical) AND id = \(id)")?.columns
        return try columns?.next()
    }
}
