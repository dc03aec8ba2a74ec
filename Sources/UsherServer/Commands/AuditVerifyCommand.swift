import ArgumentParser
import UsherDomain
import UsherSQL
import UsherSecrets
import UsherUseCases

extension AuditCommand {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that no entry was changed, removed, reordered or inserted.",
            discussion: """
                Takes all hashes anew, beside a server or without one, and prints the newest. Note it where whoever \
                can write to the database cannot: with --noted it must still be there, or the end of the log, or all \
                of it, was replaced. Exit code 1 when something is wrong. Entries of the last second are not sealed \
                yet, and only counted.

                Example: usher audit verify --noted 5d41402abc4b2a76b9719d911017c592…
                """)

        @Option(help: "A hash that an earlier run printed.") var noted: String?
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let settings = try options.settings()
            let report: AuditReport
            do {
                try settings.database.mustExist()
                let opened = try await OpenDatabase(settings.database, use: .survey)
                try await Migrator(opened.database).verify()
                report = try await Self.look(SQLStore(opened.database), noted: noted)
                await opened.close()
            } catch {
                throw CommandFailure(error)
            }
            if json { Console.out(JSONText.object(report.members)) } else { Self.tell(report) }
            guard report.damage == nil else { throw ExitCode(CommandFailure.Code.failed.rawValue) }
        }

        /// Needs no key: hashes are plain, so that anybody can take them.
        private static func look(_ store: SQLStore, noted: String?) async throws -> AuditReport {
            var told = 0
            return try await VerifyAudit(store: store, effects: Effects.live(key: ServerKey()))(
                noted: noted?.lowercased()
            ) { count in
                guard count / 100_000 > told else { return }
                told = count / 100_000
                Console.say("\(count) entries so far")
            }
        }

        private static func tell(_ report: AuditReport) {
            if let damage = report.damage { Console.say("WRONG \(damage.sentence)") }
            let tail = report.unsealed == 0 ? "" : ", \(report.unsealed) newer ones not sealed yet"
            Console.say("\(report.entries) entries in \(report.seals) seals are as they were\(tail).")
            if let hash = report.hash, report.damage == nil { Console.out(hash) }
        }
    }
}

extension AuditReport {
    fileprivate var members: [(String, JSONText)] {
        [
            ("entries", .number(entries)),
            ("seals", .number(seals)), ("unsealed", .number(unsealed)), ("hash", hash.map { .string($0) } ?? .null),
            ("problem", damage.map { .string($0.sentence) } ?? .null),
            ("sequence", damage?.sequence.map { .number(Int($0)) } ?? .null),
        ]
    }
}

extension AuditDamage {
    /// The number of the entry that is wrong, if it is one.
    var sequence: Int64? {
        switch self {
        case .entryChanged(let sequence, _), .entryRemoved(let sequence, _), .entryInserted(let sequence),
            .entryRepeated(let sequence, _):
            sequence
        case .sealChanged, .sealRemoved, .notedHashUnknown: nil
        }
    }

    var sentence: String {
        switch self {
        case .entryChanged(let sequence, let seal): "entry \(sequence) (seal \(seal)) was changed"
        case .entryRemoved(let sequence, let seal): "entry \(sequence) (seal \(seal)) was removed"
        case .entryInserted(let sequence): "entry \(sequence) was inserted later"
        case .entryRepeated(let sequence, let seal): "seal \(seal) names entry \(sequence) twice"
        case .sealChanged(let seal): "seal \(seal) was changed"
        case .sealRemoved(let seal): "seal \(seal) was removed"
        case .notedHashUnknown: "no seal has the hash that was noted: the log, or its end, was replaced"
        }
    }
}
