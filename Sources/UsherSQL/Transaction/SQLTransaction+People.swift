import UsherDomain
import UsherUseCases

/// Organizations, people, and who belongs to what.
extension SQLTransaction {
    func organization(_ id: ID<Organization>) throws -> Organization? {
        try first("SELECT \(Organization.selected) FROM organizations WHERE id = \(id) AND deleted_at IS NULL")
            .map(Organization.init)
    }

    func organizations(limit: Int) throws -> [Organization] {
        try session.rows(
            """
            SELECT \(Organization.selected) FROM organizations WHERE deleted_at IS NULL
            ORDER BY created_at, id LIMIT \(limit)
            """
        ).map(Organization.init)
    }

    func lock(_ organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        try any(
            """
            UPDATE organizations SET touched_at = \(now)
            WHERE id = \(organization) AND deleted_at IS NULL RETURNING id
            """)
    }

    func add(_ organization: Organization) throws {
        try run(
            """
            INSERT INTO organizations (id, name, allowed_origins, settings, partner_configuration, created_at, updated_at)
            VALUES (\(organization.id), \(organization.name), \(organization.allowedOrigins.storedText),
                \(try SettingsText.write(organization.settings)), \(organization.partnerConfiguration),
                \(organization.createdAt), \(organization.updatedAt))
            """)
    }

    func user(_ id: ID<User>) throws -> User? { try account(of: id)?.user }

    func account(of email: EmailAddress) throws -> Account? {
        try first("SELECT \(Account.selected) FROM users WHERE email_canonical = \(email.canonical)")
            .map(Account.init)
    }

    func account(of user: ID<User>) throws -> Account? {
        try first("SELECT \(Account.selected) FROM users WHERE id = \(user) AND erased_at IS NULL").map(Account.init)
    }

    func add(_ user: User, passwordHash: String?) throws -> Bool {
        try any(
            """
            INSERT INTO users (id, email_typed, email_canonical, email_wire, name, locale, password_hash,
                verified_at, created_at, updated_at)
            VALUES (\(user.id), \(user.email.typed), \(user.email.canonical), \(user.email.wire), \(user.name),
                \(user.locale), \(passwordHash), \(user.verifiedAt), \(user.createdAt), \(user.updatedAt))
            ON CONFLICT (email_canonical) DO NOTHING RETURNING id
            """)
    }

    func setPassword(_ hash: String, of user: ID<User>, at now: Timestamp) throws {
        try run("UPDATE users SET password_hash = \(hash), updated_at = \(now) WHERE id = \(user)")
    }

    func upgradePassword(from old: String, to new: String, of user: ID<User>) throws -> Bool {
        try any(
            "UPDATE users SET password_hash = \(new) WHERE id = \(user) AND password_hash = \(old) RETURNING id")
    }

    func setVerified(_ user: ID<User>, name: DisplayName?, at now: Timestamp) throws {
        try run(
            """
            UPDATE users SET verified_at = COALESCE(verified_at, \(now)), name = COALESCE(\(name), name),
                updated_at = \(now)
            WHERE id = \(user)
            """)
    }

    func membership(of user: ID<User>, in organization: ID<Organization>) throws -> Membership? {
        try first(
            """
            SELECT \(Membership.selected) FROM memberships m
            JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
            WHERE m.organization_id = \(organization) AND m.user_id = \(user)
            """
        ).map(Membership.init)
    }

    func memberships(of user: ID<User>) throws -> [(Membership, Organization)] {
        try session.rows(
            """
            SELECT \(Membership.selected), \(Organization.joined)
            FROM memberships m JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
            WHERE m.user_id = \(user) ORDER BY m.created_at, m.id
            """
        ).map { row in
            var columns = row.columns
            return (try Membership(&columns), try Organization(&columns))
        }
    }

    func hasAdmin() throws -> Bool {
        try any(
            """
            SELECT m.id FROM memberships m JOIN users u ON u.id = m.user_id AND u.password_hash IS NOT NULL
            JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
            WHERE m.role = 2 LIMIT 1
            """)
    }

    /// A membership that ended is none, removed or not: the new one takes its place.
    func add(_ membership: Membership, from invitation: ID<Invitation>?) throws -> Bool {
        try any(
            """
            INSERT INTO memberships (id, user_id, organization_id, role, role_id, scopes, ends_at, invitation_id,
                created_at, updated_at, metadata)
            VALUES (\(membership.id), \(membership.user), \(membership.organization), \(membership.role),
                \(membership.customRole?.id), \(membership.scopes), \(membership.endsAt), \(invitation),
                \(membership.createdAt),
                \(membership.updatedAt), \(membership.metadata))
            ON CONFLICT (user_id, organization_id) DO UPDATE SET id = excluded.id, role = excluded.role,
                role_id = excluded.role_id, scopes = excluded.scopes, ends_at = excluded.ends_at,
                ending_told_at = NULL,
                invitation_id = excluded.invitation_id, created_at = excluded.created_at,
                updated_at = excluded.updated_at, metadata = excluded.metadata
            WHERE memberships.ends_at <= excluded.created_at RETURNING id
            """)
    }
}
