extension Migration {
    /// What an organization decides for itself, and letters that are about neither an invitation nor a password.
    static let settingsAndNotices = Migration(6, "SettingsAndNotices") { dialect in
        [
            "ALTER TABLE organizations ADD COLUMN settings \(dialect.text) NOT NULL DEFAULT '{}'",
            "ALTER TABLE outbox RENAME TO former_outbox",
            outbox(dialect),
            """
            INSERT INTO outbox (\(columns)) SELECT \(columns) FROM former_outbox
            """,
            "DROP TABLE former_outbox",
            "CREATE INDEX outbox_waiting ON outbox (priority, due_at, id) WHERE state = 'pending'",
            "CREATE INDEX outbox_of_invitation ON outbox (invitation_id) WHERE state = 'pending'",
            "CREATE INDEX outbox_ended ON outbox (ended_at) WHERE state <> 'pending'",
        ]
    }

    private static let columns: SQLQuery = """
        id, kind, priority, organization_id, invitation_id, generation, link_id, recipient_typed, recipient_canonical,
        recipient_wire, locale, not_after, state, node, leased_until, due_at, attempts, last_code, last_reason,
        first_outcome, created_at, ended_at
        """

    /// The table of before, open to any kind of letter. `notice` says what a letter of the kind `notice` tells.
    private static func outbox(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE outbox (
            id \(dialect.text) PRIMARY KEY,
            kind \(dialect.text) NOT NULL,
            priority \(dialect.integer) NOT NULL,
            organization_id \(dialect.text) REFERENCES organizations (id),
            invitation_id \(dialect.text) REFERENCES invitations (id),
            generation \(dialect.integer),
            link_id \(dialect.text),
            notice \(dialect.text),
            recipient_typed \(dialect.text) NOT NULL,
            recipient_canonical \(dialect.text) NOT NULL,
            recipient_wire \(dialect.text) NOT NULL,
            locale \(dialect.text),
            not_after \(dialect.integer),
            state \(dialect.text) NOT NULL CHECK (state IN ('pending', 'sent', 'refused', 'failed', 'cancelled')),
            node \(dialect.text),
            leased_until \(dialect.integer) NOT NULL,
            due_at \(dialect.integer) NOT NULL,
            attempts \(dialect.integer) NOT NULL,
            last_code \(dialect.integer),
            last_reason \(dialect.text),
            first_outcome \(dialect.text),
            created_at \(dialect.integer) NOT NULL,
            ended_at \(dialect.integer),
            CHECK ((state = 'pending') = (ended_at IS NULL)),
            CHECK ((kind = 'notice') = (notice IS NOT NULL))
        ) \(dialect.strict)
        """
    }
}
