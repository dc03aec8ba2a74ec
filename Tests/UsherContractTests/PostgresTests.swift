import Foundation
import Synchronization
import Testing
import UsherDomain
import UsherPostgres
import UsherSQL
import UsherTestKit
import UsherUseCases

/// What only the server engine promises: a wire that breaks, and a server that has a will of its own.
@Suite(.enabled(if: Engine.serverURL != nil), .timeLimit(.minutes(15)))
struct PostgresTests {
    @Test(arguments: [CuttingProxy.Cut.before, .after])
    func `CON-18 a connection lost at COMMIT is resolved by asking, and nothing is done twice`(
        _ cut: CuttingProxy.Cut
    ) async throws {
        let (database, proxy, _) = try await CuttingProxy.wired()
        defer { proxy.close() }
        let house = try await SampleHouse(database)
        let runs = Mutex(0)
        let quota = Quota(.actor, 100, per: .hours(1))
        let organization = Sample.organization(name: "Once")
        proxy.cut(cut, "COMMIT")
        let state = try await house.store.write { tx in
            runs.withLock { $0 += 1 }
            try tx.add(organization)
            return try tx.take(quota, for: "once", at: Sample.now)
        }
        // What arrived is not repeated; what did not arrive is.
        #expect(runs.withLock { $0 } == (cut == .after ? 1 : 2))
        #expect(state.remaining == 99)
        #expect(try await house.store.read { try $0.organization(organization.id) } == organization)
        #expect(try await house.store.write { try $0.take(quota, for: "once", at: Sample.now).remaining } == 98)
    }

    @Test func `CON-18 a connection that is ended in the middle has done nothing, and the work is done anew`()
        async throws
    {
        let house = try await SampleHouse(.postgres)
        let runs = Mutex(0)
        let organization = Sample.organization(name: "Once")
        try await house.store.write { tx in try tx.add(organization) }
        let count = try await house.database.transaction(writing: true) { session in
            _ = try session.rows("UPDATE organizations SET name = name || '!' WHERE id = \(organization.id)")
            if runs.withLock({
                $0 += 1; return $0
            }) == 1 {
                _ = try session.rows("SELECT pg_terminate_backend(pg_backend_pid())")
            }
            return runs.withLock { $0 }
        }
        #expect(count == 2)
        #expect(try await house.store.read { try $0.organization(organization.id)?.name.text } == "Once!")
    }

