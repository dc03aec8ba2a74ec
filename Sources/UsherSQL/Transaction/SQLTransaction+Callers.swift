import UsherDomain
import UsherUseCases

/// Who asks, and what they may do.
extension SQLTransaction {
    func session(_ hash: String, limits: SessionLimits, at now: Timestamp) throws -> Session? {
        try first(
            """
            SELECT hash, user_id, created_at, last_seen_at, expires_at FROM sessions
            WHERE hash = \(hash) AND expires_at > \(now) AND last_seen_at > \(now - limits.idle)
                AND created_at > \(now - limits.absolute)
                AND EXISTS (SELECT 1 FROM users u WHERE u.id = sessions.user_id AND u.erased_at IS NULL)
            """
        ).map(Session.init)
    }

    func apiKey(hash: String, at now: Timestamp) throws -> APIKey? {
        try first(
            """
            SELECT \(APIKey.selected) FROM api_keys
            WHERE hash = \(hash) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > \(now))
            """
        ).map(APIKey.init)
    }

    func access(of caller: Caller, in organization: ID<Organization>, at now: Timestamp) throws -> Access? {
        switch caller {
        case .session(let user, let hash): try access(session: hash, of: user, in: organization, at: now)
        case .userKey(let user, let key): try access(key: key, of: user, in: organization, at: now)
        case .organizationKey(let owner, let key):
            owner == organization ? try access(key: key, of: organization, at: now) : nil
        }
    }

    private func access(
        session hash: String, of user: ID<User>, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Access? {
        try first(
            """
            SELECT m.role, \(AssignedRole.selected(of: "m")), m.scopes, 2, NULL, NULL FROM memberships m
            JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
            JOIN sessions s ON s.user_id = m.user_id AND s.hash = \(hash) AND s.expires_at > \(now)
            WHERE m.organization_id = \(organization) AND m.user_id = \(user)
                AND (m.ends_at IS NULL OR m.ends_at > \(now))
            """
        ).map(Access.init)
    }

    private func access(
        key: ID<APIKey>, of user: ID<User>, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Access? {
        try first(
            """
            SELECT m.role, \(AssignedRole.selected(of: "m")), m.scopes, k.role, NULL, k.scopes FROM memberships m
            JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
            JOIN api_keys k ON k.user_id = m.user_id AND k.id = \(key) AND k.revoked_at IS NULL
                AND (k.expires_at IS NULL OR k.expires_at > \(now))
            WHERE m.organization_id = \(organization) AND m.user_id = \(user)
                AND (m.ends_at IS NULL OR m.ends_at > \(now))
            """
        ).map(Access.init)
    }

    private func access(key: ID<APIKey>, of organization: ID<Organization>, at now: Timestamp) throws -> Access? {
        try first(
            """
            SELECT k.role, \(AssignedRole.selected(of: "k")), k.scopes, 2, NULL, NULL FROM api_keys k
            JOIN organizations o ON o.id = k.organization_id AND o.deleted_at IS NULL
            WHERE k.organization_id = \(organization) AND k.id = \(key) AND k.revoked_at IS NULL
                AND (k.expires_at IS NULL OR k.expires_at > \(now))
            """
        ).map(Access.init)
    }

    func add(_ session: Session) throws {
        try run(
            """
            INSERT INTO sessions (hash, user_id, created_at, last_seen_at, expires_at)
            VALUES (\(session.hash), \(session.user), \(session.createdAt), \(session.lastSeenAt),
                \(session.expiresAt))
            """)
    }

    /// Of many requests at once one writes.
    func touch(session hash: String, at now: Timestamp) throws {
        try run(
            """
            UPDATE sessions SET last_seen_at = \(now)
            WHERE hash = \(hash) AND last_seen_at <= \(now - SessionLimits.touchInterval)
            """)
    }

    func end(session hash: String) throws -> Bool {
        try any("DELETE FROM sessions WHERE hash = \(hash) RETURNING hash")
    }

    func endSessions(of user: ID<User>, except hash: String?) throws {
        if let hash {
            try run("DELETE FROM sessions WHERE user_id = \(user) AND hash <> \(hash)")
        } else {
            try run("DELETE FROM sessions WHERE user_id = \(user)")
        }
    }

    func add(_ key: APIKey, hash: String, createdBy: ID<User>?) throws {
        let (organization, user) = key.holder.ids
        try run(
            """
            INSERT INTO api_keys (id, hash, organization_id, user_id, name, role, role_id, scopes, created_by,
                created_at, updated_at, expires_at, last_used_at)
            VALUES (\(key.id), \(hash), \(organization), \(user), \(key.name), \(key.role),
                \(key.customRole?.id), \(key.scopes), \(createdBy), \(key.createdAt), \(key.updatedAt),
                \(key.expiresAt), \(key.lastUsedAt))
            """)
    }

    func touch(key: ID<APIKey>, at now: Timestamp) throws {
        try run(
            """
            UPDATE api_keys SET last_used_at = \(now)
            WHERE id = \(key) AND (last_used_at IS NULL OR last_used_at <= \(now - SessionLimits.touchInterval))
            """)
    }

    func endKeys(of user: ID<User>, at now: Timestamp) throws {
        try run(
            """
            UPDATE api_keys SET revoked_at = \(now), updated_at = \(now)
            WHERE user_id = \(user) AND revoked_at IS NULL
            """)
    }

    func key(_ id: ID<APIKey>, in organization: ID<Organization>) throws -> APIKey? {
        try first(
            """
            SELECT \(APIKey.selected) FROM api_keys
            WHERE organization_id = \(organization) AND id = \(id) AND revoked_at IS NULL
            """
        ).map(APIKey.init)
    }
}
