import ArgumentParser
import UsherAPI
import UsherClient

extension LinkCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one link, and who was let in by it last: by the API of a running server.",
            discussion: """
                Example:

                  usher link show 0190a5a0-0000-7000-8000-000000000002 \\
                    --organization 0190a5a0-0000-7000-8000-000000000001
                """)

        @Argument(help: "The link's id, as `usher link list` shows it.") var link: String
        @OptionGroup var options: APIOptions

        func run() async throws {
            let id = try Arguments.id(link, of: "a link")
            let found = try await options.run { try await $0.joinLink(id, of: $1) }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            let link = found.link
            let role = link.customRole?.name ?? WireRole.name(link.role)
            Console.out(
                "\(link.id)  \(link.status)  \(role)  \(link.uses)/\(link.maxUses)  until \(link.expiresAt.text)")
            for use in found.uses { Console.out("  \(use.line)") }
        }
    }

    struct Uses: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all who were let in by a link, newest first: by the API of a running server.",
            discussion: """
                Example:

                  usher link uses 0190a5a0-0000-7000-8000-000000000002 --limit 2000 \\
                    --organization 0190a5a0-0000-7000-8000-000000000001
                """)

        @Argument(help: "The link's id, as `usher link list` shows it.") var link: String
        @Option(help: "How many at most.") var limit: Int?
        @OptionGroup var options: APIOptions

        func run() async throws {
            let id = try Arguments.id(link, of: "a link")
            let found = try await options.run { client, organization in
                try await Pages.all(atMost: limit) { cursor in
                    try await client.joinLinkUses(id, of: organization, limit: 1000, after: cursor)
                }
            }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            for use in found { Console.out(use.line) }
        }
    }
}

extension JoinLinkUseBody {
    fileprivate var line: String { "\(usedAt.text)  \(email)  \(status)  \(invitationID)" }
}
