import ArgumentParser
import UsherAPI
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Manage API keys.",
        subcommands: [Create.self, List.self, Revoke.self, OwnKeyCommand.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an API key; it is shown once.",
            discussion: """
                It is the organization's own, or with --user that person's.

                Example: usher key create --organization 019ad3c0-0000-7000-8000-000000000001 --role admin \
                --scope "POST /api/invitation" --expires-at 2027-01-31T12:00:00Z
                """)

        @Option(help: "Id of the organization.") var organization: String
        @Option(help: "owner, admin, user, or the name of a role that the organization made.") var role: String
        @Option(help: "Address of the member whose key it shall be.") var user: String?
        @Option(help: "What the key is called in lists.") var name = "Made by usher key create"
        @Option(help: "Route that it is restricted to, as \"POST /api/invitation\"; may be repeated.")
        var scope: [String] = []
        @Option(name: .customLong("expires-at"), help: "RFC 3339 time at which it ends.") var expiresAt: String?
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let organization = try Arguments.organization(organization)
            let (user, name) = (try user.map(Arguments.address), try Arguments.name(name))
            let (scopes, end) = (try Arguments.scopes(scope), try expiresAt.map(Self.end))
            let bench = try await Workbench(options.settings(), use: .command)
            let (role, custom) = try await bench.role(meantBy: role, of: organization)
            let draft = KeyDraft(name: name, role: role, customRole: custom, scopes: scopes, expiresAt: end)
            let made = try await Arguments.refusable {
                try await bench.operatorActions.createKey(draft, in: organization, for: user)
            }
            await bench.opened.close()
            tell(made, of: organization, user)
        }

        private static func end(_ text: String) throws -> Timestamp {
            let end = Timestamp(milliseconds: try Arguments.time(text, option: "--expires-at").milliseconds)
            guard end > UsherClock.now() else {
                throw CommandFailure("--expires-at is in the past.", code: .usage)
            }
            return end
        }

        private func tell(_ made: NewKey, of organization: ID<Organization>, _ user: EmailAddress?) {
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
                    ("scopes", made.key.scopes.map { .list($0.routes.map { .string($0) }) } ?? .null),
                    ("expires_at", made.key.expiresAt.map { .string(APITime($0).text) } ?? .null),
                ]))
        }
    }
}
