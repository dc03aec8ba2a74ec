extension Migration {
    /// Members as lists that are read and searched, memberships that end, organizations that are handed over or given
    /// up.
    static let members = Migration(7, "Members") { dialect in
        [
            """
            ALTER TABLE organizations ADD COLUMN partner_configuration \(dialect.text) NOT NULL DEFAULT '{}'
            """,
            "ALTER TABLE memberships ADD COLUMN ends_at \(dialect.integer)",
            "ALTER TABLE memberships ADD COLUMN ending_told_at \(dialect.integer)",
            transfers(dialect),
        ] + indexes + keysOfLetters
    }

    /// Offers of ownership, one at a time for each organization.
    private static func transfers(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE ownership_transfers (
            organization_id \(dialect.text) PRIMARY KEY REFERENCES organizations (id),
            id \(dialect.text) NOT NULL UNIQUE,
            giver_id \(dialect.text) NOT NULL REFERENCES users (id),
            receiver_id \(dialect.text) NOT NULL REFERENCES users (id),
            created_at \(dialect.integer) NOT NULL,
            expires_at \(dialect.integer) NOT NULL
        ) \(dialect.strict)
        """
    }

    private static let indexes: [SQLQuery] = [
        "CREATE INDEX memberships_by_age ON memberships (organization_id, created_at, id)",
        "CREATE INDEX memberships_by_end ON memberships (ends_at) WHERE ends_at IS NOT NULL",
        "CREATE INDEX users_by_name ON users (lower(name))",
        """
        CREATE INDEX api_keys_of_organization ON api_keys (organization_id, created_at, id)
        WHERE organization_id IS NOT NULL
        """,
        "CREATE INDEX organizations_deleted ON organizations (deleted_at) WHERE deleted_at IS NOT NULL",
        "CREATE INDEX ownership_transfers_by_end ON ownership_transfers (expires_at)",
    ]

    /// What refers to an invitation is found by it, also when the invitation is removed for good.
    private static let keysOfLetters: [SQLQuery] = [
        "CREATE INDEX former_codes_by_invitation ON former_codes (invitation_id)",
        "DROP INDEX outbox_of_invitation",
        "CREATE INDEX outbox_of_invitation ON outbox (invitation_id) WHERE invitation_id IS NOT NULL",
    ]
}
