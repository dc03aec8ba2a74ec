import ArgumentParser
import UsherAPI
import UsherDomain
import UsherUseCases

struct SuppressionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppression", abstract: "Manage the addresses that an organization does not invite.",
        subcommands: [List.self, Add.self, Remove.self])

    /// Whose list, and whose address.
    struct Place: ParsableArguments {
        @Argument(help: "The address.") var address: String
        @Option(help: "Id of the organization.") var organization: String
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show them, newest first: by hash, because the addresses are not kept.",
            discussion: "Example: usher suppression list --organization 019a0000-0000-7000-8000-000000000002 --json")

        @Option(help: "Id of the organization.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let bench = try await Workbench(options.settings(), use: .command)
            let manage = ManageSuppressions(store: bench.store, effects: bench.effects)
            var (query, found) = (ManageSuppressions.Query(), [Suppression]())
            query.limit = 1000
            repeat {
                let wanted = query
                let page = try await Arguments.refusable {
                    try await manage.listByOperator(of: organization, wanted)
                }
                found += page.suppressions
                query.after = page.next
            } while query.after != nil
            await bench.opened.close()
            guard json else {
                for one in found { Console.out("\(LogText.time(one.createdAt))  \(one.source)  \(one.emailHash)") }
                return
            }
            Console.out(JSONText.array(found.map(SuppressionCommand.members)))
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Never let an address be invited by an organization.",
            discussion: """
                Example: usher suppression add ada@example.com --organization 019a0000-0000-7000-8000-000000000002
                """)

        @OptionGroup var place: Place
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let (email, organization) = (
                try Arguments.address(place.address), try Arguments.organization(place.organization)
            )
            let bench = try await Workbench(options.settings(), use: .command)
            let made = try await Arguments.refusable {
                try await ManageSuppressions(store: bench.store, effects: bench.effects)
                    .addByOperator(email, in: organization)
            }
            await bench.opened.close()
            guard json else { return Console.say("\(email.typed) is not invited by this organization any more.") }
            Console.out(JSONText.object(SuppressionCommand.members(made)))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let an address be invited again, whoever asked not to.",
            discussion: """
                Do this when the owner of the address asks you to; admins cannot lift what the owner asked for.

                Example: usher suppression remove ada@example.com --organization 019a0000-0000-7000-8000-000000000002
                """)

        @OptionGroup var place: Place
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let (email, organization) = (
                try Arguments.address(place.address), try Arguments.organization(place.organization)
            )
            let bench = try await Workbench(options.settings(), use: .command)
            try await Arguments.refusable {
                try await ManageSuppressions(store: bench.store, effects: bench.effects)
                    .removeByOperator(email, in: organization)
            }
            await bench.opened.close()
            guard json else { return Console.say("\(email.typed) can be invited by this organization again.") }
            Console.out(JSONText.object([("organization_id", .string(organization.rawValue))]))
        }
    }

    private static func members(_ one: Suppression) -> [(String, JSONText)] {
        [
            ("hash", .string(one.emailHash)), ("source", .string(one.source.rawValue)),
            ("created_at", .string(APITime(milliseconds: one.createdAt.milliseconds).text)),
        ]
    }
}
