extension Migration {
    static let organizationsAndPeople = Migration(1, "OrganizationsAndPeople") { dialect in
        [organizations(dialect), organizationsByAge, users(dialect), memberships(dialect), owners]
            + sessions(dialect) + keys(dialect) + links(dialect)
    }

    /// `touched_at` is written to take the row's lock, and means nothing else.
    private static func organizations(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE organizations (
            id \(dialect.text) PRIMARY KEY,
            name \(dialect.text) NOT NULL,
            allowed_origins \(dialect.text) NOT NULL,
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            touched_at \(dialect.integer),
            deleted_at \(dialect.integer)
        ) \(dialect.strict)
        """
    }

    private static let organizationsByAge: SQLQuery =
        "CREATE INDEX organizations_by_age ON organizations (created_at, id)"

    private static func users(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE users (
            id \(dialect.text) PRIMARY KEY,
            email_typed \(dialect.text) NOT NULL,
            email_canonical \(dialect.text) NOT NULL UNIQUE,
            email_wire \(dialect.text) NOT NULL,
            name \(dialect.text),
            locale \(dialect.text),
            password_hash \(dialect.text),
            verified_at \(dialect.integer),
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL
        ) \(dialect.strict)
        """
    }

    /// `invitation_id` tells which offer was taken; the offer may be gone one day, hence no reference.
    private static func memberships(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE memberships (
            id \(dialect.text) PRIMARY KEY,
            user_id \(dialect.text) NOT NULL REFERENCES users (id),
            organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
            role \(dialect.integer) NOT NULL CHECK (role BETWEEN 0 AND 2),
            scopes \(dialect.text),
            invitation_id \(dialect.text),
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            UNIQUE (user_id, organization_id)
        ) \(dialect.strict)
        """
    }

    private static let owners: SQLQuery =
        "CREATE INDEX memberships_of_owners ON memberships (organization_id, user_id) WHERE role = 2"

    private static func sessions(_ dialect: Dialect) -> [SQLQuery] {
        [
            """
            CREATE TABLE sessions (
                hash \(dialect.text) PRIMARY KEY,
                user_id \(dialect.text) NOT NULL REFERENCES users (id),
                created_at \(dialect.integer) NOT NULL,
                last_seen_at \(dialect.integer) NOT NULL,
                expires_at \(dialect.integer) NOT NULL
            ) \(dialect.strict)
            """,
            "CREATE INDEX sessions_of_user ON sessions (user_id)",
            "CREATE INDEX sessions_by_end ON sessions (expires_at)",
        ]
    }

    private static func keys(_ dialect: Dialect) -> [SQLQuery] {
        [
            """
            CREATE TABLE api_keys (
                id \(dialect.text) PRIMARY KEY,
                hash \(dialect.text) NOT NULL UNIQUE,
                organization_id \(dialect.text) REFERENCES organizations (id),
                user_id \(dialect.text) REFERENCES users (id),
                name \(dialect.text) NOT NULL,
                role \(dialect.integer) NOT NULL CHECK (role BETWEEN 0 AND 2),
                scopes \(dialect.text),
                created_by \(dialect.text) REFERENCES users (id),
                created_at \(dialect.integer) NOT NULL,
                updated_at \(dialect.integer) NOT NULL,
                expires_at \(dialect.integer),
                last_used_at \(dialect.integer),
                revoked_at \(dialect.integer),
                CHECK ((organization_id IS NULL) <> (user_id IS NULL))
            ) \(dialect.strict)
            """,
            "CREATE INDEX api_keys_of_user ON api_keys (user_id) WHERE user_id IS NOT NULL",
        ]
    }

    /// `user_id` is NULL in the link that sets up the first admin.
    private static func links(_ dialect: Dialect) -> [SQLQuery] {
        [
            """
            CREATE TABLE one_time_links (
                id \(dialect.text) PRIMARY KEY,
                hash \(dialect.text) NOT NULL UNIQUE,
                purpose \(dialect.text) NOT NULL,
                user_id \(dialect.text) REFERENCES users (id),
                created_at \(dialect.integer) NOT NULL,
                expires_at \(dialect.integer) NOT NULL,
                used_at \(dialect.integer)
            ) \(dialect.strict)
            """,
            "CREATE INDEX one_time_links_of_user ON one_time_links (user_id)",
            "CREATE INDEX one_time_links_by_end ON one_time_links (expires_at)",
        ]
    }
}
