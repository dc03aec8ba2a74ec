import UsherDomain
import UsherUseCases

/// Members, their keys, and the ownership that passes between them.
extension SQLTransaction {
    func members(_ selection: MemberSelection) throws -> [Member] {
        // A role of the organization's own is held by few: they are looked up by the role.
        let home: SQLQuery = selection.customRole == nil ? "m.organization_id" : "m.organization_id || ''"
        var query: SQLQuery = """
            SELECT \(User.joined), \(Membership.selected) FROM memberships m JOIN users u ON u.id = m.user_id
            WHERE \(home) = \(selection.organization)
                AND (m.ends_at IS NULL OR m.ends_at > \(selection.now))
            """
        if let role = selection.role { query.append(" AND m.role = \(role)") }
        if let role = selection.customRole { query.append(" AND m.role_id = \(role)") }
        if let moment = selection.joinedAfter { query.append(" AND m.created_at > \(moment)") }
        if let search = selection.search { query.append(" AND m.user_id IN (\(.people(beginningWith: search)))") }
        if let after = selection.after { query.append(" AND (m.created_at, m.id) < (\(after.createdAt), \(after.id))") }
        query.append(" ORDER BY m.created_at DESC, m.id DESC LIMIT \(selection.limit)")
        return try session.rows(query).map(Member.init)
    }

    func hasLastingOwner(besides user: ID<User>, in organization: ID<Organization>) throws -> Bool {
        try any(
            """
            SELECT 1 FROM memberships
            WHERE organization_id = \(organization) AND role = 2 AND ends_at IS NULL AND scopes IS NULL
                AND user_id <> \(user) LIMIT 1
            """)
    }

    func change(_ membership: Membership) throws -> Bool {
        try any(
            """
            UPDATE memberships SET role = \(membership.role), role_id = \(membership.customRole?.id),
                scopes = \(membership.scopes),
                ending_told_at = CASE WHEN ends_at IS DISTINCT FROM \(membership.endsAt) THEN NULL
                    ELSE ending_told_at END,
                ends_at = \(membership.endsAt), updated_at = \(membership.updatedAt)
            WHERE organization_id = \(membership.organization) AND user_id = \(membership.user) RETURNING id
            """)
    }

    func removeMember(
        _ user: ID<User>, of organization: ID<Organization>, endingBy: Timestamp?
    ) throws -> Membership? {
        var query: SQLQuery = """
            DELETE FROM memberships WHERE organization_id = \(organization) AND user_id = \(user)
            """
        if let endingBy { query.append(" AND ends_at <= \(endingBy)") }
        query.append(" RETURNING \(Membership.returned)")
        return try first(query).map(Membership.init)
    }

    func needApproval(
        of makers: OfferMakers, above ceiling: PermissionSet?, in organization: ID<Organization>, at now: Timestamp
    ) throws -> [ID<Invitation>] {
        var query: SQLQuery = """
            UPDATE invitations SET status = 'needs_approval', updated_at = \(now)
            WHERE status = 'pending' AND expires_at > \(now) AND \(makers.condition(in: organization))
            """
        if let ceiling {
            let within = try customRoles(of: organization, after: nil, limit: CustomRole.maximumCount)
                .filter { $0.assigned.effective.isSubset(of: ceiling) }.map(\.id.rawValue)
            let roles = Role.allCases.filter { $0.permissions.isSubset(of: ceiling) }
            query.append(
                """
                 AND (role_id IS NULL AND role NOT IN (\(roles))
                    OR role_id IS NOT NULL AND role_id NOT IN (\(anyOf: within + [""])))
                """)
        }
        query.append(" RETURNING id")
        let offers = try ids(query, of: Invitation.self)
        try cancelLetters(of: offers, in: organization, at: now)
        return offers
    }

    func ids<Kind>(_ query: SQLQuery, of kind: Kind.Type) throws -> [ID<Kind>] {
        try session.rows(query).map { row in
            var columns = row.columns
            return try columns.next()
        }
    }
}

extension SQLQuery {
    /// Whose address or name begins so. In the order of bytes all such texts lie between the beginning and the same
    /// with the last of all scalars behind it. Names are compared with the letters of ASCII in lower case.
    fileprivate static func people(beginningWith text: String) -> SQLQuery {
        let last = "\u{10FFFF}"
        let address = text.lowercased()
        let name = String(text.map { $0.isASCII ? Character($0.lowercased()) : $0 })
        return """
            SELECT id FROM users WHERE email_canonical >= \(address) AND email_canonical < \(address + last)
            UNION ALL SELECT id FROM users WHERE lower(name) >= \(name) AND lower(name) < \(name + last)
            """
    }
}

extension OfferMakers {
    fileprivate func condition(in organization: ID<Organization>) -> SQLQuery {
        switch self {
        case .person(let user, let keys):
            // By who made it, and not by what is open: that may be a hundred thousand of others'.
            """
            organization_id || '' = \(organization) AND id IN (
                SELECT id FROM invitations WHERE organization_id = \(organization) AND inviter_user_id = \(user)
                UNION ALL SELECT id FROM invitations
                WHERE organization_id = \(organization) AND inviter_key_id IN (\(anyOf: keys)))
            """
        case .holders(let role):
            // The list of all open statuses lets the index of what is open be used.
            """
            organization_id = \(organization) AND status IN ('waitlisted', 'pending', 'needs_approval') AND (
            inviter_user_id IN (SELECT user_id FROM memberships
                WHERE organization_id = \(organization) AND role_id = \(role))
            OR inviter_key_id IN (SELECT id FROM api_keys
                WHERE organization_id = \(organization) AND role_id = \(role)))
            """
        }
    }
}

