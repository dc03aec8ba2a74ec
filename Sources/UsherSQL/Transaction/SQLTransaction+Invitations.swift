import UsherDomain
import UsherUseCases

/// Offers, and what becomes of them.
extension SQLTransaction {
    func invitation(codeHash: String) throws -> Invitation? {
        if let own = try first("SELECT \(Invitation.selected) FROM invitations WHERE code_hash = \(codeHash)") {
            return try Invitation(own)
        }
        return try first("SELECT \(Invitation.selected) FROM invitations WHERE \(Self.isOpened(by: codeHash))")
            .map(Invitation.init)
    }

    /// A code that came with the invitation from another system opens it as long as no newer letter was asked for: a
    /// former code of the invitation's present generation.
    private static func isOpened(by codeHash: String) -> SQLQuery {
        """
        (organization_id, id) IN (
            SELECT organization_id, invitation_id FROM former_codes WHERE code_hash = \(codeHash))
            AND generation = (SELECT generation FROM former_codes WHERE code_hash = \(codeHash))
        """
    }

    func isKnown(formerCodeHash: String) throws -> Bool {
        try any("SELECT 1 FROM former_codes WHERE code_hash = \(formerCodeHash)")
    }

    func add(formerCodeHash: String, of invitation: Invitation) throws -> Bool {
        try any(
            """
            INSERT INTO former_codes (code_hash, invitation_id, organization_id, generation)
            VALUES (\(formerCodeHash), \(invitation.id), \(invitation.organization), \(invitation.generation))
            ON CONFLICT (code_hash) DO NOTHING RETURNING code_hash
            """)
    }

    func invitation(_ id: ID<Invitation>, in organization: ID<Organization>) throws -> Invitation? {
        try first(
            """
            SELECT \(Invitation.selected) FROM invitations
            WHERE organization_id = \(organization) AND id = \(id)
            """
        ).map(Invitation.init)
    }

    func invitation(formerCodeHash: String) throws -> Invitation? {
        try first(
            """
            SELECT \(Invitation.selected) FROM invitations
            WHERE (organization_id, id) IN (
                SELECT organization_id, invitation_id FROM former_codes WHERE code_hash = \(formerCodeHash))
            """
        ).map(Invitation.init)
    }

    func invitations(_ selection: InvitationSelection) throws -> [Invitation] {
        // A role of the organization's own is held by few: they are looked up by the role.
        let home: SQLQuery = selection.customRole == nil ? "organization_id" : "organization_id || ''"
        var query: SQLQuery = """
            SELECT \(Invitation.selected) FROM invitations
            WHERE \(home) = \(selection.organization) AND \(selection.statusCondition)\(selection.conditions)
            """
        if let after = selection.after {
            query.append(" AND (created_at, id) < (\(after.createdAt), \(after.id))")
        }
        query.append(" ORDER BY created_at DESC, id DESC LIMIT \(selection.limit)")
        return try session.rows(query).map(Invitation.init)
    }

