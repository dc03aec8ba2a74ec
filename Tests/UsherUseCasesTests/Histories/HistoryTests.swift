import Foundation
import Testing
import UsherDomain
import UsherHistoryModel
import UsherTestKit

/// What may happen to two organizations of the same people, in any order, compared with a model of the rules after each
/// step: the same history has the same outcome on both engines, because it has the model's.
///
/// Eight people act by turns; the clock jumps; and now and then a statement never returns, as if the process had been
/// killed there. `USHER_HISTORIES` is how many there are (500); `USHER_HISTORY_SEED` plays one again.
/// `Tests/faults/test_histories.py` plays the same model against the real process, and kills that.
@Suite struct HistoryTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let steps = 200
    private static let lanes = 3

    private static var seeds: [UInt64] {
        if let seed = environment["USHER_HISTORY_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let count = environment["USHER_HISTORIES"].flatMap { UInt64($0) } ?? 500
        return Array(1...max(1, count))
    }

    // CON-17
    @Test(arguments: Engine.available)
    func `whatever happens in whatever order ends as the model says`(_ engine: Engine) async throws {
        let seeds = Self.seeds
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<min(Self.lanes, seeds.count) {
                group.addTask {
                    let database = try await engine.makeDatabase()
                    for seed in seeds.indices where seed % Self.lanes == lane {
                        try await Self.play(seeds[seed], on: database)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func play(_ seed: UInt64, on database: RecordingDatabase) async throws {
        var random = SeededGenerator(seed: seed)
        let limit = seed.isMultiple(of: 2) ? Int.random(in: 4...9, using: &random) : nil
        let house = try await HistoryHouse(database, name: "h\(seed)", seatLimits: [limit, nil])
        var told: [String] = []
        for _ in 0..<steps {
            let step = house.anyStep(&random)
            let isBroken = Int.random(in: 0..<25, using: &random) == 0 && step.isAsked
            let statements = isBroken ? Int.random(in: 0..<25, using: &random) : nil
            told.append(statements.map { "\(step), broken after \($0)" } ?? "\(step)")
            let wrong =
                if let statements {
                    try await house.take(step, breakingAfter: statements)
                } else {
                    try await house.take(step)
                }
            if let wrong {
                let story = told.suffix(40).joined(separator: "\n")
                    .replacing("UsherHistoryModel.HistoryModel.", with: "").replacing("UsherDomain.", with: "")
                Issue.record("USHER_HISTORY_SEED=\(seed), step \(told.count): \(wrong)\n\(story)")
                return
            }
        }
        try await house.close()
    }
}

extension HistoryModel.Step {
    /// Whether a statement of it may be broken.
    fileprivate var isAsked: Bool {
        switch self {
        case .wait, .post: false
        default: true
        }
    }
}
