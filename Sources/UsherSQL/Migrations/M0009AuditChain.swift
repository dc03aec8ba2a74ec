extension Migration {
    static let auditChain = Migration(9, "AuditChain", oldestProgram: 8) { dialect in
        [seals(dialect)] + dialect.appendOnly("audit_seals") + [auditOfOrganization]
            + [
                suppressionSource(dialect), suppressionsByAge, erasedUsers(dialect),
            ]
    }

    /// Seals on the audit log, each over the one before it and so many entries
    /// (docs/decisions/0018-audit-chain.md).
    ///
    /// - `through`: the largest number of an entry that was seen up to here.
    /// - `missing`: numbers below it, by comma, whose transactions may still commit.
    /// - `entries`: a line for each entry: its number, a space, the SHA-256 of its canonical text.
    private static func seals(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE audit_seals (
            number \(dialect.integer) PRIMARY KEY,
            through \(dialect.integer) NOT NULL,
            missing \(dialect.text) NOT NULL,
            entries \(dialect.text) NOT NULL,
            hash \(dialect.text) NOT NULL,
            sealed_at \(dialect.integer) NOT NULL
        ) \(dialect.strict)
        """
    }

    private static let auditOfOrganization: SQLQuery =
        "CREATE INDEX audit_of_organization ON audit (organization_id, sequence)"

    /// Who asked for it. Those that there are came from the owners of the addresses: nobody else could.
    private static func suppressionSource(_ dialect: Dialect) -> SQLQuery {
        """
        ALTER TABLE suppressions ADD COLUMN source \(dialect.text) NOT NULL DEFAULT 'invitee'
            CHECK (source IN ('invitee', 'admin', 'operator', 'bounce'))
        """
    }

    private static let suppressionsByAge: SQLQuery =
        "CREATE INDEX suppressions_by_age ON suppressions (organization_id, created_at, email_hash)"

    /// When a person was erased: such a row holds nothing of them but its id.
    private static func erasedUsers(_ dialect: Dialect) -> SQLQuery {
        "ALTER TABLE users ADD COLUMN erased_at \(dialect.integer)"
    }
}
