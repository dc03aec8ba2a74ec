import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Letters that a newer program put into the outbox, seen by this one: CRS-11.
@Suite(.timeLimit(.minutes(15)))
struct NewerLetterTests {
    private static let later = Sample.now + .hours(1)

    /// What a newer program writes: a kind of letter, or a kind of notice with members of its own.
    private static let kinds: [(name: String, change: SQLQuery)] = [
        ("made_up", "UPDATE outbox SET kind = 'made_up', notice = NULL, notice_kind = NULL"),
        ("made_up_notice", "UPDATE outbox SET notice = '{\"shape\":[1]}', notice_kind = 'made_up_notice'"),
    ]

    private func notice(_ house: SampleHouse) -> Letter {
        let about = Notice(
            .joinApproved, organization: house.organization.id, organizationName: house.organization.name,
            path: "/account")
        return Letter(
            id: Sample.id(), recipient: Sample.email("guest"), locale: nil, notAfter: nil, createdAt: Sample.now,
            content: .notice(about))
    }

    private func row(_ letter: Letter, _ house: SampleHouse) async throws -> SQLRow? {
        try await house.database.base.transaction(writing: false) {
            try $0.rows(
                """
                SELECT state, node, leased_until, due_at, attempts, recipient_wire, ended_at FROM outbox
                WHERE id = \(letter.id)
                """
            ).first
        }
    }

    @Test(arguments: Engine.available)
    func `CRS-11 a letter of a kind that is not known stays as it is, for whoever knows it`(
        _ engine: Engine
    ) async throws {
        for (name, change) in Self.kinds {
            let house = try await SampleHouse(engine)
            let letter = notice(house)
            try await house.store.write {
                try $0.enqueue(letter, lease: Lease(node: "", until: Timestamp(milliseconds: 0)), at: Sample.now)
            }
            let kept = try await house.database.base.transaction(writing: false) { session in
                try session.rows("SELECT notice, kind, notice_kind FROM outbox")
            }
            _ = try await house.database.base.transaction(writing: true) { try $0.rows(change) }
            let before = try #require(try await row(letter, house))
            let (_, known) = try await house.inviteByLetter("known")
            let claims = try await race(20) { node in
                let lease = Sample.lease("node\(node)", at: Self.later)
                return try await house.store.write { try $0.claimLetters(10, lease: lease, at: Self.later).map(\.id) }
            }
            #expect(claims.flatMap(\.self) == [known.id], "\(name): what is known goes, once")
            #expect(try await row(letter, house) == before)
            let unknown = try await house.store.read { try $0.unknownKindsOfLetters(at: Self.later) }
            #expect(unknown == [name])
            #expect(try await house.store.read { try $0.unknownKindsOfLetters(at: Sample.now - .days(1)) } == [])
            _ = try await house.store.write { try $0.prune(limit: 100, at: Self.later + .days(60)) }
            #expect(try await row(letter, house) == before)
            // The newer program: it knows what it is, and takes it at once.
            let stored = try #require(kept.first).values
            _ = try await house.database.base.transaction(writing: true) {
                try $0.rows(
                    """
                    UPDATE outbox SET notice = \(stored[0]), kind = \(stored[1]), notice_kind = \(stored[2])
                    WHERE id = \(letter.id)
                    """)
            }
            let taken = try await house.store.write {
                try $0.claimLetters(10, lease: Sample.lease("newer", at: Self.later), at: Self.later)
            }
            #expect(taken.map(\.id) == [letter.id] && taken.first?.attempt == 2)
            #expect(try await house.store.read { try $0.unknownKindsOfLetters(at: Self.later) } == [])
        }
    }

    /// Step 18 is of a program that does so; one that knows only step 16 would drop the letters of step 17.
    @Test(arguments: Engine.available)
    func `CRS-11 a program that drops letters of newer ones does not run on this schema`(
        _ engine: Engine
    ) async throws {
        let database = try await engine.makeDatabase()
        await #expect(throws: SchemaProblem.self) {
            try await Migrator(database, migrations: Array(Migration.all.prefix(16))).verify()
        }
        try await Migrator(database, migrations: Array(Migration.all.prefix(17))).verify()
        // What a program of step 17 puts in, this one takes.
        let house = try await SampleHouse(database)
        let letter = notice(house)
        try await house.store.write {
            try $0.enqueue(letter, lease: Lease(node: "", until: Timestamp(milliseconds: 0)), at: Sample.now)
        }
        _ = try await database.base.transaction(writing: true) { try $0.rows("UPDATE outbox SET notice_kind = NULL") }
        let taken = try await house.store.write {
            try $0.claimLetters(10, lease: Sample.lease("node", at: Self.later), at: Self.later)
        }
        #expect(taken.map(\.id) == [letter.id])
    }
}