// MARK: - Keys

extension SQLTransaction {
    func keys(
        of holder: APIKey.Holder, after: PageCursor<APIKey>?, limit: Int, at now: Timestamp
    ) throws -> [APIKey] {
        var query: SQLQuery = """
            SELECT \(APIKey.selected) FROM api_keys WHERE \(holder.condition) AND revoked_at IS NULL
            """
        if let after { query.append(" AND (created_at, id) < (\(after.createdAt), \(after.id))") }
        query.append(" ORDER BY created_at DESC, id DESC LIMIT \(limit)")
        return try session.rows(query).map(APIKey.init)
    }

    func key(_ id: ID<APIKey>, of user: ID<User>) throws -> APIKey? {
        try first(
            """
            SELECT \(APIKey.selected) FROM api_keys WHERE user_id = \(user) AND id = \(id) AND revoked_at IS NULL
            """
        ).map(APIKey.init)
    }

    func endKey(_ id: ID<APIKey>, of holder: APIKey.Holder, at now: Timestamp) throws -> APIKey? {
        try first(
            """
            UPDATE api_keys SET revoked_at = \(now), updated_at = \(now)
            WHERE \(holder.condition) AND id = \(id) AND revoked_at IS NULL RETURNING \(APIKey.selected)
            """
        ).map(APIKey.init)
    }

    func endKeys(
        madeBy user: ID<User>, in organization: ID<Organization>, at now: Timestamp
    ) throws -> [ID<APIKey>] {
        try ids(
            """
            UPDATE api_keys SET revoked_at = \(now), updated_at = \(now)
            WHERE organization_id = \(organization) AND created_by = \(user) AND revoked_at IS NULL RETURNING id
            """, of: APIKey.self)
    }
}

extension APIKey.Holder {
    fileprivate var condition: SQLQuery {
        switch self {
        case .organization(let id): "organization_id = \(id)"
        case .user(let id): "user_id = \(id)"
        }
    }
}

// MARK: - Ownership

extension SQLTransaction {
    func transfer(of organization: ID<Organization>, at now: Timestamp) throws -> OwnershipTransfer? {
        try first(
            """
            SELECT \(OwnershipTransfer.selected) FROM ownership_transfers
            WHERE organization_id = \(organization) AND expires_at > \(now)
            """
        ).map(OwnershipTransfer.init)
    }

    func add(_ transfer: OwnershipTransfer) throws -> Bool {
        try any(
            """
            INSERT INTO ownership_transfers (organization_id, id, giver_id, receiver_id, created_at, expires_at)
            VALUES (\(transfer.organization), \(transfer.id), \(transfer.giver), \(transfer.receiver),
                \(transfer.createdAt), \(transfer.expiresAt))
            ON CONFLICT (organization_id) DO UPDATE SET id = excluded.id, giver_id = excluded.giver_id,
                receiver_id = excluded.receiver_id, created_at = excluded.created_at,
                expires_at = excluded.expires_at
            WHERE ownership_transfers.expires_at <= excluded.created_at RETURNING id
            """)
    }

    func takeTransfer(
        of organization: ID<Organization>, to receiver: ID<User>, at now: Timestamp
    ) throws -> OwnershipTransfer? {
        try first(
            """
            DELETE FROM ownership_transfers
            WHERE organization_id = \(organization) AND receiver_id = \(receiver) AND expires_at > \(now)
            RETURNING \(OwnershipTransfer.selected)
            """
        ).map(OwnershipTransfer.init)
    }

    func endTransfer(
        of organization: ID<Organization>, involving user: ID<User>?
    ) throws -> OwnershipTransfer? {
        var query: SQLQuery = "DELETE FROM ownership_transfers WHERE organization_id = \(organization)"
        if let user { query.append(" AND (giver_id = \(user) OR receiver_id = \(user))") }
        query.append(" RETURNING \(OwnershipTransfer.selected)")
        return try first(query).map(OwnershipTransfer.init)
    }
}

// MARK: - Ends

extension SQLTransaction {
    func endedMemberships(limit: Int, at now: Timestamp) throws -> [(user: ID<User>, organization: ID<Organization>)] {
        try session.rows(
            """
            SELECT m.user_id, m.organization_id FROM memberships m
            JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
            WHERE m.ends_at <= \(now) LIMIT \(limit)
            """
        ).map { row in
            var columns = row.columns
            return (try columns.next(), try columns.next())
        }
    }

    /// Both conditions stand in both places, as with letters: of several nodes one tells.
    func tellEndings(before: Timestamp, limit: Int, at now: Timestamp) throws -> [EndingMembership] {
        let told = try session.rows(
            """
            UPDATE memberships SET ending_told_at = \(now)
            WHERE ending_told_at IS NULL AND ends_at > \(now) AND ends_at <= \(before) AND id IN (
                SELECT m.id FROM memberships m
                JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
                WHERE m.ends_at > \(now) AND m.ends_at <= \(before) AND m.ending_told_at IS NULL
                ORDER BY m.ends_at LIMIT \(limit))
            RETURNING \(Membership.returned)
            """
        ).map(Membership.init)
        return try told.compactMap { membership in
            guard let user = try user(membership.user), let organization = try organization(membership.organization),
                let end = membership.endsAt
            else { return nil }
            return EndingMembership(
                user: user, organization: organization, role: membership.role, customRole: membership.customRole,
                endsAt: end)
        }
    }
}
