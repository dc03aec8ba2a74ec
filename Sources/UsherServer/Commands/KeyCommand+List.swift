import ArgumentParser
import UsherAPI
import UsherDomain
import UsherHTTP
import UsherUseCases

extension KeyCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List an organization's keys, newest first; never their text.",
            discussion: "Example: usher key list --organization 019ad3c0-0000-7000-8000-000000000001 --json")

        @OptionGroup var options: OrganizationOptions

        func run() async throws {
            let found = try await options.read { try await $0.operatorActions.keys(of: $1) }
            options.tell(found) { key in
                let use = key.lastUsedAt.map { "used \(APITime($0).text)" } ?? "never used"
                return "\(key.id)  \(key.roleWord)  \(key.name)  \(use)"
            } members: { key in
                [
                    ("id", .string(key.id.rawValue)), ("name", .string(key.name.text)),
                    ("role", .string(key.role.name)),
                    ("custom_role", key.customRole.map { .string($0.name.text) } ?? .null),
                    ("scopes", key.scopes.map { .list($0.routes.map { .string($0) }) } ?? .null),
                    ("created_at", .string(APITime(key.createdAt).text)),
                    ("expires_at", key.expiresAt.map { .string(APITime($0).text) } ?? .null),
                    ("last_used_at", key.lastUsedAt.map { .string(APITime($0).text) } ?? .null),
                ]
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a key of an organization at once.",
            discussion: """
                Open invitations that it sent wait for an admin.

                Example: usher key revoke 019ad3c0-0000-7000-8000-000000000002 \
                --organization 019ad3c0-0000-7000-8000-000000000001
                """)

        @Argument(help: "The key's id, as `usher key list` shows it.") var id: String
        @Option(help: "Id of the organization.") var organization: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let (id, organization) = (try Arguments.key(id), try Arguments.organization(organization))
            let bench = try await Workbench(options.settings(), use: .command)
            try await Arguments.refusable { try await bench.operatorActions.revokeKey(id, of: organization) }
            await bench.opened.close()
            guard json else { return Console.say("The key is worth nothing any more.") }
            Console.out(JSONText.object([("revoked", .string(id.rawValue))]))
        }
    }
}
