import Foundation
import Testing
import UsherDomain
import UsherTestKit

/// What may happen to an organization, in any order, compared with a model of the rules after each step: the same
/// history has the same outcome on both engines, because it has the model's.
///
/// Eight people act by turns; the clock jumps; and now and then a statement never returns, as if the process had been
/// killed there. `USHER_HISTORIES` is how many there are (500); `USHER_HISTORY_SEED` plays one again.
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
        let house = try await HistoryHouse(
            database, name: "h\(seed)", seatLimit: seed.isMultiple(of: 2) ? Int.random(in: 4...9, using: &random) : nil)
        var told: [String] = []
        for _ in 0..<steps {
            let step = house.model.anyStep(&random)
            let isBroken = Int.random(in: 0..<25, using: &random) == 0 && step.writes
            let statements = isBroken ? Int.random(in: 0..<12, using: &random) : nil
            told.append(statements.map { "\(step), broken after \($0)" } ?? "\(step)")
            let wrong =
                if let statements {
                    try await house.take(step, breakingAfter: statements)
                } else {
                    try await house.take(step)
                }
            if let wrong {
                let story = told.suffix(40).joined(separator: "\n")
                    .replacing("UsherUseCasesTests.HistoryModel.", with: "")
                Issue.record("USHER_HISTORY_SEED=\(seed), step \(told.count): \(wrong)\n\(story)")
                return
            }
        }
    }
}

extension HistoryModel.Step {
    fileprivate var writes: Bool { if case .wait = self { false } else { true } }

    /// The same, when nobody wrote down what the relay said.
    var withUnseenVerdict: Self? {
        switch self {
        case .send(let person, let guest, let role, _): .send(by: person, to: guest, role, .delays)
        case .resend(let person, let offer, _): .resend(by: person, offer, .delays)
        case .approve(let person, let offer, _): .approve(by: person, offer, .delays)
        default: nil
        }
    }
}

extension HistoryModel {
    /// Eight people who may act.
    private static let actors = 8

    /// Something that somebody could try now; most of it makes sense.
    func anyStep(_ random: inout SeededGenerator) -> Step {
        let actor = Int.random(in: 0..<Self.actors, using: &random)
        let admin =
            members.filter { allowed($0.value).contains(.invitationCreate) }.keys.sorted().randomElement(using: &random)
            ?? 0
        let by = Int.random(in: 0..<4, using: &random) == 0 ? actor : admin
        guard !offers.isEmpty else { return send(by, &random) }
        let offer = anyOffer(&random)
        switch Int.random(in: 0..<110, using: &random) {
        case 0..<24: return send(by, &random)
        case 24..<34: return .resend(by: by, offer, anyVerdict(&random))
        case 34..<42: return .approve(by: by, offer, anyVerdict(&random))
        case 42..<47: return .revoke(by: by, offer)
        case 47..<51: return .decline(offer, report: Int.random(in: 0..<8, using: &random) == 0)
        case 51..<63: return .joinAnew(offer)
        case 63..<68:
            let isOneself = Int.random(in: 0..<3, using: &random) == 0
            return .remove(by: by, isOneself ? by : anybody(&random))
        case 68..<76:
            return .setRole(by: by, anybody(&random), anyRole([.user, .admin, .owner], &random))
        case 100..<103 where roles.count < 5: return .define(by: by, anySet(&random))
        case 103..<108 where !roles.isEmpty:
            return .redefine(by: by, Int.random(in: roles.indices, using: &random), anySet(&random))
        case 108..<110 where !roles.isEmpty:
            return .delete(by: by, Int.random(in: roles.indices, using: &random))
        case 76..<89:
            let isOther = Int.random(in: 0..<5, using: &random) == 0
            return .join(offer, as: isOther ? actor : offers[offer].person)
        default: return .wait(anyPause(&random))
        }
    }

    private func send(_ person: Person, _ random: inout SeededGenerator) -> Step {
        .send(
            by: person, to: Int.random(in: 0..<HistoryHouse.people, using: &random),
            anyRole([.user, .user, .admin, .owner], &random), anyVerdict(&random))
    }

    private func anyRole(_ base: [Role], _ random: inout SeededGenerator) -> Held {
        let all = base.map(Held.base) + roles.indices.map(Held.custom)
        return all.randomElement(using: &random) ?? .base(.user)
    }

    /// Much of what the steps here take, so that their holders do something.
    private func anySet(_ random: inout SeededGenerator) -> PermissionSet {
        let pool: [Permission] = [
            .invitationCreate, .invitationCreate, .invitationResend, .invitationApprove, .invitationRevoke,
            .memberUpdate, .memberRemove, .roleCreate, .roleUpdate, .roleDelete, .auditRead, .settingsUpdate,
        ]
        return PermissionSet(pool.filter { _ in Bool.random(using: &random) })
    }

    private func anyVerdict(_ random: inout SeededGenerator) -> Verdict {
        let verdicts: [Verdict] = [.takes, .takes, .takes, .takes, .refuses, .delays]
        return verdicts.randomElement(using: &random) ?? .takes
    }

    /// A member, most of the time.
    private func anybody(_ random: inout SeededGenerator) -> Person {
        let member = members.keys.sorted().randomElement(using: &random)
        return Int.random(in: 0..<4, using: &random) > 0
            ? member ?? 0 : Int.random(in: 0..<HistoryHouse.people, using: &random)
    }

    /// Mostly an open one, and one of the newest.
    private func anyOffer(_ random: inout SeededGenerator) -> Int {
        let open = offers.indices.filter { [.pending, .needsApproval].contains(offers[$0].status(at: now)) }
        if Int.random(in: 0..<4, using: &random) > 0, let one = open.randomElement(using: &random) { return one }
        return Int.random(in: max(0, offers.count - 20)..<offers.count, using: &random)
    }

    private func anyPause(_ random: inout SeededGenerator) -> Duration {
        let exact = offers.last.map { $0.expiresAt - now } ?? .seconds(1)
        let pauses: [Duration] = [
            .seconds(1), .minutes(10), .hours(7), .days(1), .days(8), .seconds(-30), .hours(-2), exact,
            exact - .milliseconds(1),
        ]
        return pauses.randomElement(using: &random) ?? .seconds(1)
    }
}
