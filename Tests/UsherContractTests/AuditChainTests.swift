import Testing
import UsherDomain
import UsherSQL
import UsherSQLite
import UsherTestKit
import UsherUseCases

/// AZ-19: the audit log is sealed, and whoever changes it behind the server's back is found.
@Suite(.timeLimit(.minutes(15)))
struct AuditChainTests {
    /// A log whose clock a test holds.
    private struct Log: Sendable {
        let house: SampleHouse
        let clock = FixedEffects()

        init(_ engine: Engine) async throws { house = try await SampleHouse(engine) }

        var seal: SealAudit { SealAudit(store: house.store, effects: clock.effects) }

        func verify(noted: String? = nil) async throws -> AuditReport {
            try await VerifyAudit(store: house.store, effects: clock.effects)(noted: noted)
        }

        func record(_ count: Int = 1) async throws {
            let organization = house.organization.id
            try await house.store.write { tx in
                for _ in 0..<count {
                    try tx.record(
                        AuditEntry(
                            id: Sample.id(), action: .invitationCreated, organization: organization, actor: "user:1",
                            subject: "s", requestID: nil, at: Sample.now))
                }
            }
        }

        func sealAll() async throws { while try await seal() > 0 {} }

        /// Runs statements as somebody would who has the database's password.
        func tamper(_ statements: SQLQuery...) async throws {
            let database = house.database.base
            let table: (String) -> [SQLQuery] = { name in
                let name = SQLQuery(stringLiteral: name)
                return switch database.dialect {
                case .sqlite:
                    ["DROP TRIGGER IF EXISTS \(name)_no_update", "DROP TRIGGER IF EXISTS \(name)_no_delete"]
                case .postgres: ["DROP TRIGGER IF EXISTS \(name)_append_only ON \(name)"]
                }
            }
            let all = table("audit") + table("audit_seals") + statements
            try await database.transaction(writing: true) { session in
                for statement in all { _ = try session.rows(statement) }
            }
        }

