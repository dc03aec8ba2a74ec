import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import UsherDomain
import UsherHTTP
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Many requests with one `Idempotency-Key` at once: what they hold meanwhile.
@Suite(.timeLimit(.minutes(5))) struct KeyTurnTests {
    private static let (actor, other) = (IdempotencyKey(actor: "a", key: "k"), IdempotencyKey(actor: "b", key: "k"))

    @Test func `a key has one turn at a time, and no other key waits for it`() async throws {
        let turns = KeyTurns(patience: .seconds(60))
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    let turn = try await turns.take(Self.actor)
                    counts.enter()
                    try await Task.sleep(for: .milliseconds(5))
                    counts.leave()
                    withExtendedLifetime(turn) {}
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.most == 1 && counts.done == 20)
        let held = try await turns.take(Self.actor)
        _ = try await turns.take(Self.other)
        withExtendedLifetime(held) {}
    }

    @Test func `who waits too long or is one too many is told to come back, and who leaves leaves nothing`()
        async throws
    {
        let turns = KeyTurns(patience: .milliseconds(100), capacity: 2)
        var held: KeyTurns.Turn? = try await turns.take(Self.actor)
        await #expect(throws: Refusal.busy(retryAfter: .seconds(1))) { _ = try await turns.take(Self.actor) }
        let patient = KeyTurns(patience: .seconds(60), capacity: 2)
        let other = try await patient.take(Self.actor)
        let waiting = (0..<2).map { _ in Task { _ = try await patient.take(Self.actor) } }
        try await Task.sleep(for: .milliseconds(200))
        await #expect(throws: Refusal.busy(retryAfter: .seconds(1))) { _ = try await patient.take(Self.actor) }
        for task in waiting { task.cancel() }
        for task in waiting { await #expect(throws: CancellationError.self) { try await task.value } }
        withExtendedLifetime(other) {}
        withExtendedLifetime(held) {}
        held = nil
        _ = try await turns.take(Self.actor)
    }

    /// Two connections in all: one works, and the repetitions must not hold the other.
    @Test(.enabled(if: Engine.serverURL != nil))
    func `CON-11 fifty repetitions of a plan of ten thousand rows leave others served`() async throws {
        let database = RecordingDatabase(
            try await PostgresServer.shared.makeDatabase(migrated: true, connections: 2))
        let house = try await House(store: SQLStore(database), publicURL: "http://localhost", quotas: .off)
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let table = Array(("email\n" + (1...10_000).map { "p\($0)@example.org\n" }.joined()).utf8)
        let asking = fields.with(.contentType, "text/csv").with(.idempotencyKey, "\"plan-0123456789\"")
        let organization = "/api/organization/\(house.organization.id)"
        try await house.serve { client in
            let over = Counts()
            let answers = try await withThrowingTaskGroup(of: Told?.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let told = try await client.ask(.post, "/api/invitation/plan", asking, bytes: table)
                        if told.status == 201 { over.leave() }
                        return told
                    }
                }
                group.addTask {
                    var longest = Duration.zero, count = 0
                    while over.done == 0 {
                        let start = ContinuousClock.now
                        #expect(try await client.ask(.get, organization, fields).status == 200)
                        longest = max(longest, start.duration(to: .now))
                        count += 1
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    #expect(count > 3 && longest < .seconds(1))
                    return nil
                }
                return try await group.reduce(into: [Told]()) { all, told in told.map { all.append($0) } }
            }
            let made = answers.filter { $0.status == 201 }
            #expect(answers.count == 50 && !made.isEmpty && Set(made.map(\.body)).count == 1)
            for busy in answers where busy.status != 201 {
                #expect(busy.status == 503 && busy.headers[.retryAfter] != nil)
            }
            let plans = try await database.base.transaction(writing: false) {
                try $0.rows("SELECT id FROM invitation_plans")
            }
            #expect(plans.count == 1)
        }
    }
}

/// Who is inside, and who was.
private final class Counts: Sendable {
    private let state = Mutex((inside: 0, most: 0, done: 0))

    var most: Int { state.withLock { $0.most } }
    var done: Int { state.withLock { $0.done } }

    func enter() {
        state.withLock { state in
            state.inside += 1
            state.most = max(state.most, state.inside)
        }
    }

    func leave() {
        state.withLock { state in
            state.inside -= 1
            state.done += 1
        }
    }
}
