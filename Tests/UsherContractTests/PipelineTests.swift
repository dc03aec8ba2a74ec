import Synchronization
import Testing
import UsherDomain
import UsherPostgres
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Statements whose rows nobody wants go to PostgreSQL together with others, and fail no less for it.
@Suite(.enabled(if: Engine.serverURL != nil), .timeLimit(.minutes(15)))
struct PipelineTests {
    private struct Second: Error {}

    private static let quota = Quota(.actor, 100, per: .hours(1))

    @Test func `a transaction waits for the server as often as its body looks at rows, and once more`() async throws {
        let (database, proxy, _) = try await CuttingProxy.wired()
        defer { proxy.close() }
        let house = try await SampleHouse(database)

        func turns(_ body: @escaping @Sendable (any StoreWriter) throws -> Void) async throws -> Int {
            let before = proxy.turns
            try await house.store.write(body)
            return proxy.turns - before
        }
        let looks: @Sendable (any StoreWriter) throws -> Void = { _ = try $0.hasAdmin() }
        let writes: @Sendable (any StoreWriter) throws -> Void = { try $0.add(Sample.organization()) }
        // A statement that the connection sees for the first time is not waited for either.
        #expect(try await turns { try looks($0) } == 2)
        #expect(try await turns { for step in [looks, writes, writes] { try step($0) } } == 2)
        #expect(try await turns { for step in [writes, looks, writes, looks, writes] { try step($0) } } == 3)
        // The number of the transaction is asked for before COMMIT is sent.
        #expect(try await turns { for step in [writes, writes] { try step($0) } } == 2)
        #expect(try await turns { tx in for _ in 0..<50 { try writes(tx) } } == 2)
        let before = proxy.turns
        await #expect(throws: Second.self) {
            try await house.store.write { tx in
                try writes(tx)
                throw Second()
            }
        }
        #expect(proxy.turns == before)
    }

    @Test(arguments: [true, false])
    func `a transaction fails with the complaint about a statement without rows, and nothing of it stays`(
        _ looksAtRows: Bool
    ) async throws {
        let house = try await single()
        let backend = try await backend(house)
        let new = Sample.organization(name: "New")
        let runs = Mutex(0)
        let fault = await #expect(throws: PostgresFault.self) {
            try await house.store.write { tx in
                runs.withLock { $0 += 1 }
                if !looksAtRows { _ = try tx.take(Self.quota, for: "before", at: Sample.now) }
                try tx.add(new)
                try tx.add(house.organization)
                try tx.add(Sample.organization(name: "behind it"))
                if looksAtRows { _ = try tx.take(Self.quota, for: "behind", at: Sample.now) }
            }
        }
        #expect(fault?.state == "23505")
        #expect(fault?.debugDescription.contains("organizations_pkey") == true)
        #expect(runs.withLock { $0 } == 1)
        #expect(try await house.store.read { try $0.organization(new.id) } == nil)
        #expect(try await house.store.read { try $0.organizations(limit: 10).count } == 1)
        for subject in ["before", "behind"] {
            let left = try await house.store.write { try $0.take(Self.quota, for: subject, at: Sample.now).remaining }
            #expect(left == 99)
        }
        // The connection is as good as before.
        #expect(try await self.backend(house) == backend)
    }

    @Test(arguments: [false, true])
    func `a body that throws after statements without rows leaves nothing`(_ wasSent: Bool) async throws {
        let house = try await single()
        let backend = try await backend(house)
        let new = Sample.organization(name: "New")
        await #expect(throws: Second.self) {
            try await house.store.write { tx in
                try tx.add(new)
                if wasSent { #expect(try tx.organization(new.id) == new) }
                try tx.add(Sample.organization())
                throw Second()
            }
        }
        #expect(try await house.store.read { try $0.organizations(limit: 10).count } == 1)
        #expect(try await self.backend(house) == backend)
    }

    @Test func `a body that looks at no row commits, be it as long as it may`() async throws {
        let house = try await single()
        let many = (0..<250).map { Sample.organization(name: "\($0)") }
        try await house.store.write { tx in for organization in many { try tx.add(organization) } }
        #expect(try await house.store.read { try $0.organizations(limit: 1_000).count } == 251)
    }

    @Test func `CON-18 after a failure nothing reaches the server outside of the transaction`() async throws {
        let house = try await single()
        let fault = await #expect(throws: PostgresFault.self) {
            try await house.store.write { tx in
                try tx.add(house.organization)
                _ = try? tx.take(Self.quota, for: "failed", at: Sample.now)
                try tx.add(Sample.organization(name: "after it"))
                _ = try? tx.take(Self.quota, for: "after it", at: Sample.now)
            }
        }
        #expect(fault?.state == "25P02")
        #expect(try await house.store.read { try $0.organizations(limit: 10).count } == 1)
        let left = try await house.store.write { try $0.take(Self.quota, for: "after it", at: Sample.now).remaining }
        #expect(left == 99)
    }

    @Test(arguments: [CuttingProxy.Cut.before, .after], [true, false])
    func `CON-18 what went out with a lost COMMIT is resolved with it, and nothing is done twice`(
        _ cut: CuttingProxy.Cut, _ looksAtRows: Bool
    ) async throws {
        let (database, proxy, _) = try await CuttingProxy.wired()
        defer { proxy.close() }
        let house = try await SampleHouse(database)
        let organization = Sample.organization(name: "Once")
        let runs = Mutex(0)
        proxy.cut(cut, "COMMIT")
        try await house.store.write { tx in
            runs.withLock { $0 += 1 }
            if looksAtRows { _ = try tx.take(Self.quota, for: "once", at: Sample.now) }
            // A second time would be refused.
            try tx.add(organization)
        }
        #expect(runs.withLock { $0 } == (cut == .after ? 1 : 2))
        #expect(try await house.store.read { try $0.organization(organization.id) } == organization)
    }

    @Test(arguments: ["BEGIN", "INSERT"])
    func `CON-18 a connection that is lost before COMMIT has done nothing, and the work is done anew`(
        _ word: String
    ) async throws {
        let (database, proxy, _) = try await CuttingProxy.wired()
        defer { proxy.close() }
        let house = try await SampleHouse(database)
        let organization = Sample.organization(name: "Once")
        let runs = Mutex(0)
        proxy.cut(.after, word)
        let left = try await house.store.write { tx in
            runs.withLock { $0 += 1 }
            try tx.add(organization)
            return try tx.take(Self.quota, for: "once", at: Sample.now).remaining
        }
        #expect((left, runs.withLock { $0 }) == (99, 2))
        #expect(try await house.store.read { try $0.organization(organization.id) } == organization)
    }

    @Test func `a statement that could not be prepared, or was skipped, is prepared when it can be`() async throws {
        let house = try await single()
        let (early, skipped): (SQLQuery, SQLQuery) = ("INSERT INTO later VALUES (\(1))", "SELECT 'skipped'")
        for expected in ["42P01", nil, "23505"] {
            let fault = await fault {
                _ = try await house.database.transaction(writing: true) { session in
                    try session.run(early)
                    return try session.rows(skipped)
                }
            }
            #expect(fault?.state == expected)
            guard expected == "42P01" else { continue }
            _ = try await house.database.transaction(writing: true) { session in
                try session.run("CREATE TABLE later (number INTEGER PRIMARY KEY)")
            }
        }
        #expect(try await house.database.transaction(writing: false) { try $0.rows(skipped) }.count == 1)
    }

    @Test func `a connection that has seen too many statements forgets them and goes on`() async throws {
        let house = try await single()
        let backend = try await backend(house)
        let sum = try await house.database.transaction(writing: true) { session in
            try (0..<700).reduce(0) { sum, number in
                try sum + session.rows(SQLQuery(stringLiteral: "SELECT \(number)")).count
            }
        }
        #expect(sum == 700)
        #expect(try await self.backend(house) == backend)
        let prepared = try await house.database.transaction(writing: false) { session in
            try session.rows("SELECT name FROM pg_prepared_statements").count
        }
        #expect(prepared > 50 && prepared <= 302)
    }

    @Test func `a text with NUL is refused at once, and the rest of its packet is not half sent`() async throws {
        let house = try await single()
        let backend = try await backend(house)
        let fault = await fault {
            try await house.store.write { tx in
                try tx.add(Sample.organization())
                try tx.add(Sample.organization(name: "a\0b"))
            }
        }
        #expect(fault?.state == "22021")
        #expect(try await house.store.read { try $0.organizations(limit: 10).count } == 1)
        #expect(try await self.backend(house) == backend)
    }

    private func single() async throws -> SampleHouse {
        try await SampleHouse(
            RecordingDatabase(try await PostgresServer.shared.makeDatabase(migrated: true, connections: 1)))
    }

    private func backend(_ house: SampleHouse) async throws -> [SQLRow] {
        try await house.database.transaction(writing: false) { try $0.rows("SELECT pg_backend_pid()") }
    }

    private func fault(_ work: () async throws -> Void) async -> PostgresFault? {
        do {
            try await work()
            return nil
        } catch { return error as? PostgresFault }
    }
}
