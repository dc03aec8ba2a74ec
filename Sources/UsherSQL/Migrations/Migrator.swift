package import UsherDomain

/// Brings a database's schema up to what this program needs, and tells where it is.
///
/// Each step is one transaction together with the row that records it, so that a program killed in the middle of one
/// leaves nothing of it, and the next run goes on from there.
package struct Migrator: Sendable {
    /// One step, and since when it holds in this database.
    package struct Step: Equatable, Sendable {
        package let number: Int
        package let name: String
        /// Nil: not made yet.
        package let appliedAt: Timestamp?
    }

    private let database: any SQLDatabase
    private let migrations: [Migration]

    package init(_ database: any SQLDatabase, migrations: [Migration] = Migration.all) {
        self.database = database
        self.migrations = migrations
    }

    /// All steps in order. Throws `SchemaProblem` when the database is not one of this program's past.
    package func status() async throws -> [Step] {
        let applied = try await database.transaction(writing: false, readApplied)
        return migrations.enumerated().map { index, migration in
            Step(
                number: migration.number, name: migration.name,
                appliedAt: index < applied.count ? applied[index].at : nil)
        }
    }

    /// Throws `SchemaProblem` unless the schema is exactly the one this program needs.
    package func verify() async throws {
        let missing = try await status().filter { $0.appliedAt == nil }.map(\.number)
        guard missing.isEmpty else { throw SchemaProblem.incomplete(missing: missing) }
    }

    /// Makes the steps that are missing, one transaction each; returns those that it made. Of several that run at
    /// once each step is made by one.
    package func up(at now: Timestamp) async throws -> [Step] {
        var made: [Step] = []
        while let step = try await database.transaction(writing: true, { try makeNext($0, at: now) }) {
            made.append(step)
        }
        return made
    }

    private func makeNext(_ session: any SQLSession, at now: Timestamp) throws -> Step? {
        let dialect = database.dialect
        for statement in dialect.migrationPreamble { _ = try session.rows(statement) }
        _ = try session.rows(Self.list(dialect))
        let applied = try readApplied(session)
        guard applied.count < migrations.count else { return nil }
        let migration = migrations[applied.count]
        for statement in migration.statements(dialect) { _ = try session.rows(statement) }
        _ = try session.rows(
            """
            INSERT INTO schema_migrations (number, name, checksum, applied_at)
            VALUES (\(migration.number), \(migration.name), \(migration.checksum(for: dialect)), \(now))
            """)
        if migration.number >= Migration.rollingMigrations.number {
            _ = try session.rows(
                """
                UPDATE schema_migrations SET oldest_program = \(migration.oldestProgram)
                WHERE number = \(migration.number)
                """)
        }
        return Step(number: migration.number, name: migration.name, appliedAt: now)
    }

    private struct Applied: Sendable {
        let number: Int
        let at: Timestamp
    }

    /// What was made, checked to be a beginning of what is known, or that and steps that suit this program too.
    @Sendable private func readApplied(_ session: any SQLSession) throws -> [Applied] {
        guard try !session.rows(database.dialect.hasMigrations).isEmpty else { return [] }
        let rows = try session.rows("SELECT number, name, checksum, applied_at FROM schema_migrations ORDER BY number")
        let known = migrations.last?.number ?? 0
        return try rows.enumerated().compactMap { index, row in
            var columns = row.columns
            let number: Int = try columns.next()
            let name: String = try columns.next()
            let checksum: String = try columns.next()
            guard number <= known, index < migrations.count else {
                guard try suits(session, number, known) else { throw SchemaProblem.newer(found: number, known: known) }
                return nil
            }
            let migration = migrations[index]
            guard migration.number == number else { throw SchemaProblem.gap(before: number) }
            guard migration.name == name, migration.checksum(for: database.dialect) == checksum else {
                throw SchemaProblem.different(number: number, name: name)
            }
            return Applied(number: number, at: try columns.next())
        }
    }

    /// Whether a step that came after this program was made for it to run on.
    private func suits(_ session: any SQLSession, _ number: Int, _ known: Int) throws -> Bool {
        guard known >= Migration.rollingMigrations.number else { return false }
        return try !session.rows(
            "SELECT 1 FROM schema_migrations WHERE number = \(number) AND oldest_program <= \(known)"
        ).isEmpty
    }

    private static func list(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number \(dialect.integer) PRIMARY KEY, name \(dialect.text) NOT NULL,
            checksum \(dialect.text) NOT NULL, applied_at \(dialect.integer) NOT NULL
        ) \(dialect.strict)
        """
    }
}