    func openInvitation(
        of email: EmailAddress, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Invitation? {
        try first(
            """
            SELECT \(Invitation.selected) FROM invitations
            WHERE organization_id = \(organization) AND email_canonical = \(email.canonical)
                AND status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at > \(now)
            """
        ).map(Invitation.init)
    }

    func standing(
        of email: EmailAddress, hash: String, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Standing? {
        try first(
            """
            SELECT \(Organization.joined),
                (SELECT COUNT(*) FROM memberships m WHERE m.organization_id = o.id
                    AND (m.ends_at IS NULL OR m.ends_at > \(now))
                    AND m.user_id = (SELECT id FROM users WHERE email_canonical = \(email.canonical))),
                (SELECT COUNT(*) FROM suppressions s WHERE s.organization_id = o.id AND s.email_hash = \(hash)),
                (SELECT COUNT(*) FROM invitations i WHERE i.organization_id = o.id
                    AND i.email_canonical = \(email.canonical)
                    AND i.status IN ('waitlisted', 'pending', 'needs_approval') AND i.expires_at <= \(now))
            FROM organizations o WHERE o.id = \(organization) AND o.deleted_at IS NULL
            """
        ).map(Standing.init)
    }

    func expireOverdue(_ email: EmailAddress, in organization: ID<Organization>, at now: Timestamp) throws {
        try run(
            """
            UPDATE invitations SET status = 'expired', updated_at = \(now)
            WHERE organization_id = \(organization) AND email_canonical = \(email.canonical)
                AND status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at <= \(now)
            """)
    }

    func add(_ invitation: Invitation, codeHash: String, emailHash: String) throws -> Bool {
        let (user, key) = invitation.inviter.ids
        return try any(
            """
            INSERT INTO invitations (id, organization_id, email_typed, email_canonical, email_wire, email_hash,
                code_hash, role, role_id, scopes, inviter_user_id, inviter_key_id, status, delivery, delivery_code,
                delivery_reason, app_url, app_origin, redirect_uri, redirect_origin, locale, generation, expires_at,
                created_at, updated_at, accepted_at, accepted_by, message, name, metadata, last_letter_at)
            VALUES (\(invitation.id), \(invitation.organization), \(invitation.email.typed),
                \(invitation.email.canonical), \(invitation.email.wire), \(emailHash), \(codeHash),
                \(invitation.role), \(invitation.customRole?.id), \(invitation.scopes), \(user), \(key),
                \(invitation.status),
                \(invitation.delivery), \(invitation.deliveryCode), \(invitation.deliveryReason),
                \(invitation.appURL.text), \(invitation.appURL.origin.text), \(invitation.redirectURI.text),
                \(invitation.redirectURI.origin.text), \(invitation.locale), \(invitation.generation),
                \(invitation.expiresAt), \(invitation.createdAt), \(invitation.updatedAt),
                \(invitation.acceptedAt), \(invitation.acceptedBy), \(invitation.extras.message),
                \(invitation.extras.name), \(invitation.extras.metadata), \(invitation.lastLetterAt))
            ON CONFLICT (organization_id, email_canonical)
                WHERE status IN ('waitlisted', 'pending', 'needs_approval') DO NOTHING
            RETURNING id
            """)
    }

    /// The WHERE clause is the lock: whoever gets the row back has won, on either engine.
    func accept(codeHash: String, by email: EmailAddress, user: ID<User>, at now: Timestamp) throws -> Invitation? {
        try firstOpened(by: codeHash) { which in
            """
            UPDATE invitations SET status = 'accepted', accepted_at = \(now), accepted_by = \(user),
                updated_at = \(now)
            WHERE \(which) AND status = 'pending' AND expires_at > \(now)
                AND email_canonical = \(email.canonical)
                AND EXISTS (SELECT 1 FROM organizations o
                    WHERE o.id = invitations.organization_id AND o.deleted_at IS NULL)
            RETURNING \(Invitation.selected)
            """
        }
    }

    /// By its own code first; most have no other one.
    private func firstOpened(by codeHash: String, _ change: (_ which: SQLQuery) -> SQLQuery) throws -> Invitation? {
        if let own = try first(change("code_hash = \(codeHash)")) { return try Invitation(own) }
        return try first(change(Self.isOpened(by: codeHash))).map(Invitation.init)
    }

    func revoke(_ id: ID<Invitation>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        try any(
            """
            UPDATE invitations SET status = 'revoked', updated_at = \(now)
            WHERE organization_id = \(organization) AND id = \(id)
                AND status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at > \(now)
            RETURNING id
            """)
    }

    func decline(codeHash: String, reason: String?, at now: Timestamp) throws -> Invitation? {
        try firstOpened(by: codeHash) { which in
            """
            UPDATE invitations SET status = 'declined', decline_reason = \(reason), updated_at = \(now)
            WHERE \(which) AND status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at > \(now)
            RETURNING \(Invitation.selected)
            """
        }
    }

    func needApproval(_ id: ID<Invitation>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        try any(
            """
            UPDATE invitations SET status = 'needs_approval', updated_at = \(now)
            WHERE organization_id = \(organization) AND id = \(id) AND status = 'pending' AND expires_at > \(now)
            RETURNING id
            """)
    }

    func suppress(_ emailHash: String, in organization: ID<Organization>, at now: Timestamp) throws {
        _ = try add(
            Suppression(organization: organization, emailHash: emailHash, source: .invitee, createdAt: now))
    }
}
