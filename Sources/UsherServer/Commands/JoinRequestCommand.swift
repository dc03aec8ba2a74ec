import ArgumentParser
import UsherAPI
import UsherClient

/// Requests to join by a domain, as an admin decides them.
struct JoinRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "List and decide requests to join, by the API of a running server.",
        discussion: """
            People of a verified domain ask, where the organization lets them.

            Example: usher domain request list --json
            """,
        subcommands: [List.self, Approve.self, Refuse.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List requests, newest first.",
            discussion: "Example: usher domain request list --status all --json")

        @Option(help: "open, approved, refused, withdrawn, expired, or all.") var status = "open"
        @Option(help: "How many at most.") var limit: Int?
        @OptionGroup var options: APIOptions

        func run() async throws {
            let statuses = ["open", "approved", "refused", "withdrawn", "expired"]
            guard status == "all" || statuses.contains(status) else {
                throw CommandFailure("--status is \(statuses.joined(separator: ", ")) or all.", code: .usage)
            }
            let found = try await options.run { client, organization in
                try await Pages.all(atMost: limit) { cursor in
                    try await client.joinRequests(
                        of: organization, status: status == "all" ? nil : status, limit: 1000, after: cursor)
                }
            }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            for request in found { Console.out(request.line) }
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make who asks a member.",
            discussion: "Example: usher domain request approve 01900000-0000-7000-8000-000000000001 --role user")

        @Argument(help: "Id of the request.") var id: String
        @Option(help: "user or admin; default: what the domain says.") var role: String?
        @OptionGroup var options: APIOptions

        func run() async throws {
            let role = try role.map(Arguments.wireRole)
            let id = try Arguments.id(id, of: "a request")
            let decided = try await options.run { try await $0.approveJoinRequest(id, role: role, of: $1) }
            Console.out(options.json ? try APIOptions.text(decided) : decided.line)
        }
    }

    struct Refuse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse a request to join.",
            discussion: "Example: usher domain request refuse 01900000-0000-7000-8000-000000000001")

        @Argument(help: "Id of the request.") var id: String
        @OptionGroup var options: APIOptions

        func run() async throws {
            let id = try Arguments.id(id, of: "a request")
            let decided = try await options.run { try await $0.refuseJoinRequest(id, of: $1) }
            Console.out(options.json ? try APIOptions.text(decided) : decided.line)
        }
    }
}

extension JoinRequestBody {
    fileprivate var line: String {
        "\(id)  \(status)  \(WireRole.name(role))  \(email)  by \(domain)  asked \(askedAt.text)"
    }
}

/// Lists that come page by page.
enum Pages {
    /// All that there is, or the first so many.
    static func all<Element>(
        atMost limit: Int? = nil, _ page: (_ cursor: String?) async throws -> Page<Element>
    ) async throws -> [Element] {
        var found: [Element] = []
        var cursor: String?
        repeat {
            let next = try await page(cursor)
            found += next.elements
            cursor = next.next
        } while cursor != nil && found.count < limit ?? .max
        return limit.map { Array(found.prefix(max(0, $0))) } ?? found
    }
}