        /// An entry with a number of one's own.
        func insert(_ sequence: Int64) async throws {
            let given = house.database.dialect.withGivenSequence
            let entry: SQLQuery = """
                INSERT INTO audit (sequence, id, action, actor, subject, at) \(given)
                VALUES (\(sequence), 'late', 'invitation.created', 'user:1', 's', 1)
                """
            _ = try await house.database.base.transaction(writing: true) { try $0.rows(entry) }
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-19 every entry is sealed once, in seals that follow each other`(_ engine: Engine) async throws {
        let log = try await Log(engine)
        #expect(try await log.seal() == 0)
        #expect(try await log.verify() == AuditReport())
        try await log.record(1_203)
        #expect(try await log.seal() == 500)
        let part = try await log.verify()
        #expect((part.entries, part.unsealed, part.damage) == (500, 703, nil))
        try await log.sealAll()
        let all = try await log.verify()
        #expect((all.entries, all.seals, all.unsealed, all.damage) == (1_203, 3, 0, nil))
        #expect(all.hash != part.hash)
        #expect(try await log.verify(noted: part.hash).damage == nil)
        #expect(try await log.verify(noted: "f").damage == .notedHashUnknown)
    }

    @Test(arguments: Engine.available)
    func `AZ-19 whoever changes, removes, swaps or adds an entry is found, by its number`(
        _ engine: Engine
    ) async throws {
        let cases: [(SQLQuery, AuditDamage)] = [
            ("UPDATE audit SET actor = 'user:2' WHERE sequence = 3", .entryChanged(sequence: 3, seal: 1)),
            ("UPDATE audit SET request_id = '' WHERE sequence = 7", .entryChanged(sequence: 7, seal: 2)),
            ("UPDATE audit SET organization_id = NULL WHERE sequence = 1", .entryChanged(sequence: 1, seal: 1)),
            ("UPDATE audit SET at = at + 1 WHERE sequence = 9", .entryChanged(sequence: 9, seal: 2)),
            ("DELETE FROM audit WHERE sequence = 4", .entryRemoved(sequence: 4, seal: 1)),
            ("DELETE FROM audit WHERE sequence > 6", .entryRemoved(sequence: 7, seal: 2)),
            (
                """
                UPDATE audit SET id = (SELECT b.id FROM audit b WHERE b.sequence = 11 - audit.sequence)
                WHERE sequence IN (2, 9)
                """, .entryChanged(sequence: 2, seal: 1)
            ),
        ]
        for (statement, damage) in cases {
            let log = try await Log(engine)
            for _ in 0..<2 {
                try await log.record(5)
                try await log.sealAll()
            }
            #expect(try await log.verify().damage == nil)
            try await log.tamper(statement)
            #expect(try await log.verify().damage == damage, "\(statement.text)")
        }
        let log = try await Log(engine)
        try await log.record(3)
        try await log.sealAll()
        try await log.insert(-5)
        #expect(try await log.verify().damage == .entryInserted(sequence: -5))
    }

    @Test(arguments: Engine.available)
    func `AZ-19 a seal that is changed, removed or made anew is found, and a shorter log by the noted hash`(
        _ engine: Engine
    ) async throws {
        let cases: [(SQLQuery, AuditDamage)] = [
            ("DELETE FROM audit_seals WHERE number = 1", .sealRemoved(1)),
            ("DELETE FROM audit_seals WHERE number = 2", .sealRemoved(2)),
            ("UPDATE audit_seals SET hash = 'x' WHERE number = 2", .sealChanged(2)),
            ("UPDATE audit_seals SET sealed_at = 1 WHERE number = 1", .sealChanged(1)),
            ("UPDATE audit_seals SET entries = 'x' WHERE number = 1", .sealChanged(1)),
            ("UPDATE audit_seals SET missing = '2/1' WHERE number = 3", .sealChanged(3)),
            ("DELETE FROM audit_seals WHERE number = 3", .notedHashUnknown),
            ("DELETE FROM audit_seals", .notedHashUnknown),
        ]
        for (statement, damage) in cases {
            let log = try await Log(engine)
            for _ in 0..<3 {
                try await log.record(2)
                try await log.sealAll()
            }
            let noted = try await log.verify().hash
            try await log.tamper(statement)
            #expect(try await log.verify(noted: noted).damage == damage, "\(statement.text)")
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-19 seals are appended, and nothing in them changes or goes`(_ engine: Engine) async throws {
        let log = try await Log(engine)
        try await log.record()
        try await log.sealAll()
        for statement in ["UPDATE audit_seals SET hash = 'x'", "DELETE FROM audit_seals"] as [SQLQuery] {
            await #expect(throws: (any Error).self) {
                _ = try await log.house.database.transaction(writing: true) { try $0.rows(statement) }
            }
        }
        #expect(try await log.verify().entries == 1)
    }

    /// Numbers are given before the commit: a larger one may be there first.
    @Test(arguments: Engine.available)
    func `AZ-19 an entry that commits later with a smaller number is sealed all the same`(
        _ engine: Engine
    ) async throws {
        let log = try await Log(engine)
        for sequence: Int64 in [1, 2, 5, 9] { try await log.insert(sequence) }
        try await log.sealAll()
        try await log.insert(4)
        try await log.insert(3)
        #expect(try await log.verify().unsealed == 2)
        try await log.sealAll()
        let report = try await log.verify()
        #expect((report.entries, report.unsealed, report.damage) == (6, 0, nil))
        // One that took longer than any transaction may did not come from a transaction.
        log.clock.advance(by: .hours(2))
        try await log.insert(10)
        try await log.sealAll()
        try await log.insert(6)
        try await log.sealAll()
        #expect(try await log.verify().damage == .entryInserted(sequence: 6))
    }

