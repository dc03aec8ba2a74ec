import Logging
import ServiceLifecycle
import UsherDomain
import UsherMail
import UsherUseCases

/// Reads what comes back to the return path. A message is removed when what it tells is durable; one that is no report on a
/// letter of ours is set aside. Any number of nodes may read one folder: what two read at once has one effect.
struct BounceReader: Service {
    private let folder: Maildir
    private let reader: ReportReader
    private let take: TakeDeliveryReport
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private static let interval = Duration.seconds(5)
    private static let pause = Duration.seconds(30)
    private static let batch = 200

    init(
        _ folder: Maildir, returnPath: ReturnPath, take: TakeDeliveryReport, effects: Effects, logger: Logger
    ) {
        self.folder = folder
        reader = ReportReader(returnPath)
        self.take = take
        now = effects.now
        self.logger = logger
    }

    private struct Counts {
        var taken = 0, known = 0, foreign = 0
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let (isWell, isMore) = await readAll()
                if !isMore { try await Task.sleep(for: isWell ? Self.interval : Self.pause) }
            }
        }
    }

    private func readAll() async -> (isWell: Bool, isMore: Bool) {
        if let problem = folder.problem {
            logger.warning("cannot read bounces", metadata: ["problem": "\(problem)"])
            return (false, false)
        }
        let names = folder.unread(limit: Self.batch)
        var counts = Counts()
        defer { tell(counts) }
        do {
            for name in names { try await read(name, &counts) }
            return (true, names.count == Self.batch)
        } catch {
            logger.warning("could not write down what came back", metadata: ["problem": "\(error)"])
            return (false, false)
        }
    }

    private func read(_ name: String, _ counts: inout Counts) async throws {
        guard let report = folder.read(name).flatMap({ reader.report(in: $0, at: now()) }) else {
            counts.foreign += 1
            return folder.setAside(name)
        }
        if try await take(report) { counts.taken += 1 } else { counts.known += 1 }
        folder.remove(name)
    }

    private func tell(_ counts: Counts) {
        guard counts.taken + counts.known + counts.foreign > 0 else { return }
        logger.info(
            "bounces read",
            metadata: [
                "taken": "\(counts.taken)", "without_effect": "\(counts.known)", "set_aside": "\(counts.foreign)",
            ])
    }
}
