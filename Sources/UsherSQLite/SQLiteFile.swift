import GRDB
import Glibc
package import UsherSQL
import UsherUseCases

/// A database file that nobody else uses: a backup, being made or read. Its work runs where it is asked.
package final class SQLiteFile: SQLDatabase {
    package let dialect = Dialect.sqlite
    private let queue: DatabaseQueue

    /// Opens the file, or makes it, for its owner only. Throws `DatabaseProblem`.
    package init(path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DatabaseProblem("Cannot write \(path): \(String(cString: strerror(errno))).")
        }
        Glibc.close(descriptor)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            try database.execute(sql: "PRAGMA cell_size_check = ON")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as DatabaseError {
            throw DatabaseProblem("Cannot open \(path): \(error.message ?? "\(error.resultCode)").")
        }
    }

    /// One transaction.
    package func run<R>(_ body: (any SQLSession) throws -> R) throws -> R {
        do {
            return try queue.write { try body(SQLiteSession(database: $0)) }
        } catch {
            throw SQLiteFault.translate(error)
        }
    }

    package func transaction<R: Sendable>(
        writing: Bool, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> R {
        try run(body)
    }

    package func snapshot<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        try run(body)
    }

    package func close() throws { try queue.close() }
}

/// Whether a file holds what was written into it.
package enum SQLiteIntegrity {
    /// What SQLite finds wrong: in the structure of tables and indexes, or between rows that refer to each other.
    /// Reads everything. An error that keeps SQLite from looking is a finding too.
    package static func findings(_ database: any SQLDatabase) async -> [String] {
        do {
            return try await database.snapshot { session in
                let structure = try session.rows("PRAGMA integrity_check(5)").compactMap { row in
                    if case .text(let text)? = row.values.first, text != "ok" { text } else { nil }
                }
                guard structure.isEmpty else { return structure }
                let strays = try session.rows("PRAGMA foreign_key_check")
                return strays.isEmpty ? [] : ["\(strays.count) rows refer to rows that are not there"]
            }
        } catch let fault as SQLiteFault {
            return [fault.debugDescription]
        } catch {
            return ["\(error)"]
        }
    }
}
