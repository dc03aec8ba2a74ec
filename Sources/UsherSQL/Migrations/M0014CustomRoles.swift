extension Migration {
    /// Roles of an organization's own. Whoever holds one has the number 0 beside it, and the engine sees to it that no
    /// one holds a role that is not there.
    static let customRoles = Migration(14, "CustomRoles") { dialect in
        [
            """
            CREATE TABLE roles (
                id \(dialect.text) PRIMARY KEY,
                organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
                name \(dialect.text) NOT NULL,
                name_key \(dialect.text) NOT NULL,
                permissions \(dialect.text) NOT NULL,
                created_at \(dialect.integer) NOT NULL,
                updated_at \(dialect.integer) NOT NULL,
                UNIQUE (organization_id, name_key)
            ) \(dialect.strict)
            """,
            "CREATE INDEX roles_by_age ON roles (organization_id, created_at, id)",
        ] + holders.flatMap { held($0, dialect) }
    }

    private static let holders: [SQLQuery] = ["memberships", "invitations", "api_keys", "join_links"]

    private static func held(_ table: SQLQuery, _ dialect: Dialect) -> [SQLQuery] {
        [
            """
            ALTER TABLE \(table) ADD COLUMN role_id \(dialect.text) REFERENCES roles (id)
                CHECK (role_id IS NULL OR role = 0)
            """,
            "CREATE INDEX \(table)_of_role ON \(table) (role_id) WHERE role_id IS NOT NULL",
        ]
    }
}
