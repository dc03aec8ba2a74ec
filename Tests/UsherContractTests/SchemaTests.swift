import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// The schema and how it comes about.
@Suite(.timeLimit(.minutes(15)))
struct SchemaTests {
    @Test(arguments: Engine.available)
    func `an empty database is brought up, verified, and left alone after that`(_ engine: Engine) async throws {
        let database = try await engine.makeEmptyDatabase()
        let migrator = Migrator(database)
        #expect(try await migrator.status().allSatisfy { $0.appliedAt == nil })
        await #expect(throws: SchemaProblem.incomplete(missing: Migration.all.map(\.number))) {
            try await migrator.verify()
        }
        #expect(try await migrator.up(at: Sample.now).map(\.number) == Migration.all.map(\.number))
        try await migrator.verify()
        #expect(try await migrator.up(at: Sample.now).isEmpty)
        #expect(try await migrator.status().allSatisfy { $0.appliedAt == Sample.now })
        try await SQLStore(database).read { try $0.ping() }
    }

    @Test(arguments: Engine.available)
    func `of several that migrate at once each step is made by one`(_ engine: Engine) async throws {
        let database = try await engine.makeEmptyDatabase()
        let made = try await race(5) { _ in try await Migrator(database).up(at: Sample.now) }
        #expect(made.flatMap(\.self).map(\.number).sorted() == Migration.all.map(\.number))
        try await Migrator(database).verify()
    }

    @Test(arguments: Engine.available)
    func `CRS-11 a migration that breaks after any statement goes on where it was`(_ engine: Engine) async throws {
        let database = try await engine.makeEmptyDatabase()
        let migrator = Migrator(database)
        var breaks = 0
        // Each try gets one statement further than the one before.
        for count in 1...500 {
            database.breakAfter(count)
            do {
                _ = try await migrator.up(at: Sample.now)
                break
            } catch is RecordingDatabase.Broken { breaks += 1 }
            database.breakAfter(nil)
            let applied = try await migrator.status().count { $0.appliedAt != nil }
            if applied < Migration.all.count {
                await #expect(throws: SchemaProblem.self) { try await migrator.verify() }
            }
        }
        database.breakAfter(nil)
        #expect(breaks > 10)
        try await migrator.verify()
        _ = try await SampleHouse(database).invite()
    }

    @Test(arguments: Engine.available)
    func `a schema of a newer program is refused, in a sentence`(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let next = Migration((Migration.all.last?.number ?? 0) + 1, "Newer") { _ in ["SELECT 1"] }
        _ = try await Migrator(database, migrations: Migration.all + [next]).up(at: Sample.now)
        let old = Migrator(database)
        let problem = SchemaProblem.newer(found: next.number, known: next.number - 1)
        await #expect(throws: problem) { try await old.verify() }
        await #expect(throws: problem) { _ = try await old.up(at: Sample.now) }
        #expect("\(problem)".contains("newer Usher"))
        // A server that runs while a newer one migrates goes on.
        try await SQLStore(database).read { try $0.ping() }
    }

    @Test(arguments: Engine.available)
    func `CRS-11 a program runs on with steps of a newer one that suit it, and starts anew on them`(
        _ engine: Engine
    ) async throws {
        let database = try await engine.makeDatabase()
        let last = Migration.all.count
        let suiting = Migration(last + 1, "Suiting", oldestProgram: last) { _ in ["SELECT 1"] }
        let others = Migration(last + 2, "Others", oldestProgram: last + 1) { _ in ["SELECT 1"] }
        let newer = Migration.all + [suiting, others]
        _ = try await Migrator(database, migrations: newer.dropLast()).up(at: Sample.now)
        try await Migrator(database).verify()
        #expect(try await Migrator(database).up(at: Sample.now).isEmpty)
        #expect(try await Migrator(database).status().count == last)
        _ = try await SampleHouse(database).invite()
        // Contracting comes later, when no such program runs any more.
        _ = try await Migrator(database, migrations: newer).up(at: Sample.now)
        await #expect(throws: SchemaProblem.newer(found: last + 2, known: last)) {
            try await Migrator(database).verify()
        }
        try await Migrator(database, migrations: newer.dropLast()).verify()
    }

    @Test(arguments: Engine.available)
    func `a step that was changed afterwards, or left out, is noticed`(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let last = try #require(Migration.all.last)
        let changed = Migration(last.number, last.name) { last.statements($0) + ["SELECT 1"] }
        let problem = SchemaProblem.different(number: last.number, name: last.name)
        await #expect(throws: problem) {
            try await Migrator(database, migrations: Migration.all.dropLast() + [changed]).verify()
        }
        _ = try await database.transaction(writing: true) {
            try $0.rows("DELETE FROM schema_migrations WHERE number = 2")
        }
        await #expect(throws: SchemaProblem.gap(before: 3)) { try await Migrator(database).verify() }
    }

    /// Released steps never change: whoever edits one sees it here first.
    @Test func `released steps are what they were`() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
        for dialect in Dialect.allCases {
            let sums = Migration.all.map { $0.checksum(for: dialect) }
            #expect(Set(sums).count == sums.count)
            #expect(sums.allSatisfy { $0.utf8.count == 16 })
        }
    }

    @Test(arguments: Engine.available)
    func `references and checks are kept by the engine`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let stray = Sample.invitation(in: Sample.id(), by: .user(house.owner.id))
        await #expect(throws: (any Error).self) {
            _ = try await house.store.write { try $0.add(stray, codeHash: "c", emailHash: "h") }
        }
        await #expect(throws: (any Error).self) {
            _ = try await house.database.transaction(writing: true) {
                try $0.rows("UPDATE memberships SET role = 3 WHERE organization_id = \(house.organization.id)")
            }
        }
        #expect(try await house.store.read { try $0.membership(of: house.owner.id, in: house.organization.id) } != nil)
    }

    @Test(arguments: Engine.available)
    func `a text with NUL is refused on both engines`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        await #expect(throws: (any Error).self) {
            try await house.store.write { try $0.add(Sample.organization(name: "a\u{0}b")) }
        }
    }
}
