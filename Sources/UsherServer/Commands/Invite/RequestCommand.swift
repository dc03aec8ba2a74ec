import ArgumentParser
import UsherAPI
import UsherClient

/// Requests for new links, as an admin decides them.
struct RequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "List and decide requests for new invitations.",
        discussion: """
            Who holds a dead link asks for a new one without an account.

            Example: usher invite request list --json
            """,
        subcommands: [List.self, Approve.self, Refuse.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the open requests.", discussion: "Example: usher invite request list --limit 20 --json")

        @Option(help: "How many at most.") var limit: Int?
        @OptionGroup var options: APIOptions

        func run() async throws {
            let found = try await options.run { client, organization in
                var found: [InvitationRequestBody] = []
                for try await request in client.allInvitationRequests(of: organization) {
                    if let limit, found.count >= limit { break }
                    found.append(request)
                }
                return found
            }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            for request in found { Console.out(request.line) }
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send the new invitation that somebody asks for.",
            discussion: "Example: usher invite request approve 01900000-0000-7000-8000-000000000001")

        @Argument(help: "Id of the request.") var id: String
        @OptionGroup var options: APIOptions

        func run() async throws {
            let decided = try await options.run { try await $0.approveInvitationRequest(id, of: $1) }
            Console.out(options.json ? try APIOptions.text(decided) : decided.line)
        }
    }

    struct Refuse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse a request; nobody is told.",
            discussion: "Example: usher invite request refuse 01900000-0000-7000-8000-000000000001")

        @Argument(help: "Id of the request.") var id: String
        @OptionGroup var options: APIOptions

        func run() async throws {
            let decided = try await options.run { try await $0.refuseInvitationRequest(id, of: $1) }
            Console.out(options.json ? try APIOptions.text(decided) : decided.line)
        }
    }
}

extension InvitationRequestBody {
    fileprivate var line: String {
        let instead = otherEmail.map { "  at \($0)" } ?? ""
        return "\(id)  \(status)  \(WireRole.name(role))  \(email)\(instead)  asked \(askedAt.text)"
    }
}
