import ArgumentParser
import UsherDomain
import UsherText
import UsherUseCases

struct OrgCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org", abstract: "Manage organizations.",
        subcommands: [
            Create.self, List.self, Show.self, Set.self, Delete.self, Restore.self, Settings.self, Seats.self,
            Export.self,
            Import.self, OwnOrganizationsCommand.self,
        ])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Found an organization.",
            discussion: """
                The owner's account is made, without a password, if there is none. You vouch for the address.

                Example: usher org create "Example Ltd" --owner olga@example.com --json
                """)

        @Argument(help: "The organization's name.") var name: String
        @Option(help: "Address of its first owner.") var owner: String
        @Option(
            name: .customLong("allowed-origin"),
            help: "Origin that its links and redirects may point to; may be repeated.")
        var allowedOrigins: [String] = []
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let name = try Arguments.name(name)
            let owner = try Arguments.address(owner)
            let origins = try allowedOrigins.map(Arguments.origin)
            let bench = try await Workbench(options.settings(), use: .command)
            let made = try await Arguments.refusable {
                try await bench.operatorActions.createOrganization(named: name, owner: owner, allowedOrigins: origins)
            }
            await bench.opened.close()
            guard json else {
                Console.say("Founded \(made.organization.name), owned by \(owner.typed).")
                return Console.out(made.organization.id.rawValue)
            }
            Console.out(
                JSONText.object([
                    ("organization_id", .string(made.organization.id.rawValue)),
                    ("owner_id", .string(made.owner.rawValue)), ("name", .string(made.organization.name.text)),
                    ("allowed_origins", .list(made.organization.allowedOrigins.map { .string($0.text) })),
                ]))
        }
    }
}
