import ArgumentParser
import UsherAPI
import UsherClient
import UsherDomain

/// The organizations that one's own address lets one join, by the API of a running server.
struct OwnOrganizationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "own", abstract: "List and join the organizations that one's own address leads to.",
        discussion: """
            A person's own key may look; joining takes the session of a browser that is signed in.

            Example: usher org own list --json
            """,
        subcommands: [List.self, Join.self, Withdraw.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the organizations that one may join, or ask to.",
            discussion: "With a person's own key. Example: USHER_API_KEY_FILE=my-key usher org own list --json")

        @OptionGroup var options: OwnOptions

        func run() async throws {
            let found = try await options.run { try await $0.openOrganizations() }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            for one in found {
                let request = one.request.map { "  \($0)" } ?? ""
                Console.out(
                    "\(one.id)  \(one.joining)  \(WireRole.name(one.role))  \(LogText.quoted(one.name))\(request)")
            }
        }
    }

    struct Join: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Join an organization, or ask to.",
            discussion: """
                Example: usher org own join 01900000-0000-7000-8000-000000000001 --session-file session.txt
                """)

        @Argument(help: "Id of the organization, as `usher org own list` shows it.") var id: String
        @OptionGroup var options: SessionOptions

        func run() async throws {
            let id = try Arguments.organization(id).rawValue
            let came = try await options.run { try await $0.join(organization: id) }
            guard !options.json else { return Console.out(try APIOptions.text(came)) }
            switch came.status {
            case "joined": Console.say("Joined as \(WireRole.name(came.role)).")
            case "requested": Console.say("Asked; an admin decides.")
            default: Console.say("Waiting for a seat, or for an approval.")
            }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take one's own request to join back.",
            discussion: """
                Example: usher org own withdraw 01900000-0000-7000-8000-000000000001 --session-file session.txt
                """)

        @Argument(help: "Id of the organization.") var id: String
        @OptionGroup var options: SessionOptions

        func run() async throws {
            let id = try Arguments.organization(id).rawValue
            try await options.run { try await $0.withdrawJoinRequest(to: id) }
            guard !options.json else { return Console.out(JSONText.object([("withdrawn", .string(id))])) }
            Console.say("The request is taken back.")
        }
    }
}
