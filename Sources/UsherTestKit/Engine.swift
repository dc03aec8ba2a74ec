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
            let template = try await SQLiteTemplate.shared.content()
            return try makeSQLite { try template.write(to: URL(filePath: $0)) }
        case .postgres: return RecordingDatabase(try await PostgresServer.shared.makeDatabase(migrated: true))
        }
    }

    /// A database without even a schema.
    package func makeEmptyDatabase() async throws -> RecordingDatabase {
        switch self {
        case .sqlite: try makeSQLite { _ in }
        case .postgres: RecordingDatabase(try await PostgresServer.shared.makeDatabase(migrated: false))
        }
    }

    private func makeSQLite(_ prepare: (String) throws -> Void) throws -> RecordingDatabase {
        let folder = try TemporaryFolder()
        let path = folder.path + "/usher.sqlite"
        try prepare(path)
        return RecordingDatabase(try SQLiteDatabase(path: path), folder: folder)
    }
}

/// A file with Usher's schema and nothing in it, made once: a copy is cheaper than the migrations.
private actor SQLiteTemplate {
    static let shared = SQLiteTemplate()

    private var making: Task<Data, any Error>?

    func content() async throws -> Data {
        if let making { return try await making.value }
        let task = Task { try await Self.make() }
        making = task
        return try await task.value
    }

    private static func make() async throws -> Data {
        let folder = try TemporaryFolder()
        let path = folder.path + "/usher.sqlite"
        try await migrate(path)
        // The log of writes goes when the last who uses the file has let it go, a moment after its answer.
        while FileManager.default.fileExists(atPath: path + "-wal") { try await Task.sleep(for: .milliseconds(5)) }
        return try Data(contentsOf: URL(filePath: path))
    }

    private static func migrate(_ path: String) async throws {
        _ = try await Migrator(SQLiteDatabase(path: path)).up(at: Timestamp(milliseconds: 0))
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
