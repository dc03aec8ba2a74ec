extension Migration {
    /// Domains that organizations say are theirs, and requests to join.
    static let domains = Migration(13, "Domains") { dialect in
        domains(dialect) + joinRequests(dialect)
    }

    /// A name is proved by one organization, and may be claimed by any. `missing_since`: of a verified one, since when its
    /// record is not found any more. Never for owners.
    private static func domains(_ dialect: Dialect) -> [SQLQuery] {
        [
            """
            CREATE TABLE organization_domains (
                id \(dialect.text) PRIMARY KEY,
                organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
                name \(dialect.text) NOT NULL,
                token \(dialect.text) NOT NULL,
                joining \(dialect.text) NOT NULL CHECK (joining IN ('off', 'request', 'join')),
                role \(dialect.integer) NOT NULL CHECK (role BETWEEN 0 AND 1),
                inviter_user_id \(dialect.text) REFERENCES users (id),
                inviter_key_id \(dialect.text) REFERENCES api_keys (id),
                verified_at \(dialect.integer),
                checked_at \(dialect.integer),
                missing_since \(dialect.integer),
                created_at \(dialect.integer) NOT NULL,
                updated_at \(dialect.integer) NOT NULL,
                UNIQUE (organization_id, name),
                CHECK ((inviter_user_id IS NULL) <> (inviter_key_id IS NULL)),
                CHECK (missing_since IS NULL OR verified_at IS NOT NULL),
                CHECK (checked_at IS NOT NULL OR verified_at IS NULL)
            ) \(dialect.strict)
            """,
            "CREATE INDEX organization_domains_by_age ON organization_domains (organization_id, created_at, id)",
            "CREATE INDEX organization_domains_by_name ON organization_domains (name)",
            """
            CREATE UNIQUE INDEX organization_domains_verified ON organization_domains (name)
            WHERE verified_at IS NOT NULL
            """,
            """
            CREATE INDEX organization_domains_by_check ON organization_domains (checked_at)
            WHERE verified_at IS NOT NULL
            """,
        ]
    }

    /// One open request of a person in each organization. Their address stands with their account alone.
    private static func joinRequests(_ dialect: Dialect) -> [SQLQuery] {
        [
            """
            CREATE TABLE join_requests (
                id \(dialect.text) PRIMARY KEY,
                organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
                user_id \(dialect.text) NOT NULL REFERENCES users (id),
                domain \(dialect.text) NOT NULL,
                role \(dialect.integer) NOT NULL CHECK (role BETWEEN 0 AND 1),
                status \(dialect.text) NOT NULL
                    CHECK (status IN ('open', 'approved', 'refused', 'withdrawn', 'expired')),
                asked_at \(dialect.integer) NOT NULL,
                expires_at \(dialect.integer) NOT NULL,
                decided_at \(dialect.integer),
                decided_by \(dialect.text),
                CHECK ((status = 'open') = (decided_at IS NULL))
            ) \(dialect.strict)
            """,
            """
            CREATE UNIQUE INDEX join_requests_open ON join_requests (organization_id, user_id) WHERE status = 'open'
            """,
            "CREATE INDEX join_requests_by_age ON join_requests (organization_id, asked_at, id)",
            "CREATE INDEX join_requests_by_status ON join_requests (organization_id, status, asked_at, id)",
            "CREATE INDEX join_requests_by_decision ON join_requests (organization_id, decided_at)",
            "CREATE INDEX join_requests_of_person ON join_requests (user_id, organization_id, asked_at)",
            "CREATE INDEX join_requests_due ON join_requests (expires_at) WHERE status = 'open'",
        ]
    }
}