    @Test(arguments: ["40001", "40P01"])
    func `CON-18 what the server asks to try again is tried again, and not without end`(_ state: String) async throws {
        let house = try await SampleHouse(.postgres)
        let runs = Mutex(0)
        let complain = SQLQuery(
            stringLiteral: "DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''\(state)'', MESSAGE = ''again''; END'")
        try await house.store.write { try $0.add(Sample.organization(name: "before")) }
        _ = try await house.database.transaction(writing: true) { session in
            if runs.withLock({
                $0 += 1; return $0
            }) < 4 {
                _ = try session.rows(complain)
            }
        }
        #expect(runs.withLock { $0 } == 4)
        runs.withLock { $0 = 0 }
        await #expect(throws: StoreUnavailable.self) {
            _ = try await house.database.transaction(writing: true) { session in
                runs.withLock { $0 += 1 }
                return try session.rows(complain)
            }
        }
        #expect(runs.withLock { $0 } == 10)
    }

    @Test func `CON-18 two that lock each other out both get done`() async throws {
        let house = try await SampleHouse(.postgres)
        let pair = [Sample.organization(name: "a"), Sample.organization(name: "b")]
        try await house.store.write { tx in for organization in pair { try tx.add(organization) } }
        let gates = [Gate(), Gate()]
        let runs = Mutex([0, 0])
        _ = try await race(2) { index in
            try await house.database.transaction(writing: true) { session in
                let isFirst = runs.withLock { runs in
                    runs[index] += 1
                    return runs[index] == 1
                }
                for (step, id) in [pair[index].id, pair[1 - index].id].enumerated() {
                    _ = try session.rows("UPDATE organizations SET name = name || '!' WHERE id = \(id)")
                    if step == 0, isFirst {
                        gates[index].open()
                        gates[1 - index].wait()
                    }
                }
            }
        }
        #expect(runs.withLock { $0.reduce(0, +) } >= 3)
        let names = try await house.store.read { tx in try pair.compactMap { try tx.organization($0.id)?.name.text } }
        #expect(names == ["a!!", "b!!"])
    }

    @Test func `a body that goes on after a failed statement commits nothing and is not told so`() async throws {
        let house = try await SampleHouse(.postgres)
        let organization = Sample.organization(name: "Half")
        await #expect(throws: (any Error).self) {
            _ = try await house.database.transaction(writing: true) { session in
                _ = try session.rows("UPDATE quotas SET used = 1")
                _ = try? session.rows("SELECT * FROM nothing_of_this_name")
                return organization.id
            }
        }
    }

    @Test func `CRS-08 connections that were ended are replaced, and nobody notices`() async throws {
        let house = try await SampleHouse(.postgres)
        for _ in 0..<3 {
            let ended = try await PostgresServer.shared.administrate(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = 'usher' AND datname = (\(try await house.databaseName()))
                """)
            #expect(!ended.isEmpty)
            try await Task.sleep(for: .milliseconds(50))
            let answers = try await race(10) { _ in try await house.store.read { try $0.hasAdmin() } }
            #expect(answers.wins == 10)
        }
    }

    @Test func `CRS-08 a server that is away is told at once, and found again within seconds`() async throws {
        let (database, proxy, parts) = try await CuttingProxy.wired(connections: 4)
        let house = try await SampleHouse(database)
        proxy.close()
        for _ in 0..<20 {
            let start = ContinuousClock.now
            let trouble = await #expect(throws: StoreUnavailable.self) {
                _ = try await house.store.read { try $0.hasAdmin() }
            }
            #expect(start.duration(to: .now) < .seconds(4))
            #expect(trouble?.description == "the database cannot be reached")
        }
        let again = try CuttingProxy(to: serverPort(), port: UInt16(try #require(parts.port)))
        defer { again.close() }
        let start = ContinuousClock.now
        while start.duration(to: .now) < .seconds(20) {
            if try await house.isThere() { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(start.duration(to: .now) < .seconds(20))
        #expect(try await house.store.write { try $0.lock(house.organization.id, at: Sample.now) })
    }

    @Test func `CRS-09 who waits too long for a connection, or too far back, is told to come again`() async throws {
        let database = try await PostgresDatabase(
            url: try await PostgresServer.shared.makeURL(migrated: true), connections: 1, waiting: 3,
            patience: .milliseconds(300))
        let isRunning = Gate(), mayEnd = Gate()
        async let slow: Void = database.transaction(writing: false) { _ in
            isRunning.open()
            mayEnd.wait()
        }
        await isRunning.waitAsync()
        async let outcomes = race(8) { _ in
            do {
                _ = try await database.transaction(writing: false) { try $0.rows("SELECT 1") }
                return true
            } catch Refusal.busy { return false }
        }
        // Five found the queue full, and three waited too long.
        #expect(try await outcomes.wins == 0)
        mayEnd.open()
        try await slow
        #expect(try await database.transaction(writing: false) { try $0.rows("SELECT 1") }.count == 1)
    }

    @Test func `CRS-10 a server that takes no writes still answers reads`() async throws {
        let url = try await PostgresServer.shared.makeURL(migrated: true)
        let name = try #require(URLComponents(string: url.reveal())?.path.dropFirst())
        try await PostgresServer.shared.administrate(
            SQLQuery(stringLiteral: "ALTER DATABASE \(name) SET default_transaction_read_only = on"))
        let store = SQLStore(try await PostgresDatabase(url: url, connections: 2))
        let trouble = await #expect(throws: StoreUnavailable.self) {
            try await store.write { try $0.add(Sample.organization()) }
        }
        #expect(trouble?.description == "the database takes no writes now")
        #expect(try await store.read { try $0.hasAdmin() } == false)
    }

    @Test func `a wrong URL is told in one sentence that holds no password`() async throws {
        let url = Secret("postgresql://usher:hunter2hunter2@127.0.0.1:1/usher")
        let problem = await #expect(throws: DatabaseProblem.self) { _ = try await PostgresDatabase(url: url) }
        #expect(problem?.description.hasPrefix("Cannot connect to PostgreSQL: ") == true)
        #expect(problem?.description.contains("hunter2") == false)
        #expect(problem?.description.contains("\n") == false)
    }

    @Test func `a fault shows its kind, and neither statement nor value`() async throws {
        let house = try await SampleHouse(.postgres)
        let fault = await #expect(throws: PostgresFault.self) {
            try await house.store.write { try $0.add(house.organization) }
        }
        #expect(fault.map { "\($0)" } == "PostgreSQL error 23505")
        #expect(fault?.debugDescription.contains("organizations_pkey") == true)
        #expect(fault?.debugDescription.contains(house.organization.id.rawValue) == false)
    }

    @Test func `a database that is let go is freed, with its threads and with all that its jobs held`() async throws {
        let url = try await PostgresServer.shared.makeURL(migrated: true)
        var database: PostgresDatabase? = try await PostgresDatabase(url: url, connections: 2)
        weak let seen = database
        for _ in 0..<3 { _ = try await database?.transaction(writing: true) { try $0.rows("SELECT 1") } }
        database = nil
        // The thread that ran the last job lets go of it a moment after its answer.
        for _ in 0..<6000 where seen != nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(seen == nil)
    }

    private func serverPort() throws -> UInt16 {
        let url = try #require(Engine.serverURL.flatMap(URLComponents.init(string:)))
        return UInt16(try #require(url.port))
    }
}

extension SampleHouse {
    /// As text that names this database on the server.
    fileprivate func databaseName() async throws -> SQLQuery {
        let rows = try await database.transaction(writing: false) { try $0.rows("SELECT current_database()") }
        guard case .text(let name)? = rows.first?.values.first else { return "NULL" }
        return "\(name)"
    }

    fileprivate func isThere() async throws -> Bool {
        do { return try await store.read { try $0.hasAdmin() } } catch is StoreUnavailable { return false }
    }
}
