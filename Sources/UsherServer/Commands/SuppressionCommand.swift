import ArgumentParser
import UsherAPI
import UsherDomain
import UsherUseCases

struct SuppressionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppression", abstract: "Manage the addresses that an organization does not invite.",
        subcommands: [List.self, Check.self, Add.self, Remove.self])

    /// Whose list, and whose address.
    struct Place: ParsableArguments {
        @Argument(help: "The address.") var address: String
        @Option(help: "Id of the organization.") var organization: String
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show them, newest first: by hash, because the addresses are not kept.",
            discussion: "Example: usher suppression list --organization 019a0000-0000-7000-8000-000000000002 --json")

        @OptionGroup var options: OrganizationOptions

        func run() async throws {
            let found = try await options.read(Self.all)
            options.tell(found) {
                "\(LogText.time($0.createdAt))  \($0.source)  \($0.emailHash)"
            } members: {
                SuppressionCommand.members($0)
            }
        }

        private static func all(
            _ bench: Workbench, of organization: ID<Organization>
        ) async throws -> [Suppression] {
            let manage = ManageSuppressions(store: bench.store, effects: bench.effects)
            var (query, found) = (ManageSuppressions.Query(), [Suppression]())
            query.limit = 1000
            repeat {
                let page = try await manage.listByOperator(of: organization, query)
                found += page.suppressions
                query.after = page.next
            } while query.after != nil
            return found
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
