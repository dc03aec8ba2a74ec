import Foundation
import UsherDomain
import UsherPostgres
package import UsherSQL
import UsherSQLite

/// Where a contract is kept: each promise of the store is tested on all of them.
package enum Engine: String, Sendable, CaseIterable, CustomStringConvertible {
    case sqlite, postgres

    /// SQLite always; PostgreSQL when `USHER_TEST_POSTGRES` is the URL of a throw-away server and its superuser
    /// (`Tests/postgres.sh start` makes one).
    package static let available: [Engine] = serverURL == nil ? [.sqlite] : [.sqlite, .postgres]

    package static let serverURL = ProcessInfo.processInfo.environment["USHER_TEST_POSTGRES"]

    package var description: String { rawValue }

    /// A store with a schema and nothing in it, of its own; what it lies in goes when it is let go.
    package func makeStore() async throws -> SQLStore { SQLStore(try await makeDatabase()) }

    /// The database under such a store.
    package func makeDatabase() async throws -> RecordingDatabase {
        switch self {
        case .sqlite:
            let database = try makeEmptySQLite()
            _ = try await Migrator(database).up(at: Timestamp(milliseconds: 0))
            return database
        case .postgres: return RecordingDatabase(try await PostgresServer.shared.makeDatabase(migrated: true))
        }
    }

    /// A database without even a schema.
    package func makeEmptyDatabase() async throws -> RecordingDatabase {
        switch self {
        case .sqlite: try makeEmptySQLite()
        case .postgres: RecordingDatabase(try await PostgresServer.shared.makeDatabase(migrated: false))
        }
    }

    private func makeEmptySQLite() throws -> RecordingDatabase {
        let folder = try TemporaryFolder()
        return RecordingDatabase(try SQLiteDatabase(path: folder.path + "/usher.sqlite"), folder: folder)
    }
}

/// A folder that is removed when nobody holds it any more.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        path = NSTemporaryDirectory() + "usher-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
