import ArgumentParser
import UsherAPI
import UsherClient

/// What whoever holds a code does with it.
extension InviteCommand {
    struct LookUp: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lookup", abstract: "Tell what the code of a letter offers.",
            discussion: """
                It takes no key. Example: usher invite lookup < code.txt
                """)

        @OptionGroup var options: CodeOptions

        func run() async throws {
            let offer = try await options.run { try await $0.lookUpInvitation(code: $1) }
            guard !options.json else { return Console.out(try APIOptions.text(offer)) }
            Console.out(
                "\(LogText.quoted(offer.organization))  \(WireRole.name(offer.role))  \(offer.email)  \(offer.status)  "
                    + "until \(offer.expiresAt.text)")
        }
    }

    struct Decline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say no to the invitation of a code.",
            discussion: """
                It takes no key. Example: usher invite decline --code-file code.txt --reason "Not me" --report
                """)

        @Option(help: "Why; the inviter sees it.") var reason: String?
        @Flag(help: "No more invitations from this organization to this address.") var report = false
        @OptionGroup var options: CodeOptions

        func run() async throws {
            try await options.run { try await $0.declineInvitation(code: $1, reason: reason, report: report) }
            guard !options.json else {
                return Console.out(JSONText.object([("declined", .bool(true)), ("reported", .bool(report))]))
            }
            Console.say("Declined.")
        }
    }
}

/// Invitations to oneself.
struct OwnInvitationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "own", abstract: "List and answer invitations to oneself.",
        discussion: """
            A person's own key may look; answering takes the session of a browser that is signed in.

            Example: usher invite own list --json
            """,
        subcommands: [List.self, Accept.self, Decline.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the open invitations to one's own address.",
            discussion: "With a person's own key. Example: USHER_API_KEY_FILE=my-key usher invite own list --json")

        @OptionGroup var options: OwnOptions

        func run() async throws {
            let found = try await options.run { try await $0.ownInvitations() }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            for offer in found {
                Console.out(
                    "\(offer.id)  \(offer.status)  \(WireRole.name(offer.role))  \(LogText.quoted(offer.organization))  "
                        + "until \(offer.expiresAt.text)")
            }
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Join by one of one's own invitations.",
            discussion: """
                Example: usher invite own accept 01900000-0000-7000-8000-000000000001 --session-file session.txt
                """)

        @Argument(help: "Id of the invitation.") var id: String
        @OptionGroup var options: SessionOptions

        func run() async throws {
            let joined = try await options.run { try await $0.acceptOwnInvitation(id) }
            guard !options.json else { return Console.out(try APIOptions.text(joined)) }
            Console.say("Joined \(joined.organizationID) as \(WireRole.name(joined.role)).")
        }
    }

    struct Decline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say no to one of one's own invitations.",
            discussion: """
                Example: usher invite own decline 01900000-0000-7000-8000-000000000001 --session-file session.txt
                """)

        @Argument(help: "Id of the invitation.") var id: String
        @Option(help: "Why; the inviter sees it.") var reason: String?
        @Flag(help: "No more invitations from this organization to this address.") var report = false
        @OptionGroup var options: SessionOptions

        func run() async throws {
            try await options.run { try await $0.declineOwnInvitation(id, reason: reason, report: report) }
            guard !options.json else {
                return Console.out(JSONText.object([("declined", .string(id)), ("reported", .bool(report))]))
            }
            Console.say("Declined.")
        }
    }
}

/// A role's number as a word.
enum WireRole {
    static func name(_ role: Int) -> String {
        ["user", "admin", "owner"].indices.contains(role) ? ["user", "admin", "owner"][role] : "\(role)"
    }
}
