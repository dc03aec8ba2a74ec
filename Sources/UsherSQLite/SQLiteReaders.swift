import GRDB
import Synchronization

/// Connections that only read, each used by one thread at a time, made when all others are in use.
///
/// GRDB's pool asks for the schema's version at each read and prepares its BEGIN anew, which takes longer than most
/// reads. Neither is needed here: SQLite itself prepares a statement again whose schema has changed, and no statement of
/// ours says `*`.
final class SQLiteReaders: Sendable {
    private let path: String
    private let place: FilePlace
    private let configuration: Configuration
    /// Those beyond it are closed after their use.
    private let kept: Int
    private let idle = Mutex<[DatabaseQueue]>([])

    /// - Parameter configuration: the writer's; of a file that is in WAL mode already.
    init(path: String, configuration: Configuration, kept: Int) {
        self.path = path
        place = FilePlace(path)
        self.kept = kept
        var configuration = configuration
        configuration.readonly = true
        configuration.journalMode = .default
        self.configuration = configuration
    }

    /// Another file in the place of ours must not answer beside it.
    private func open() throws -> DatabaseQueue {
        let reader = try DatabaseQueue(path: path, configuration: configuration)
        try place.check()
        return reader
    }

    func close() { idle.withLock { $0 = [] } }

    /// Reads everything as of one moment.
    func read<R>(_ body: (Database) throws -> R) throws -> R {
        let reader = try idle.withLock { $0.popLast() } ?? open()
        defer {
            idle.withLock { idle in
                if idle.count < kept { idle.append(reader) }
            }
        }
        return try reader.unsafeRead { database in
            try database.run("BEGIN DEFERRED")
            do {
                let result = try body(database)
                try database.run("COMMIT")
                return result
            } catch {
                try? database.rollback()
                throw error
            }
        }
    }
}

extension Database {
    /// A statement without values, prepared once.
    func run(_ sql: String) throws { try cachedStatement(sql: sql).execute() }
}
