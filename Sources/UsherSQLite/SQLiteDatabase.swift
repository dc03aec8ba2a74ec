import GRDB
import Glibc
package import UsherSQL
package import UsherUseCases

/// Usher's database in one file, in WAL mode: one connection that writes, and commits for all who wait together; some
/// that read beside it.
package final class SQLiteDatabase: SQLDatabase {
    /// How this process shares the file.
    package enum Use: Sendable {
        /// The one server on it.
        case server
        /// A command that may run beside the server: it takes the file as it finds it, and leaves the log of writes
        /// to the server.
        case command
    }

    package let dialect = Dialect.sqlite
    /// Whether there was nothing in the file when it was opened, not even a schema.
    package let isFresh: Bool
    /// Gives one element when nothing can be written any more until the process was started anew.
    package var failures: AsyncStream<StoreUnavailable> { committer.failures }
    /// SQLite's version, for logs.
    package let version: String

    private let readers: SQLiteReaders
    private let writer: DatabaseQueue
    private let committer: GroupCommitter
    private let lock: FileLock?

    /// One for each thread that can ask at once.
    package static let usualReaders = max(4, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// The oldest SQLite whose SQL is enough: `IS DISTINCT FROM` came with it.
    private static let oldestVersion = 3_039_000

    /// Opens the file, or makes it (mode 0600). Throws `DatabaseProblem`, one sentence, when that cannot be.
    ///
    /// - Parameters:
    ///   - readers: connections that are kept for reading.
    ///   - waiting: the most units of work that wait for the writer; beyond it they are refused as busy.
    package init(path: String, use: Use = .server, readers: Int = usualReaders, waiting: Int = 10_000) throws {
        try Self.checkPlace(path)
        lock = use == .server ? try FileLock(beside: path) : nil
        try Self.makePrivate(path)
        // A command leaves the log to the server.
        let log = use == .server ? WriteAheadLog() : nil
        do {
            let configuration = Self.configuration
            writer = try DatabaseQueue(path: path, configuration: configuration)
            self.readers = SQLiteReaders(path: path, configuration: configuration, kept: readers)
            (version, isFresh) = try writer.writeWithoutTransaction { database in
                log?.count(on: database)
                return try Self.setUpWriter(database, use)
            }
        } catch let error as DatabaseError {
            throw DatabaseProblem(
                "Cannot open the database \(path): \(error.message ?? "SQLite error \(error.resultCode.rawValue)").")
        }
        committer = GroupCommitter(writer: writer, log: log, place: FilePlace(path), lock: lock, capacity: waiting)
    }

    /// The writer is the last to be closed: only it can take the log of writes into the file.
    deinit { readers.close() }

    package func transaction<R: Sendable>(
        writing: Bool, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> R {
        guard writing else { return try read(body) }
        return try await committer.commit(body)
    }

    package func snapshot<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        try read(body)
    }

    /// Reads where it is asked: that takes less time than changing the thread, and in WAL mode nothing makes it wait. See
    /// docs/decisions/0013-reads-stay.md.
    private func read<R: Sendable>(_ body: @Sendable (any SQLSession) throws -> R) throws -> R {
        do {
            return try readers.read { try body(SQLiteSession(database: $0)) }
        } catch {
            throw SQLiteFault.translate(error)
        }
    }

    /// A setting of the connection that writes, as SQLite itself tells it.
    package func writerPragma(_ name: Pragma) async throws -> Int {
        try await writer.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA \(name.rawValue)") ?? -1 }
    }

    package enum Pragma: String, Sendable {
        case synchronous
        case foreignKeys = "foreign_keys"
    }
}

extension SQLiteDatabase {
    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.label = "usher"
        configuration.prepareDatabase { database in
            // Readers are read-only and could not checkpoint; `WriteAheadLog` says when the writer does.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            try database.execute(sql: "PRAGMA cell_size_check = ON")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    /// GRDB sets `synchronous = NORMAL` whenever it turns WAL on, and a power cut then takes back commits that were
    /// answered. So FULL is set after it, on the connection that writes, and read back. That connection is also the
    /// only one that checkpoints: SQLite before 3.51.3 can spoil a log that two reset at once.
    private static func setUpWriter(_ database: Database, _ use: Use) throws -> (version: String, isFresh: Bool) {
        let version = try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? "0"
        guard number(of: version) >= oldestVersion else {
            throw DatabaseProblem("SQLite \(version) is too old; Usher needs 3.39 or newer.")
        }
        try database.execute(sql: "PRAGMA synchronous = FULL")
        if use == .server {
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            try database.execute(sql: "PRAGMA cache_size = -16000")
        }
        guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2,
            try Int.fetchOne(database, sql: "PRAGMA foreign_keys") == 1
        else {
            throw DatabaseProblem("SQLite does not take the settings that make commits durable.")
        }
        let tables = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") ?? 0
        return (version, tables == 0)
    }

    /// `3.40.1` as 3040001.
    private static func number(of version: String) -> Int {
        version.split(separator: ".").prefix(3).reduce(0) { $0 * 1000 + (Int($1) ?? 0) }
    }

    private static func checkPlace(_ path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var found = stat()
        guard folder.isEmpty || stat(folder, &found) == 0, folder.isEmpty || found.st_mode & S_IFMT == S_IFDIR else {
            throw DatabaseProblem("The folder of the database does not exist: \(folder).")
        }
        // A log of writes without its database: somebody moved or removed the database. Making a new one here would
        // hide that.
        guard stat(path, &found) != 0 else { return }
        guard stat(path + "-wal", &found) != 0 || found.st_size == 0 else {
            throw DatabaseProblem(
                "The database \(path) is gone, but \(path)-wal is still there. Put the database back, or remove both.")
        }
        guard !FileLock.isNoted(beside: path) else {
            throw DatabaseProblem(
                "The database \(path) is gone; it has been used before, as \(path).lock says. Put it back, or remove "
                    + "that file and restore a backup or begin with an empty one.")
        }
    }

    /// The file holds addresses and hashes of passwords: its owner only. SQLite gives its other files the same mode.
    private static func makePrivate(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DatabaseProblem("Cannot write the database \(path): \(String(cString: strerror(errno))).")
        }
        Glibc.close(descriptor)
    }
}
