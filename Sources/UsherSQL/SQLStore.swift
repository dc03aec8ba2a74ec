import UsherDomain
package import UsherUseCases

/// The store, on either engine.
package struct SQLStore: Store {
    private let database: any SQLDatabase

    /// Takes a database whose schema was verified.
    package init(_ database: any SQLDatabase) { self.database = database }

    package func read<R: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws -> R) async throws -> R {
        try await database.transaction(writing: false) { try body(SQLTransaction(session: $0)) }
    }

    package func write<R: Sendable>(_ body: @escaping @Sendable (any StoreWriter) throws -> R) async throws -> R {
        try await database.transaction(writing: true) { try body(SQLTransaction(session: $0)) }
    }
}

/// Domain facts and changes, as statements of one transaction. Whatever must hold when many ask at once is decided in
/// the `WHERE` of a write or by a unique index, and read from the rows that come back.
struct SQLTransaction: StoreWriter {
    let session: any SQLSession

    /// The only row, or nothing.
    func first(_ query: SQLQuery) throws -> SQLRow? { try session.rows(query).first }

    /// Whether any row came back: who gets the row has won.
    func any(_ query: SQLQuery) throws -> Bool { try !session.rows(query).isEmpty }

    func run(_ query: SQLQuery) throws { try session.run(query) }

    func ping() throws {
        let known = Migration.all.last?.number ?? 0
        let row = try first("SELECT COALESCE(MAX(number), 0) FROM schema_migrations")
        var columns = (row ?? SQLRow([])).columns
        let found: Int = try columns.next()
        guard found >= known else { throw SchemaProblem.incomplete(missing: Array((found + 1)...known)) }
    }
}
