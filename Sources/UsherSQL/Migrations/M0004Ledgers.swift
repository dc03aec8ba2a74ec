extension Migration {
    static let ledgers = Migration(4, "IdempotencyQuotasAudit") { dialect in
        idempotency(dialect) + quotas(dialect) + [audit(dialect)] + dialect.appendOnly("audit")
    }

    private static func idempotency(_ dialect: Dialect) -> [SQLQuery] {
        [
            """
            CREATE TABLE idempotency (
                actor \(dialect.text) NOT NULL,
                key \(dialect.text) NOT NULL,
                fingerprint \(dialect.text) NOT NULL,
                subject \(dialect.text) NOT NULL,
                answer \(dialect.text),
                created_at \(dialect.integer) NOT NULL,
                PRIMARY KEY (actor, key)
            ) \(dialect.strict)
            """,
            "CREATE INDEX idempotency_by_age ON idempotency (created_at)",
        ]
    }

    /// The window that each quota is in, and how much of it is used.
    private static func quotas(_ dialect: Dialect) -> [SQLQuery] {
        [
            """
            CREATE TABLE quotas (
                name \(dialect.text) NOT NULL,
                subject \(dialect.text) NOT NULL,
                started_at \(dialect.integer) NOT NULL,
                ends_at \(dialect.integer) NOT NULL,
                used \(dialect.integer) NOT NULL,
                PRIMARY KEY (name, subject)
            ) \(dialect.strict)
            """,
            "CREATE INDEX quotas_by_end ON quotas (ends_at)",
        ]
    }

    /// Ordered by `sequence`, not by a clock that may be set back. It outlives what it tells of: no references.
    private static func audit(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE audit (
            sequence \(dialect.sequence),
            id \(dialect.text) NOT NULL,
            action \(dialect.text) NOT NULL,
            organization_id \(dialect.text),
            actor \(dialect.text) NOT NULL,
            subject \(dialect.text) NOT NULL,
            request_id \(dialect.text),
            at \(dialect.integer) NOT NULL
        ) \(dialect.strict)
        """
    }
}
