import Foundation
import Synchronization
package import UsherDomain
package import UsherPostgres
package import UsherSQL

/// The throw-away PostgreSQL server of `USHER_TEST_POSTGRES`, and the databases made on it. They go with the server.
package actor PostgresServer {
    package static let shared = PostgresServer()

    private var administration: PostgresDatabase?
    private var template: Task<String, any Error>?

    /// A new database, with or without Usher's schema.
    package func makeDatabase(migrated: Bool, connections: Int = 8) async throws -> PostgresDatabase {
        try await PostgresDatabase(url: try await makeURL(migrated: migrated), connections: connections)
    }

    /// The URL of a new database.
    package func makeURL(migrated: Bool) async throws -> Secret {
        let source = migrated ? try await migratedTemplate() : "template0"
        return try await url(of: create(from: source))
    }

    private func url(of database: String) throws -> Secret {
        guard let server = Engine.serverURL, var parts = URLComponents(string: server) else { throw NoServer() }
        parts.path = "/" + database
        guard let text = parts.string else { throw NoServer() }
        return Secret(text)
    }

    /// One template for all, made once: a copy is cheaper than the migrations.
    private func migratedTemplate() async throws -> String {
        if let template { return try await template.value }
        let making = Task {
            let name = try await create(from: "template0")
            let database = try await PostgresDatabase(url: try url(of: name), connections: 1)
            _ = try await Migrator(database).up(at: Timestamp(milliseconds: 0))
            try await database.close()
            return name
        }
        template = making
        return try await making.value
    }

    private func create(from source: String) async throws -> String {
        let name = "usher_" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
        // Names of databases cannot be bound; these are our own.
        let statement = SQLQuery(stringLiteral: "CREATE DATABASE \(name) TEMPLATE \(source)")
        try await administrate(statement)
        return name
    }

    /// Runs a statement as the server's superuser, outside of any transaction.
    @discardableResult
    package func administrate(_ statement: SQLQuery) async throws -> [SQLRow] {
        guard let server = Engine.serverURL else { throw NoServer() }
        let database: PostgresDatabase
        if let administration {
            database = administration
        } else {
            database = try await PostgresDatabase(url: Secret(server), connections: 1)
            administration = database
        }
        return try await database.transaction(writing: false) { try $0.rows(statement) }
    }

    private struct NoServer: Error, CustomStringConvertible {
        var description: String { "USHER_TEST_POSTGRES is not the URL of a server" }
    }
}
