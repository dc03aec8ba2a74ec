import ArgumentParser
import UsherAPI
import UsherDomain
import UsherHTTP
import UsherSQL
import UsherSecrets
import UsherUseCases

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read the audit log, and check that nobody changed it.",
        subcommands: [List.self, Export.self, Verify.self])

    /// The part of the log that is asked for.
    struct Part: ParsableArguments {
        @Option(help: "Id of an organization (default: the whole log).") var organization: String?
        @Option(help: "Only this action, as invitation.created.") var action: String?
        @Option(help: "Only of this actor, as user:ID, key:ID, invitee or operator.") var actor: String?
        @Option(help: "Only about what has this id.") var subject: String?
        @Option(help: "From this moment on (RFC 3339).") var from: String?
        @Option(help: "Before this moment (RFC 3339).") var to: String?

        func filter() throws -> AuditFilter {
            var filter = AuditFilter()
            if let action {
                guard let known = AuditEntry.Action(rawValue: action) else {
                    let all = AuditEntry.Action.allCases.map(\.rawValue).joined(separator: ", ")
                    throw CommandFailure("--action is one of \(all).", code: .usage)
                }
                filter.action = known
            }
            (filter.actor, filter.subject) = (actor, subject)
            (filter.from, filter.to) = (try from.map(Self.time), try to.map(Self.time))
            return filter
        }

        func whose() throws -> ID<Organization>? { try organization.map(Arguments.organization) }

        private static func time(_ text: String) throws -> Timestamp {
            guard let time = APITime(parsing: text) else {
                throw CommandFailure("A time is written as 2026-07-01T00:00:00Z.", code: .usage)
            }
            return Timestamp(milliseconds: time.milliseconds)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the newest entries.",
            discussion: "Example: usher audit list --action invitation.revoked --from 2026-07-01T00:00:00Z")

        @OptionGroup var part: Part
        @Option(help: "How many, 1 to 1000.") var limit = 50
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            guard (1...1000).contains(limit) else { throw CommandFailure("--limit is 1 to 1000.", code: .usage) }
            var query = ListAudit.Query()
            (query.filter, query.limit) = (try part.filter(), limit)
            let (whose, wanted) = (try part.whose(), query)
            let bench = try await Workbench(options.settings(), use: .command)
            let page = try await Arguments.refusable {
                try await ListAudit(store: bench.store, effects: bench.effects).byOperator(of: whose, wanted)
            }
            await bench.opened.close()
            guard json else {
                for entry in page.entries { Console.out(Self.line(entry)) }
                return
            }
            Console.out(JSONText.array(page.entries.map(Self.members)))
        }

        private static func line(_ entry: RecordedEntry) -> String {
            [LogText.time(entry.at), entry.action, entry.actor, entry.subject, entry.organization ?? "-"]
                .joined(separator: "  ")
        }

        private static func members(_ entry: RecordedEntry) -> [(String, JSONText)] {
            [
                ("id", .string(entry.id)), ("action", .string(entry.action)),
                ("organization_id", entry.organization.map { .string($0) } ?? .null),
                ("actor", .string(entry.actor)), ("subject", .string(entry.subject)),
                ("request_id", entry.requestID.map { .string($0) } ?? .null),
                ("at", .string(APITime(milliseconds: entry.at.milliseconds).text)),
            ]
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write all entries to standard output, newest first.",
            discussion: "Example: usher audit export --format csv > audit.csv")

        @OptionGroup var part: Part
        @Option(help: "jsonl or csv.") var format = "jsonl"
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            guard let format = AuditExport(rawValue: format) else {
                throw CommandFailure("--format is jsonl or csv.", code: .usage)
            }
            var query = ListAudit.Query()
            (query.filter, query.limit) = (try part.filter(), 1000)
            let whose = try part.whose()
            let bench = try await Workbench(options.settings(), use: .command)
            let list = ListAudit(store: bench.store, effects: bench.effects)
            Console.write(format.head, to: 1)
            repeat {
                let wanted = query
                let page = try await Arguments.refusable { try await list.byOperator(of: whose, wanted) }
                Console.write(page.entries.map(format.line).joined(), to: 1)
                query.after = page.next
            } while query.after != nil
            await bench.opened.close()
        }
    }
}
