import ArgumentParser
import UsherDomain
import UsherText
import UsherUseCases

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Manage API keys.",
        subcommands: [Create.self, List.self, Revoke.self, OwnKeyCommand.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an API key; it is shown once.",
            discussion: "It is the organization's own, or with --user that person's.")

        @Option(help: "Id of the organization.") var organization: String
        @Option(help: "owner, admin or user.") var role: String
        @Option(help: "Address of the member whose key it shall be.") var user: String?
        @Option(help: "What the key is called in lists.") var name = "Made by usher key create"
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            guard let role = Role(name: role) else {
                throw CommandFailure("--role must be owner, admin or user.", code: .usage)
            }
            let user = try user.map(Arguments.address)
            let draft = KeyDraft(name: try Arguments.name(name), role: role, scopes: nil, expiresAt: nil)
            let bench = try await Workbench(options.settings(), use: .command)
            let made = try await Arguments.refusable {
                try await bench.operatorActions.createKey(draft, in: organization, for: user)
            }
            await bench.opened.close()
            guard json else {
                Console.say("This key is shown only now:")
                return Console.out(made.text.reveal())
            }
            Console.out(
                JSONText.object([
                    ("api_key", .string(made.text.reveal())), ("id", .string(made.key.id.rawValue)),
                    ("organization_id", .string(organization.rawValue)), ("role", .string(role.name)),
                    ("name", .string(made.key.name.text)), ("user", user.map { .string($0.typed) } ?? .null),
                ]))
        }
    }
}
