import UsherDomain
import UsherPostgres
import UsherSQL
import UsherSQLite
import UsherUseCases

/// The database that the settings name, opened.
struct OpenDatabase: Sendable {
    enum Use: Sendable {
        case server, command
        /// Touches every row: it may take long, on a SQLite file only while no server has it.
        case maintenance
        /// Reads every row, beside a server.
        case survey
    }

    let database: any SQLDatabase
    /// An empty SQLite file: nobody's data can be harmed by making the schema in it.
    let isFresh: Bool
    private let postgres: PostgresDatabase?
    /// Gives one element when nothing can be written any more until the process was started anew; nil: never.
    let failures: AsyncStream<StoreUnavailable>?

    /// - Throws: `DatabaseProblem`.
    init(_ settings: Settings.Database, use: Use) async throws {
        switch settings {
        case .sqlite(let path):
            let isAlone = use == .server || use == .maintenance
            let opened = try SQLiteDatabase(path: path, use: isAlone ? .server : .command)
            (database, isFresh, postgres, failures) = (opened, opened.isFresh, nil, opened.failures)
        case .postgres(let url, let connections):
            let count = use == .server ? connections : 1
            let opened = try await PostgresDatabase(
                url: url, connections: count, pace: use == .server || use == .command ? .requests : .maintenance)
            (database, isFresh, postgres, failures) = (opened, false, opened, nil)
        }
    }

    func close() async { try? await postgres?.close() }

    var engine: String { postgres == nil ? "SQLite" : "PostgreSQL" }
}
