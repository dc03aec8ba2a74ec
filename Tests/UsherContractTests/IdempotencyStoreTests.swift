import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Keys of what takes more than one transaction, in the store.
@Suite(.timeLimit(.minutes(2)))
struct IdempotencyStoreTests {
    private static let key = IdempotencyKey(actor: "user:1", key: "k")
    private static let record = IdempotentRecord(key: key, fingerprint: "f", subject: "0", answer: nil)

    @Test(arguments: Engine.available)
    func `CON-11 who holds a key goes on alone, and no step is lost`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        #expect(try await house.store.write { try $0.hold(Self.key, asking: Self.record.fingerprint) } == nil)
        #expect(try await house.store.write { try $0.begin(Self.record, at: Sample.now) })
        _ = try await race(20) { _ in
            try await house.store.write { tx in
                let done = try tx.hold(Self.key, asking: Self.record.fingerprint).flatMap { Int($0.subject) } ?? -100
                try tx.advance(Self.key, subject: String(done + 1))
                return true
            }
        }
        #expect(try await house.store.read { try $0.idempotent(Self.key)?.subject } == "20")
    }

    @Test(arguments: Engine.available)
    func `what is answered stays as it is, and is kept for a day`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        #expect(try await house.store.write { try $0.finish(Self.key, answer: "a") } == false)
        #expect(try await house.store.write { try $0.begin(Self.record, at: Sample.now) })
        #expect(try await house.store.write { try $0.finish(Self.key, answer: "a") })
        #expect(try await house.store.write { try $0.finish(Self.key, answer: "b") } == false)
        try await house.store.write { try $0.advance(Self.key, subject: "9") }
        #expect(try await house.store.read { try $0.idempotent(Self.key)?.subject } == "0")
        let kept: @Sendable (Timestamp) async throws -> String? = { now in
            try await house.store.read { try $0.kept(Self.key, asking: Self.record.fingerprint, at: now)?.answer }
        }
        #expect(try await kept(Sample.now + .hours(24) - .milliseconds(1)) == "a")
        let other = try await house.store.read { tx in
            [
                try tx.kept(Self.key, asking: "other", at: Sample.now),
                try tx.idempotent(Self.key, asking: "other"),
            ]
        }
        #expect(other.map(\.?.fingerprint) == [Self.record.fingerprint, Self.record.fingerprint])
        #expect(other.map(\.?.answer) == [nil, nil], "an answer is read for its own request only")
        #expect(try await kept(Sample.now + .hours(24)) == nil)
    }
}
