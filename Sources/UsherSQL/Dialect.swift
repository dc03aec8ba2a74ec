/// The few words that the engines spell differently. They stand in schema only; every other statement is one text.
package enum Dialect: String, Sendable, CaseIterable {
    case sqlite, postgres

    /// 64 bits on both.
    package var integer: SQLQuery {
        switch self {
        case .sqlite: "INTEGER"
        case .postgres: "BIGINT"
        }
    }

    /// Compared byte by byte on both: the order of the operating system's locale changes with its updates, and an
    /// index built under the old order is then corrupt.
    package var text: SQLQuery {
        switch self {
        case .sqlite: "TEXT"
        case .postgres: "TEXT COLLATE \"C\""
        }
    }

    /// A number that only grows, given by the engine.
    package var sequence: SQLQuery {
        switch self {
        case .sqlite: "INTEGER PRIMARY KEY AUTOINCREMENT"
        case .postgres: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        }
    }

    /// Stands before the `VALUES` of an `INSERT` that brings the numbers of a `sequence` with it.
    package var withGivenSequence: SQLQuery {
        switch self {
        case .sqlite: ""
        case .postgres: "OVERRIDING SYSTEM VALUE"
        }
    }

    /// Lets the sequence of a table go on after the numbers that were brought.
    package func continueSequence(of table: CopiedTable) -> [SQLQuery] {
        switch self {
        case .sqlite: []
        case .postgres:
            [
                """
                SELECT setval(pg_get_serial_sequence('\(table.name)', '\(table.key)'), MAX(\(table.key)))
                FROM \(table.name)
                """
            ]
        }
    }

    /// Ends a `CREATE TABLE`: without it SQLite stores words in columns of numbers.
    package var strict: SQLQuery {
        switch self {
        case .sqlite: "STRICT"
        case .postgres: ""
        }
    }

    /// Statements that let a table grow but never change.
    package func appendOnly(_ table: SQLQuery) -> [SQLQuery] {
        switch self {
        case .sqlite:
            [
                """
                CREATE TRIGGER \(table)_no_update BEFORE UPDATE ON \(table)
                BEGIN SELECT RAISE(ABORT, 'append-only'); END
                """,
                """
                CREATE TRIGGER \(table)_no_delete BEFORE DELETE ON \(table)
                BEGIN SELECT RAISE(ABORT, 'append-only'); END
                """,
            ]
        case .postgres:
            [
                """
                CREATE FUNCTION \(table)_append_only() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN RAISE EXCEPTION ''append-only''; END'
                """,
                """
                CREATE TRIGGER \(table)_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON \(table)
                FOR EACH STATEMENT EXECUTE FUNCTION \(table)_append_only()
                """,
            ]
        }
    }

    /// What a migration's transaction begins with. On SQLite a writing transaction is alone anyway; on PostgreSQL a
    /// lock of the transaction makes it so, and building an index may take longer than a request may.
    var migrationPreamble: [SQLQuery] {
        switch self {
        case .sqlite: []
        case .postgres:
            [
                "SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = '60s'",
                "SELECT pg_advisory_xact_lock(8463289017334120001)",
            ]
        }
    }

    /// A row when the list of migrations exists.
    var hasMigrations: SQLQuery {
        switch self {
        case .sqlite: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
        case .postgres: "SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL"
        }
    }
}
