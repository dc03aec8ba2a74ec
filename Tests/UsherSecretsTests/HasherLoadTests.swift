import Testing
import UsherDomain
import UsherSecrets
import UsherUseCases

// RES-08
@Suite(.timeLimit(.minutes(15))) struct HasherLoadTests {
    private enum Outcome { case done, busy, left }

    private static func outcome(of hasher: Argon2Hasher) async throws -> Outcome {
        do {
            _ = try await hasher.verify(Password(checked: "correct horse battery"), against: nil)
            return .done
        } catch Refusal.busy(let retryAfter) {
            #expect(retryAfter == .seconds(1))
            return .busy
        } catch is CancellationError {
            return .left
        }
    }

    private static func slow(threads: Int, queue: Int) throws -> Argon2Hasher {
        let parameters = try #require(Argon2Parameters(kibibytes: 19_456, passes: 2))
        return try Argon2Hasher(parameters: parameters, threads: threads, queue: queue)
    }

    @Test func `of 500 sign-ins at once few hash, some wait, and the others are told to come again (RES-08)`()
        async throws
    {
        let hasher = try Self.slow(threads: 2, queue: 8)
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for _ in 0..<500 { group.addTask { try await Self.outcome(of: hasher) } }
            return try await group.reduce(into: [Outcome]()) { $0.append($1) }
        }
        #expect(outcomes.count == 500)
        #expect(outcomes.count { $0 == .done } >= 10)
        #expect(outcomes.contains(.busy))
        #expect(hasher.load.peak <= 2)
        #expect(hasher.load.admitted == 0 && hasher.load.running == 0)
    }

    @Test func `whoever leaves takes no place with them while the hash goes on (RES-08)`() async throws {
        // Slow enough (seconds) for the second to come while the first is at work.
        let parameters = try #require(Argon2Parameters(kibibytes: 262_144, passes: 10))
        let hasher = try Argon2Hasher(parameters: parameters, threads: 1, queue: 0)
        let first = Task { try await Self.outcome(of: hasher) }
        while hasher.load.peak == 0 { await Task.yield() }
        first.cancel()
        // Still hashing: the place is taken.
        #expect(try await Self.outcome(of: hasher) == .busy)
        _ = try await first.value
        #expect(hasher.load.admitted == 0 && hasher.load.running == 0 && hasher.load.peak == 1)
        #expect(try await Self.outcome(of: hasher) == .done)
    }

    @Test func `whoever leaves while waiting costs no hash (RES-08)`() async throws {
        let hasher = try Self.slow(threads: 1, queue: 20)
        let first = Task { try await Self.outcome(of: hasher) }
        while hasher.load.peak == 0 { await Task.yield() }
        let waiting = (0..<20).map { _ in Task { try await Self.outcome(of: hasher) } }
        for task in waiting { task.cancel() }
        var left = 0
        for task in waiting where try await task.value == .left { left += 1 }
        #expect(left > 0)
        #expect(try await first.value == .done)
        #expect(hasher.load.admitted == 0 && hasher.load.peak == 1)
    }
}
