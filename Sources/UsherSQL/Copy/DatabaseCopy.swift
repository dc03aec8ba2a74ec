package import UsherDomain
package import UsherUseCases

/// All of Usher's data on its way into a backup or out of one. Both ends have this program's schema.
package struct DatabaseCopy: Sendable {
    /// Told of each table how many rows were copied so far, and whether that is all.
    package typealias Progress = @Sendable (_ table: String, _ rows: Int, _ isAll: Bool) -> Void

    /// The end that nobody else uses: its transactions run where they are asked.
    package typealias File = @Sendable (_ body: (any SQLSession) throws -> Void) throws -> Void

    private let progress: Progress

    package init(progress: @escaping Progress) { self.progress = progress }

    /// Copies everything as of one moment.
    package func save(_ database: any SQLDatabase, to file: @escaping File) async throws {
        try await database.snapshot { source in
            try file { target in try copyAll(from: source, to: target, .sqlite) }
        }
    }

    /// Fills an empty database, and ends what was open when the backup was made; all of it, or nothing.
    ///
    /// - Throws: `NotEmpty`.
    package func load(
        into database: any SQLDatabase, at now: Timestamp, noted entry: AuditEntry, from file: @escaping File
    ) async throws -> WhatWasOpen {
        let dialect = database.dialect
        return try await database.transaction(writing: true) { target in
            for table in CopiedTable.all where try !table.isEmpty(in: target) { throw NotEmpty() }
            try file { source in try copyAll(from: source, to: target, dialect) }
            return try Self.end(target, at: now, entry)
        }
    }

    /// Ends what is open in a database that was brought back by other means.
    package func end(in database: any SQLDatabase, at now: Timestamp, noted entry: AuditEntry) async throws
        -> WhatWasOpen
    {
        try await database.transaction(writing: true) { try Self.end($0, at: now, entry) }
    }

    /// The database to be filled holds something.
    package struct NotEmpty: Error {}

    private static func end(_ session: any SQLSession, at now: Timestamp, _ entry: AuditEntry) throws -> WhatWasOpen {
        let transaction = SQLTransaction(session: session)
        try transaction.record(entry)
        return try transaction.endWhatIsOpen(at: now)
    }

    private func copyAll(from source: any SQLSession, to target: any SQLSession, _ dialect: Dialect) throws {
        for table in CopiedTable.all {
            let count = try table.copy(from: source, to: target, dialect) { progress(table.name.text, $0, false) }
            progress(table.name.text, count, true)
        }
    }
}
