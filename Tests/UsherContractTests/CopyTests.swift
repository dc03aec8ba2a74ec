import Testing
import UsherDomain
import UsherSQL
import UsherSQLite
import UsherTestKit
import UsherUseCases

/// CRS-12: a backup and what comes of it. The databases are used without the kit's recorder, because a backup is of all
/// organizations at once.
@Suite(.timeLimit(.minutes(15)))
struct CopyTests {
    private let copy = DatabaseCopy { _, _, _ in }

    private func backup(_ database: any SQLDatabase, in folder: TemporaryFolder) async throws -> SQLiteFile {
        let file = try SQLiteFile(path: folder.path + "/backup-\(Sample.id(Letter.self)).sqlite")
        _ = try await Migrator(file).up(at: Sample.now)
        try await copy.save(database) { try file.run($0) }
        return file
    }

    private func entry() -> AuditEntry {
        AuditEntry(
            id: Sample.id(), action: .databaseRestored, organization: nil, actor: "operator", subject: "x",
            requestID: nil, at: Sample.now)
    }

    private func content(_ database: any SQLDatabase) async throws -> [String: [SQLRow]] {
        try await database.snapshot { session in
            try Dictionary(
                uniqueKeysWithValues: CopiedTable.all.map { table in
                    let rows = try session.rows(
                        "SELECT \(table.key), \(table.others) FROM \(table.name) ORDER BY \(table.key)")
                    return (table.name.text, rows.map(Self.plain))
                })
        }
    }

    /// PostgreSQL answers numbers in text.
    private static func plain(_ row: SQLRow) -> SQLRow {
        SQLRow(row.values.map { if case .integer(let number) = $0 { .text(String(number)) } else { $0 } })
    }

    /// An organization with something in most tables, and more rows than one page.
    private func fill(_ engine: Engine) async throws -> SampleHouse {
        let house = try await SampleHouse(engine)
        for index in 0..<40 { _ = try await house.inviteByLetter("guest\(index)") }
        let session = Session(
            hash: "s", user: house.owner.id, createdAt: Sample.now, lastSeenAt: Sample.now,
            expiresAt: Sample.now + .days(30))
        try await house.store.write { tx in
            try tx.add(session)
            for _ in 0..<2_300 { try tx.record(entry()) }
        }
        return house
    }

    @Test(arguments: Engine.available)
    func `every column of every table is copied`(_ engine: Engine) async throws {
        let database = try await engine.makeEmptyDatabase()
        _ = try await Migrator(database).up(at: Sample.now)
        let found = try await database.transaction(writing: false) { session in
            try session.rows(Self.columns(database.dialect)).map { row in
                var columns = row.columns
                return try columns.next(String.self)
            }
        }
        let copied = CopiedTable.all.flatMap { table in table.columns.map { "\(table.name.text).\($0)" } }
        #expect(
            found.filter { !$0.hasPrefix("schema_migrations.") && !$0.hasPrefix("sqlite_") }.sorted() == copied.sorted()
        )
    }

    private static func columns(_ dialect: Dialect) -> SQLQuery {
        switch dialect {
        case .sqlite:
            "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        case .postgres:
            """
            SELECT table_name || '.' || column_name FROM information_schema.columns
            WHERE table_schema = current_schema()
            """
        }
    }

    @Test(arguments: Engine.available, Engine.available)
    func `CRS-12 what is restored is what was saved, from either engine to either`(_ from: Engine, _ to: Engine)
        async throws
    {
        let folder = try TemporaryFolder()
        let house = try await fill(from)
        let source = house.database.base
        let file = try await backup(source, in: folder)
        #expect(try await content(file) == content(source))

        let recorder = try await to.makeDatabase()
        let target = recorder.base
        let ended = try await copy.load(into: target, at: Sample.now, noted: entry()) { try file.run($0) }
        #expect(ended == WhatWasOpen(sessions: 1, links: 0, invitations: 40, letters: 40))
        let (before, after) = try await (content(file), content(target))
        for table in CopiedTable.all.map(\.name.text) where !["sessions", "invitations", "outbox"].contains(table) {
            let kept = try #require(after[table]).prefix(before[table]?.count ?? 0)
            #expect(Array(kept) == before[table], "\(table)")
        }
        #expect(after["audit"]?.count == (before["audit"]?.count ?? 0) + 1)
        let store = SQLStore(target)
        let invitations = try await store.read {
            try $0.invitations(InvitationSelection(organization: house.organization.id, limit: 100, now: Sample.now))
        }
        #expect(invitations.count == 40)
        #expect(invitations.allSatisfy { $0.status(at: Sample.now) == .expired })
        #expect(try await store.read { try $0.outboxDepth(at: Sample.now).waiting } == 0)
        #expect(after["sessions"] == [])
    }

    @Test(arguments: Engine.available)
    func `CRS-12 a database that holds anything is not restored into, and stays as it is`(_ engine: Engine)
        async throws
    {
        let folder = try TemporaryFolder()
        let house = try await fill(.sqlite), other = try await SampleHouse(engine)
        let file = try await backup(house.database.base, in: folder)
        let target = other.database.base
        let before = try await content(target)
        await #expect(throws: DatabaseCopy.NotEmpty.self) {
            _ = try await copy.load(into: target, at: Sample.now, noted: entry()) { try file.run($0) }
        }
        #expect(try await content(target) == before)
    }

    @Test(arguments: Engine.available)
    func `CRS-12 a backup is of one moment`(_ engine: Engine) async throws {
        let folder = try TemporaryFolder()
        let house = try await fill(engine)
        let database = house.database.base
        let file = try SQLiteFile(path: folder.path + "/backup.sqlite")
        _ = try await Migrator(file).up(at: Sample.now)
        // Between the copies of two tables somebody is invited: the letter must not be there without its invitation.
        let isReading = Gate(), mayGoOn = Gate()
        let slow = DatabaseCopy { table, _, isAll in
            guard table == "invitations", isAll else { return }
            isReading.open()
            mayGoOn.wait()
        }
        async let saved: Void = slow.save(database) { try file.run($0) }
        await isReading.waitAsync()
        _ = try await house.inviteByLetter("latecomer")
        mayGoOn.open()
        try await saved
        let content = try await content(file)
        #expect(content["invitations"]?.count == 40)
        #expect(content["outbox"]?.count == 40)
    }
}
