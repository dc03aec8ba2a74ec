import ArgumentParser
import UsherAPI
import UsherClient
import UsherHTTP

/// A person's own keys, by the API of a running server.
struct OwnKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "own", abstract: "Make, list and end one's own keys, with one of them.",
        discussion: """
            They act in all organizations of the person, with the lower of their role and the membership's.

            Example: usher key own list --json
            """,
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make one more key. Its text is told this once.",
            discussion: "Example: USHER_API_KEY_FILE=my-key usher key own create --name ci --role user --json")

        @Option(help: "What it is for.") var name: String
        @Option(help: "owner, admin or user.") var role = "user"
        @Option(help: "Route that it is restricted to, as \"GET /api/auth/me\"; may be repeated.")
        var scope: [String] = []
        @Option(name: .customLong("expires-at"), help: "RFC 3339 time at which it ends.") var expiresAt: String?
        @OptionGroup var options: OwnOptions

        func run() async throws {
            let end = try expiresAt.map { try Arguments.time($0, option: "--expires-at") }
            let wanted = CreateAPIKey(
                name: name, role: try Arguments.wireRole(role), scopes: scope.isEmpty ? nil : scope, expiresAt: end)
            let made = try await options.run { try await $0.createOwnAPIKey(wanted) }
            guard options.json else { return Console.out(made.apiKey) }
            Console.out(try APIOptions.text(made))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List one's own keys, newest first; never their text.",
            discussion: "Example: USHER_API_KEY_FILE=my-key usher key own list --json")

        @OptionGroup var options: OwnOptions

        func run() async throws {
            let found = try await options.run { client in
                var found: [APIKeyBody] = []
                for try await key in client.ownAPIKeys() { found.append(key) }
                return found
            }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            for key in found {
                let use = key.lastUsedAt.map { "used \($0.text)" } ?? "never used"
                Console.out("\(key.id)  \(WireRole.name(key.role))  \(LogText.quoted(key.name))  \(use)")
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End one of one's own keys at once.",
            discussion: """
                Example: USHER_API_KEY_FILE=my-key usher key own revoke 019ad3c0-0000-7000-8000-000000000002
                """)

        @Argument(help: "The key's id, as `usher key own list` shows it.") var id: String
        @OptionGroup var options: OwnOptions

        func run() async throws {
            _ = try Arguments.key(id)
            try await options.run { try await $0.revokeOwnAPIKey(id) }
            guard options.json else { return Console.say("The key is worth nothing any more.") }
            Console.out(JSONText.object([("revoked", .string(id))]))
        }
    }
}