    @Test(arguments: Engine.available)
    func `AZ-19 of twenty that seal while others write, each entry is sealed by one`(_ engine: Engine) async throws {
        let log = try await Log(engine)
        _ = try await race(40) { index in
            if index.isMultiple(of: 2) {
                try await log.record(7)
            } else {
                _ = try await log.seal()
            }
        }
        try await log.sealAll()
        let report = try await log.verify()
        #expect((report.entries, report.unsealed, report.damage) == (140, 0, nil))
    }

    @Test(arguments: Engine.available, Engine.available)
    func `AZ-19 a restored copy is as sealed as the original, and its log goes on`(_ from: Engine, _ to: Engine)
        async throws
    {
        let log = try await Log(from)
        try await log.record(1_001)
        try await log.sealAll()
        let noted = try await log.verify().hash
        let folder = try TemporaryFolder()
        let file = try SQLiteFile(path: folder.path + "/backup.sqlite")
        _ = try await Migrator(file).up(at: Sample.now)
        let copy = DatabaseCopy { _, _, _ in }
        try await copy.save(log.house.database.base) { try file.run($0) }
        let recorder = try await to.makeDatabase()
        let target = recorder.base
        let entry = AuditEntry(
            id: Sample.id(), action: .databaseRestored, organization: nil, actor: "operator", subject: "x",
            requestID: nil, at: Sample.now)
        _ = try await copy.load(into: target, at: Sample.now, noted: entry) { try file.run($0) }
        let store = SQLStore(target)
        let verify = VerifyAudit(store: store, effects: log.clock.effects)
        let before = try await verify(noted: noted)
        #expect((before.entries, before.unsealed, before.damage) == (1_001, 1, nil))
        #expect(try await SealAudit(store: store, effects: log.clock.effects)() == 1)
        #expect(try await verify(noted: noted).entries == 1_002)
        withExtendedLifetime(recorder) {}
    }

    @Test(arguments: Engine.available)
    func `AZ-19 the log is listed newest first, of one organization, through its filters`(_ engine: Engine) async throws
    {
        let log = try await Log(engine)
        let mine = log.house.organization.id, other = Sample.id(Organization.self)
        let add: @Sendable (AuditEntry.Action, ID<Organization>?, String, String, Int64) async throws -> Void = {
            action, organization, actor, subject, minute in
            let entry = AuditEntry(
                id: Sample.id(), action: action, organization: organization, actor: actor, subject: subject,
                requestID: "r", at: Sample.now + .minutes(minute))
            try await log.house.store.write { try $0.record(entry) }
        }
        for index in 0..<7 { try await add(.invitationCreated, mine, "user:1", "i\(index)", Int64(index)) }
        try await add(.invitationRevoked, mine, "user:2", "i3", 10)
        try await add(.invitationRevoked, other, "user:2", "i9", 11)
        try await add(.sessionCreated, nil, "user:2", "u", 12)
        let list: @Sendable (ID<Organization>?, AuditFilter) async throws -> [String] = { organization, filter in
            var (found, after): ([RecordedEntry], Int64?) = ([], nil)
            repeat {
                let selection = AuditSelection(organization: organization, filter: filter, after: after, limit: 3)
                let page = try await log.house.store.read { try $0.audit(selection) }
                found += page
                after = page.count == 3 ? page.last?.sequence : nil
            } while after != nil
            return found.map(\.subject)
        }
        var filter = AuditFilter()
        #expect(try await list(mine, filter) == ["i3", "i6", "i5", "i4", "i3", "i2", "i1", "i0"])
        #expect(try await list(nil, filter).count == 10)
        #expect(try await list(Sample.id(), filter) == [])
        filter.action = .invitationRevoked
        #expect(try await list(mine, filter) == ["i3"])
        #expect(try await list(nil, filter) == ["i9", "i3"])
        filter = AuditFilter()
        (filter.actor, filter.subject) = ("user:1", "i3")
        #expect(try await list(mine, filter) == ["i3"])
        filter = AuditFilter()
        (filter.from, filter.to) = (Sample.now + .minutes(2), Sample.now + .minutes(4))
        #expect(try await list(mine, filter) == ["i3", "i2"])
    }
}
