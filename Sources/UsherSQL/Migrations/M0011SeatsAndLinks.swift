extension Migration {
    /// Offers that wait for a seat, seats that can be counted without reading rows, and links that many can join by.
    static let seatsAndLinks = Migration(11, "SeatsAndLinks") { dialect in
        seats(dialect) + links(dialect) + proofs(dialect)
    }

    /// A seat is counted and not kept: members, and open offers whose time has not run out. Both indexes are read without
    /// their tables. `waiting_life` (milliseconds) is how long an offer shall stay open once it is sent.
    private static func seats(_ dialect: Dialect) -> [SQLQuery] {
        [
            "ALTER TABLE invitations ADD COLUMN waiting_life \(dialect.integer)",
            "CREATE INDEX memberships_of_organization ON memberships (organization_id, user_id)",
            """
            CREATE INDEX invitations_holding ON invitations (organization_id, expires_at)
            WHERE status IN ('pending', 'needs_approval')
            """,
            """
            CREATE INDEX invitations_waiting ON invitations (organization_id, created_at, id)
            WHERE status = 'waitlisted'
            """,
        ]
    }

    /// Links for many. `uses` is counted by the statement that decides. Never for owners.
    private static func links(_ dialect: Dialect) -> [SQLQuery] {
        [
            """
            CREATE TABLE join_links (
                id \(dialect.text) PRIMARY KEY,
                organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
                hash \(dialect.text) NOT NULL UNIQUE,
                role \(dialect.integer) NOT NULL CHECK (role BETWEEN 0 AND 1),
                inviter_user_id \(dialect.text) REFERENCES users (id),
                inviter_key_id \(dialect.text) REFERENCES api_keys (id),
                max_uses \(dialect.integer) NOT NULL,
                uses \(dialect.integer) NOT NULL,
                allowed_domains \(dialect.text) NOT NULL,
                redirect_uri \(dialect.text) NOT NULL,
                redirect_origin \(dialect.text) NOT NULL,
                expires_at \(dialect.integer) NOT NULL,
                created_at \(dialect.integer) NOT NULL,
                updated_at \(dialect.integer) NOT NULL,
                revoked_at \(dialect.integer),
                CHECK ((inviter_user_id IS NULL) <> (inviter_key_id IS NULL)),
                CHECK (uses BETWEEN 0 AND max_uses)
            ) \(dialect.strict)
            """,
            "CREATE INDEX join_links_by_age ON join_links (organization_id, created_at, id)",
            """
            CREATE TABLE join_link_uses (
                invitation_id \(dialect.text) PRIMARY KEY REFERENCES invitations (id),
                link_id \(dialect.text) NOT NULL REFERENCES join_links (id),
                organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
                used_at \(dialect.integer) NOT NULL
            ) \(dialect.strict)
            """,
            "CREATE INDEX join_link_uses_by_age ON join_link_uses (organization_id, link_id, used_at, invitation_id)",
        ]
    }

    /// Who asked to prove an address to join by a link; the secret is that of the one-time link with the same id.
    private static func proofs(_ dialect: Dialect) -> [SQLQuery] {
        [
            """
            CREATE TABLE join_proofs (
                id \(dialect.text) PRIMARY KEY,
                link_id \(dialect.text) NOT NULL REFERENCES join_links (id),
                organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
                email_typed \(dialect.text) NOT NULL,
                email_canonical \(dialect.text) NOT NULL,
                email_wire \(dialect.text) NOT NULL,
                locale \(dialect.text),
                expires_at \(dialect.integer) NOT NULL
            ) \(dialect.strict)
            """,
            "CREATE INDEX join_proofs_of_person ON join_proofs (email_canonical)",
            "CREATE INDEX join_proofs_by_end ON join_proofs (expires_at)",
        ]
    }
}
