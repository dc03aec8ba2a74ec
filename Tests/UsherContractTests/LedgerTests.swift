import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Quotas, idempotency keys, one-time links, the audit, and what is swept away.
@Suite(.timeLimit(.minutes(15)))
struct LedgerTests {
    @Test(arguments: Engine.available)
    func `CON-12 a quota is exact under a hundred at once`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let quota = Quota(.actor, 10, per: .minutes(1))
        let states = try await race(100) { _ in
            try await house.store.write { try $0.take(quota, for: "a", at: Sample.now) }
        }
        #expect(states.map(\.granted).wins == 10)
        #expect(states.filter(\.granted).map(\.remaining).sorted() == Array(0..<10))
        #expect(states.allSatisfy { $0.resetAfter == .minutes(1) })
        let others = try await house.store.write { tx in
            [
                try tx.take(quota, for: "b", at: Sample.now).granted,
                try tx.take(Quota(.peer, 10, per: .minutes(1)), for: "a", at: Sample.now).granted,
            ]
        }
        #expect(others.wins == 2)
    }

    @Test(arguments: Engine.available)
    func `a quota starts anew with its window, at its millisecond, and when it is forgotten`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let quota = Quota(.signIn, 1, per: .minutes(1))
        let take: @Sendable (Timestamp) async throws -> Bool = { now in
            try await house.store.write { try $0.take(quota, for: "a", at: now).granted }
        }
        #expect(try await take(Sample.now))
        #expect(try await take(Sample.now + .seconds(60) - .milliseconds(1)) == false)
        #expect(try await take(Sample.now + .seconds(60)))
        #expect(try await take(Sample.now + .seconds(60)) == false)
        // A clock that is set back a little opens no second window; one that was far ahead locks nobody out.
        #expect(try await take(Sample.now + .seconds(59)) == false)
        #expect(try await take(Sample.now - .days(365)))
        try await house.store.write { try $0.reset(.signIn, for: "a") }
        #expect(try await take(Sample.now))
        let none = try await house.store.write {
            try $0.take(Quota(.reset, 0, per: .hours(1)), for: "a", at: Sample.now)
        }
        #expect(none.granted == false)
    }

    @Test(arguments: Engine.available)
    func `CON-11 of twenty requests with one key exactly one has an effect`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let key = IdempotencyKey(actor: "user:1", key: "k")
        let wins = try await race(20) { index in
            try await house.store.write { tx in
                let record = IdempotentRecord(key: key, fingerprint: "f", subject: "s\(index)", answer: nil)
                if try tx.begin(record, at: Sample.now) { return true }
                // Whoever lost sees the one that won, in the same transaction.
                guard try tx.idempotent(key)?.fingerprint == "f" else { throw Refusal.idempotencyMismatch }
                return false
            }
        }
        #expect(wins.wins == 1)
        let begin: @Sendable (IdempotencyKey, Timestamp) async throws -> Bool = { key, now in
            let record = IdempotentRecord(key: key, fingerprint: "g", subject: "t", answer: nil)
            return try await house.store.write { try $0.begin(record, at: now) }
        }
        #expect(try await begin(IdempotencyKey(actor: "user:2", key: "k"), Sample.now))
        #expect(try await begin(key, Sample.now + .hours(24) - .milliseconds(1)) == false)
        #expect(try await begin(key, Sample.now + .hours(24)))
    }

    @Test(arguments: Engine.available)
    func `CRS-26 key and effect are one: both or neither, and the answer is kept once`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let key = IdempotencyKey(actor: "user:1", key: "k")
        let record = IdempotentRecord(key: key, fingerprint: "f", subject: "s", answer: nil)
        let organization = Sample.organization(name: "Effect")
        await #expect(throws: Refusal.alreadyMember) {
            try await house.store.write { tx in
                _ = try tx.begin(record, at: Sample.now)
                try tx.add(organization)
                throw Refusal.alreadyMember
            }
        }
        #expect(try await house.store.read { try $0.idempotent(key) } == nil)
        #expect(try await house.store.read { try $0.organization(organization.id) } == nil)
        let isFirst = try await house.store.write { tx in
            try tx.add(organization)
            return try tx.begin(record, at: Sample.now)
        }
        #expect(isFirst)
        #expect(try await house.store.read { try $0.idempotent(key)?.subject } == "s")
        #expect(try await house.store.read { try $0.idempotent(key)?.answer } == nil)
        #expect(try await house.store.write { try $0.finish(key, answer: "204") })
        #expect(try await house.store.write { try $0.finish(key, answer: "202") } == false)
        #expect(try await house.store.read { try $0.idempotent(key)?.answer } == "204")
    }

    @Test(arguments: Engine.available)
    func `a one-time link works once, in time, for its purpose`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let end = Sample.now + .minutes(30)
        for hash in ["a", "b", "c"] {
            let link = OneTimeLink(
                id: Sample.id(), purpose: .passwordReset, hash: hash, user: house.owner.id, createdAt: Sample.now,
                expiresAt: end)
            try await house.store.write { try $0.add(link) }
        }
        let use: @Sendable (String, OneTimeLink.Purpose, Timestamp) async throws -> Bool = { hash, purpose, now in
            try await house.store.write { try $0.use(linkHash: hash, purpose: purpose, at: now) != nil }
        }
        #expect(try await use("a", .setUp, Sample.now) == false)
        #expect(try await race(20) { _ in try await use("a", .passwordReset, Sample.now) }.wins == 1)
        #expect(try await use("b", .passwordReset, end) == false)
        let isOpen: @Sendable (String, Timestamp) async throws -> Bool = { hash, now in
            try await house.store.read { try $0.oneTimeLink(hash: hash, purpose: .passwordReset, at: now) != nil }
        }
        #expect(try await isOpen("b", end - .milliseconds(1)))
        try await house.store.write { try $0.endLinks(of: nil, purpose: .passwordReset, at: Sample.now) }
        #expect(try await isOpen("b", Sample.now))
        try await house.store.write { try $0.endLinks(of: house.owner.id, purpose: .passwordReset, at: Sample.now) }
        #expect(try await isOpen("b", Sample.now) == false)
    }

    @Test(arguments: Engine.available)
    func `the audit grows, and nothing in it changes or goes`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let entry = AuditEntry(
            id: Sample.id(), action: .invitationCreated, organization: house.organization.id, actor: "user:1",
            subject: "s", requestID: nil, at: Sample.now)
        try await house.store.write { try $0.record(entry) }
        for statement in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] as [SQLQuery] {
            await #expect(throws: (any Error).self) {
                _ = try await house.database.transaction(writing: true) { try $0.rows(statement) }
            }
        }
        let rows = try await house.database.transaction(writing: false) {
            try $0.rows("SELECT id, action, organization_id, actor, request_id FROM audit ORDER BY sequence")
        }
        #expect(
            rows == [
                SQLRow([
                    .text(entry.id.rawValue), .text("invitation.created"), .text(house.organization.id.rawValue),
                    .text("user:1"), .null,
                ])
            ])
    }

    @Test(arguments: Engine.available)
    func `pruning takes what is dead, so much at a time, and nothing else`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        for index in 0..<5 { try await house.signIn("s\(index)") }
        let (_, letter) = try await house.inviteByLetter()
        _ = try await house.inviteByLetter("waiting")
        #expect(try await house.settle(letter, as: .handedOver(code: 250)))
        let key = IdempotencyKey(actor: "a", key: "k")
        _ = try await house.store.write { tx in
            _ = try tx.take(Quota(.actor, 1, per: .hours(1)), for: "a", at: Sample.now)
            return try tx.begin(
                IdempotentRecord(key: key, fingerprint: "f", subject: "s", answer: nil), at: Sample.now)
        }
        let prune: @Sendable (Timestamp) async throws -> Int = { now in
            try await house.store.write { try $0.prune(limit: 3, at: now) }
        }
        #expect(try await prune(Sample.now) == 0)
        #expect(try await prune(Sample.now + .days(8)) == 3)
        #expect(try await prune(Sample.now + .days(31)) == 3)
        #expect(try await prune(Sample.now + .days(31)) == 2)
        #expect(try await house.store.read { try $0.outboxDepth(at: Sample.now).waiting } == 1)
        #expect(try await house.store.read { try $0.hasAdmin() })
    }
}
