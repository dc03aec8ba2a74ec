import Foundation
import Testing
import UsherDomain
import UsherSQL
import UsherSQLite
import UsherTestKit
import UsherUseCases

/// What only the file engine promises.
@Suite(.timeLimit(.minutes(15)))
struct SQLiteTests {
    private func open(_ folder: TemporaryFolder, use: SQLiteDatabase.Use = .server) throws -> SQLiteDatabase {
        try SQLiteDatabase(path: folder.path + "/usher.sqlite", use: use)
    }

    @Test(arguments: [SQLiteDatabase.Use.server, .command])
    func `CRS-05 the connection that writes syncs every commit`(_ use: SQLiteDatabase.Use) async throws {
        let database = try open(TemporaryFolder(), use: use)
        #expect(try await database.writerPragma(.synchronous) == 2)
        #expect(try await database.writerPragma(.foreignKeys) == 1)
    }

    @Test(arguments: [SQLiteDatabase.Use.server, .command])
    func `CRS-23 the server keeps the log of writes short, and a command leaves it alone`(
        _ use: SQLiteDatabase.Use
    ) async throws {
        let folder = try TemporaryFolder()
        let database = try open(folder, use: use)
        _ = try await database.transaction(writing: true) {
            try $0.rows("CREATE TABLE pages (number INTEGER NOT NULL, text TEXT NOT NULL) STRICT")
        }
        // More than 10,000 pages of 4,096 bytes, one a commit.
        let text = String(repeating: "x", count: 4_000)
        _ = try await race(20) { lane in
            for number in 0..<500 {
                _ = try await database.transaction(writing: true) {
                    try $0.rows("INSERT INTO pages VALUES (\(lane * 500 + number), \(text))")
                }
            }
        }
        let log = try FileManager.default.attributesOfItem(atPath: folder.path + "/usher.sqlite-wal")[.size] as? Int
        let size = try #require(log)
        // As long as it may be while others wait, and one batch.
        if use == .server { #expect(size < 4_600 * 4_200) } else { #expect(size > 10_000 * 4_096) }
        let count = try await database.transaction(writing: false) { try $0.rows("SELECT COUNT(*) FROM pages") }
        #expect(count == [SQLRow([.integer(10_000)])])
    }

    @Test func `more may read at once than connections are kept, and each as of one moment`() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path + "/usher.sqlite", readers: 1)
        let change: @Sendable (SQLQuery) async throws -> Void = { query in
            _ = try await database.transaction(writing: true) { try $0.rows(query) }
        }
        try await change("CREATE TABLE numbers (number INTEGER NOT NULL) STRICT")
        try await change("INSERT INTO numbers VALUES (\(1))")
        let hasRead = Gate(), mayGoOn = Gate()
        async let twice: [SQLRow] = Task.detached {
            try await database.transaction(writing: false) { session in
                let first = try session.rows("SELECT COUNT(*) FROM numbers")
                hasRead.open()
                mayGoOn.wait()
                return first + (try session.rows("SELECT COUNT(*) FROM numbers"))
            }
        }.value
        await hasRead.waitAsync()
        try await change("INSERT INTO numbers VALUES (\(2))")
        let others = try await race(20) { _ in
            try await database.transaction(writing: false) { try $0.rows("SELECT COUNT(*) FROM numbers") }
        }
        mayGoOn.open()
        #expect(try await twice == [SQLRow([.integer(1)]), SQLRow([.integer(1)])])
        #expect(others == Array(repeating: [SQLRow([.integer(2)])], count: 20))
        await #expect(throws: (any Error).self) {
            _ = try await database.transaction(writing: false) { try $0.rows("INSERT INTO numbers VALUES (\(3))") }
        }
    }

    @Test func `a refused unit rolls back alone`() async throws {
        let house = try await SampleHouse(.sqlite)
        let isRunning = Gate(), mayEnd = Gate()
        // While the first unit holds the writer, the others gather; they are then committed together.
        async let first: Void = house.store.write { _ in
            isRunning.open()
            mayEnd.wait()
        }
        await isRunning.waitAsync()
        let organizations = (0..<30).map { Sample.organization(name: "Organization \($0)") }
        async let outcomes = race(30) { index in
            do {
                try await house.store.write { tx in
                    try tx.add(organizations[index])
                    if index.isMultiple(of: 3) { throw Refusal.seatLimitReached }
                }
                return true
            } catch Refusal.seatLimitReached { return false }
        }
        try await Task.sleep(for: .milliseconds(100))
        mayEnd.open()
        try await first
        #expect(try await outcomes.wins == 20)
        for (index, organization) in organizations.enumerated() {
            let isThere = try await house.store.read { try $0.organization(organization.id) != nil }
            #expect(isThere == !index.isMultiple(of: 3))
        }
    }

    @Test func `CRS-04 a full disk takes no answered write with it, and writing goes on when there is room`()
        async throws
    {
        let house = try await SampleHouse(.sqlite)
        let setRoom: @Sendable (Int) async throws -> Void = { pages in
            _ = try await house.database.transaction(writing: true) { session in
                try session.rows(SQLQuery(stringLiteral: "PRAGMA max_page_count = \(pages)"))
            }
        }
        // The engine takes no less than there is, so this leaves no room at all.
        try await setRoom(1)
        let organizations = (0..<40).map { _ in Sample.organization(name: String(repeating: "x", count: 3_000)) }
        let outcomes = try await race(40) { index in
            do {
                try await house.store.write { try $0.add(organizations[index]) }
                return (index, true)
            } catch is StoreUnavailable { return (index, false) }
        }
        #expect(outcomes.contains { !$0.1 })
        for (index, isAnswered) in outcomes {
            let isThere = try await house.store.read { try $0.organization(organizations[index].id) != nil }
            #expect(isThere == isAnswered)
        }
        try await setRoom(100_000)
        _ = try await house.invite()
    }

    @Test func `CON-19 fifty writers are not held up by a long reader, nor it by them`() async throws {
        let house = try await SampleHouse(.sqlite)
        let isReading = Gate(), mayEnd = Gate()
        async let counts = house.store.read { tx in
            let before = try tx.organizations(limit: 1_000).count
            isReading.open()
            mayEnd.wait()
            return (before, try tx.organizations(limit: 1_000).count)
        }
        await isReading.waitAsync()
        let start = ContinuousClock.now
        _ = try await race(50) { index in
            for round in 0..<5 {
                try await house.store.write { try $0.add(Sample.organization(name: "\(index).\(round)")) }
            }
        }
        let took = start.duration(to: .now)
        mayEnd.open()
        // The reader saw one moment all along.
        #expect(try await counts == (1, 1))
        #expect(try await house.store.read { try $0.organizations(limit: 1_000).count } == 251)
        #expect(took < .seconds(120))
    }

    @Test func `one file serves one server; a command may look in`() async throws {
        let folder = try TemporaryFolder()
        var server: SQLiteDatabase? = try open(folder)
        #expect(server?.isFresh == true)
        let problem = #expect(throws: DatabaseProblem.self) { try open(folder) }
        #expect(problem?.description.contains("in use by another Usher") == true)
        let command = try open(folder, use: .command)
        _ = try await Migrator(command).up(at: Sample.now)
        if let server { try await Migrator(server).verify() }
        server = nil
        #expect(try open(folder).isFresh == false)
    }

    @Test func `CRS-13 what cannot be opened is told in one sentence, and nothing is made`() throws {
        let folder = try TemporaryFolder()
        let problem: (String) -> String? = { path in
            do {
                _ = try SQLiteDatabase(path: path)
                return nil
            } catch { return (error as? DatabaseProblem)?.description }
        }
        #expect(problem(folder.path + "/none/usher.sqlite")?.contains("folder of the database does not exist") == true)
        #expect(problem(folder.path + "/") != nil)
        try "no database".write(toFile: folder.path + "/text.sqlite", atomically: false, encoding: .utf8)
        #expect(problem(folder.path + "/text.sqlite")?.contains("Cannot open the database") == true)
        try "log".write(toFile: folder.path + "/gone.sqlite-wal", atomically: false, encoding: .utf8)
        #expect(problem(folder.path + "/gone.sqlite")?.contains("is gone") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/gone.sqlite"))
    }

    @Test func `nobody else may read the file`() async throws {
        let folder = try TemporaryFolder()
        let database = try open(folder)
        _ = try await Migrator(database).up(at: Sample.now)
        for name in ["usher.sqlite", "usher.sqlite-wal"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `who reads cannot write`() async throws {
        let house = try await SampleHouse(.sqlite)
        await #expect(throws: (any Error).self) {
            _ = try await house.database.transaction(writing: false) { try $0.rows("DELETE FROM quotas") }
        }
    }

    @Test func `a fault shows its kind, and neither statement nor value`() async throws {
        let house = try await SampleHouse(.sqlite)
        let duplicate = house.organization
        let fault = await #expect(throws: SQLiteFault.self) {
            try await house.store.write { try $0.add(duplicate) }
        }
        #expect(fault.map { "\($0)" } == "SQLite error 1555")
        #expect(fault?.debugDescription.contains("organizations.id") == true)
        #expect(fault?.debugDescription.contains(duplicate.id.rawValue) == false)
    }
}
