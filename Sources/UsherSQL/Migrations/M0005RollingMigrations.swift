extension Migration {
    /// From here on each step tells which programs it suits.
    static let rollingMigrations = Migration(5, "RollingMigrations") { dialect in
        ["ALTER TABLE schema_migrations ADD COLUMN oldest_program \(dialect.integer)"]
    }
}
