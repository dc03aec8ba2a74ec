import ArgumentParser
import UsherAPI
import UsherDomain
import UsherHTTP
import UsherUseCases

extension OrgCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all organizations, oldest first.",
            discussion: "Deleted ones are marked until they are gone for good.\n\nExample: usher org list --json")

        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let bench = try await Workbench(options.settings(), use: .command)
            let found = try await Arguments.refusable { try await bench.operatorActions.organizations() }
            await bench.opened.close()
            guard json else {
                for listed in found {
                    let mark = listed.deletedAt.map { "  deleted \(APITime($0).text)" } ?? ""
                    Console.out("\(listed.organization.id)  \(listed.organization.name)\(mark)")
                }
                return
            }
            Console.out(JSONText.array(found.map { OrgCommand.members($0.organization, deletedAt: $0.deletedAt) }))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one organization.",
            discussion: "Example: usher org show 019ad3c0-0000-7000-8000-000000000001")

        @Argument(help: "The organization's id.") var id: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let id = try Arguments.organization(id)
            let bench = try await Workbench(options.settings(), use: .command)
            let (found, members) = try await Arguments.refusable {
                (
                    try await bench.operatorActions.organization(id),
                    try await bench.operatorActions.members(of: id, role: nil, search: nil)
                )
            }
            await bench.opened.close()
            let owners = members.filter { $0.membership.role == .owner }.map(\.user.email.typed).sorted()
            guard json else {
                Console.out("\(found.name)")
                Console.out("  id: \(found.id)")
                Console.out("  made: \(APITime(found.createdAt).text)")
                Console.out("  members: \(members.count)")
                return Console.out("  owners: \(owners.joined(separator: ", "))")
            }
            var shown = OrgCommand.members(found, deletedAt: nil)
            shown += [("members", .number(members.count)), ("owners", .list(owners.map { .string($0) }))]
            Console.out(JSONText.object(shown))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an organization up; it can be restored for a while.",
            discussion: """
                Nobody can use it any more from now on, and its open invitations are withdrawn. USHER_DELETION_GRACE says \
                how long it can be brought back.

                Example: usher org delete 019ad3c0-0000-7000-8000-000000000001
                """)

        @Argument(help: "The organization's id.") var id: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let id = try Arguments.organization(id)
            let settings = try options.settings()
            let bench = try await Workbench(settings, use: .command)
            try await Arguments.refusable { try await bench.operatorActions.deleteOrganization(id) }
            let end = APITime(bench.effects.now() + settings.deletionGrace)
            await bench.opened.close()
            guard json else { return Console.say("It is deleted, and can be restored until \(end.text).") }
            Console.out(
                JSONText.object([("organization_id", .string(id.rawValue)), ("restorable_until", .string(end.text))]))
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring back an organization that was deleted.",
            discussion: "Example: usher org restore 019ad3c0-0000-7000-8000-000000000001")

        @Argument(help: "The organization's id.") var id: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let id = try Arguments.organization(id)
            let settings = try options.settings()
            let bench = try await Workbench(settings, use: .command)
            let found = try await Arguments.refusable {
                try await bench.operatorActions.restoreOrganization(id, grace: settings.deletionGrace)
            }
            await bench.opened.close()
            guard json else { return Console.say("\(found.name) is back; its invitations stay withdrawn.") }
            Console.out(JSONText.object(OrgCommand.members(found, deletedAt: nil)))
        }
    }

    struct Settings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show an organization's settings, or change some.",
            discussion: """
                The patch is the body of PATCH /api/organization/{organization_id}/settings: what it does not name stays, \
                null goes back to the usual.

                Example: usher org settings 019ad3c0-0000-7000-8000-000000000001 --patch '{"seat_limit": 20}'
                """)

        @Argument(help: "The organization's id.") var id: String
        @Option(help: "JSON object with what shall change.") var patch: String?
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let id = try Arguments.organization(id)
            let change = try patch.map(Self.change)
            let bench = try await Workbench(options.settings(), use: .command)
            let found = try await Arguments.refusable {
                guard let change else { return try await bench.operatorActions.organization(id) }
                return try await bench.operatorActions.changeSettings(of: id, change)
            }
            await bench.opened.close()
            let shown = Self.members(OrganizationSettingsBody(found))
            guard json else {
                for (name, value) in shown { Console.out("\(name): \(JSONText.text(of: value))") }
                return
            }
            Console.out(JSONText.object(shown))
        }

        private static func change(_ patch: String) throws -> SettingsChange {
            do {
                return try SettingsChange(body: Array(patch.utf8))
            } catch {
                throw CommandFailure(error.sentence, code: .usage)
            }
        }

        private static func members(_ settings: OrganizationSettingsBody) -> [(String, JSONText)] {
            let texts = { (list: [String]) in JSONText.list(list.map { .string($0) }) }
            let reminders = settings.reminders.map { reminder -> JSONText in
                if let days = reminder.afterDays { return .members([("after_days", .number(days))]) }
                return .members([("before_end_days", .number(reminder.beforeEndDays ?? 0))])
            }
            return [
                ("allowed_origins", texts(settings.allowedOrigins)),
                ("invitation_life", settings.invitationLife.map { .number($0) } ?? .null),
                ("reminders", .list(reminders)), ("purge_after_days", .number(settings.purgeAfterDays)),
                ("allowed_domains", texts(settings.allowedDomains)),
                ("blocked_domains", texts(settings.blockedDomains)),
                ("seat_limit", settings.seatLimit.map { .number($0) } ?? .null), ("waitlist", .bool(settings.waitlist)),
            ]
        }
    }

    fileprivate static func members(_ organization: Organization, deletedAt: Timestamp?) -> [(String, JSONText)] {
        [
            ("organization_id", .string(organization.id.rawValue)), ("name", .string(organization.name.text)),
            ("created_at", .string(APITime(organization.createdAt).text)),
            ("deleted_at", deletedAt.map { .string(APITime($0).text) } ?? .null),
        ]
    }
}
