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
        @Option(help: "owner, admin, user, or the name of a role that the organization made.") var role: String
        @Option(help: "Address of the member whose key it shall be.") var user: String?
        @Option(help: "What the key is called in lists.") var name = "Made by usher key create"
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let (user, name) = (try user.map(Arguments.address), try Arguments.name(name))
            let bench = try await Workbench(options.settings(), use: .command)
            let (role, custom) = try await bench.role(meantBy: role, of: organization)
            let draft = KeyDraft(name: name, role: role, customRole: custom, scopes: nil, expiresAt: nil)
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
                    ("organization_id", .string(organization.rawValue)), ("role", .string(made.key.role.name)),
                    ("custom_role", made.key.customRole.map { .string($0.name.text) } ?? .null),
                    ("name", .string(made.key.name.text)), ("user", user.map { .string($0.typed) } ?? .null),
                ]))
        }
    }
}
