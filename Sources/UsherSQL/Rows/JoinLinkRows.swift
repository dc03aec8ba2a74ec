import UsherDomain

extension JoinLink {
    static let selected: SQLQuery = """
        id, organization_id, role, \(AssignedRole.selected(of: "join_links")), inviter_user_id, inviter_key_id, max_uses,
        uses, allowed_domains, redirect_uri, redirect_origin, expires_at, created_at, updated_at, revoked_at
        """

    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: try columns.next(), organization: try columns.next(), role: try columns.next(),
            customRole: try columns.nextIfAny(), inviter: try Invitation.Inviter(&columns),
            maximumUses: try columns.next(), uses: try columns.next(),
            allowedDomains: try columns.next(String.self).split(separator: "\n").map(String.init),
            redirectURI: try WebURL(&columns), expiresAt: try columns.next(), createdAt: try columns.next(),
            updatedAt: try columns.next(), revokedAt: try columns.nextIfAny())
    }
}

extension JoinLinkUse {
    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            invitation: try columns.next(), email: try EmailAddress(&columns), status: try columns.next(),
            acceptedBy: try columns.nextIfAny(), usedAt: try columns.next())
    }
}

extension JoinProof {
    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: try columns.next(), link: try columns.next(), organization: try columns.next(),
            email: try EmailAddress(&columns), locale: try columns.nextIfAny(), expiresAt: try columns.next())
    }
}
