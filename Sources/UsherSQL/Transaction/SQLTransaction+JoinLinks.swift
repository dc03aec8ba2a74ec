import UsherDomain
import UsherUseCases

/// Links that many can join by.
extension SQLTransaction {
    func joinLink(hash: String) throws -> JoinLink? {
        try first(
            """
            SELECT \(JoinLink.selected) FROM join_links
            WHERE hash = \(hash) AND EXISTS (SELECT 1 FROM organizations o
                WHERE o.id = join_links.organization_id AND o.deleted_at IS NULL)
            """
        ).map(JoinLink.init)
    }

    func joinLink(_ id: ID<JoinLink>, in organization: ID<Organization>) throws -> JoinLink? {
        try first(
            """
            SELECT \(JoinLink.selected) FROM join_links WHERE organization_id = \(organization) AND id = \(id)
            """
        ).map(JoinLink.init)
    }

    func joinLinks(of organization: ID<Organization>, after: JoinLinkCursor?, limit: Int) throws -> [JoinLink] {
        var query: SQLQuery =
            "SELECT \(JoinLink.selected) FROM join_links WHERE organization_id = \(organization)"
        if let after { query.append(" AND (created_at, id) < (\(after.createdAt), \(after.id))") }
        query.append(" ORDER BY created_at DESC, id DESC LIMIT \(limit)")
        return try session.rows(query).map(JoinLink.init)
    }

    func uses(
        of link: ID<JoinLink>, in organization: ID<Organization>, after: PageCursor<Invitation>?, limit: Int
    ) throws -> [JoinLinkUse] {
        var query: SQLQuery = """
            SELECT i.id, i.email_typed, i.email_canonical, i.email_wire, i.status, i.accepted_by, u.used_at
            FROM join_link_uses u JOIN invitations i ON i.id = u.invitation_id
                AND i.organization_id = u.organization_id
            WHERE u.organization_id = \(organization) AND u.link_id = \(link)
            """
        if let after { query.append(" AND (u.used_at, u.invitation_id) < (\(after.createdAt), \(after.id))") }
        query.append(" ORDER BY u.used_at DESC, u.invitation_id DESC LIMIT \(limit)")
        return try session.rows(query).map(JoinLinkUse.init)
    }

    func joinProof(_ id: ID<OneTimeLink>) throws -> JoinProof? {
        try first(
            """
            SELECT id, link_id, organization_id, email_typed, email_canonical, email_wire, locale, expires_at
            FROM join_proofs WHERE id = \(id)
            """
        ).map(JoinProof.init)
    }

    func add(_ link: JoinLink, hash: String) throws {
        let (user, key) = link.inviter.ids
        try run(
            """
            INSERT INTO join_links (id, organization_id, hash, role, role_id, inviter_user_id, inviter_key_id, max_uses,
                uses, allowed_domains, redirect_uri, redirect_origin, expires_at, created_at, updated_at, revoked_at)
            VALUES (\(link.id), \(link.organization), \(hash), \(link.role), \(link.customRole?.id), \(user), \(key),
                \(link.maximumUses),
                \(link.uses), \(link.allowedDomains.joined(separator: "\n")), \(link.redirectURI.text),
                \(link.redirectURI.origin.text), \(link.expiresAt), \(link.createdAt), \(link.updatedAt),
                \(link.revokedAt))
            """)
    }

    func use(
        _ link: ID<JoinLink>, in organization: ID<Organization>, for invitation: ID<Invitation>, at now: Timestamp
    ) throws -> Bool {
        let isUsed = try any(
            """
            UPDATE join_links SET uses = uses + 1, updated_at = \(now)
            WHERE organization_id = \(organization) AND id = \(link) AND revoked_at IS NULL AND expires_at > \(now)
                AND uses < max_uses
            RETURNING id
            """)
        guard isUsed else { return false }
        try run(
            """
            INSERT INTO join_link_uses (invitation_id, link_id, organization_id, used_at)
            VALUES (\(invitation), \(link), \(organization), \(now))
            """)
        return true
    }

    func revoke(_ link: ID<JoinLink>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        try any(
            """
            UPDATE join_links SET revoked_at = \(now), updated_at = \(now)
            WHERE organization_id = \(organization) AND id = \(link) AND revoked_at IS NULL RETURNING id
            """)
    }

    func revokeOffers(
        of link: ID<JoinLink>, in organization: ID<Organization>, at now: Timestamp
    ) throws -> [ID<Invitation>] {
        try session.rows(
            """
            UPDATE invitations SET status = 'revoked', updated_at = \(now)
            WHERE organization_id = \(organization) AND id IN (
                    SELECT u.invitation_id FROM join_link_uses u
                    WHERE u.organization_id = \(organization) AND u.link_id = \(link))
                AND status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at > \(now)
            RETURNING id
            """
        ).map { row in
            var columns = row.columns
            return try columns.next(ID<Invitation>.self)
        }
    }

    func add(_ proof: JoinProof) throws {
        try run(
            """
            INSERT INTO join_proofs (id, link_id, organization_id, email_typed, email_canonical, email_wire, locale,
                expires_at)
            VALUES (\(proof.id), \(proof.link), \(proof.organization), \(proof.email.typed), \(proof.email.canonical),
                \(proof.email.wire), \(proof.locale), \(proof.expiresAt))
            """)
    }
}
