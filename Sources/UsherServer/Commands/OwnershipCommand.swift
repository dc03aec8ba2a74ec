import ArgumentParser
import UsherAPI
import UsherClient

/// Handing an organization over, from person to person: with their own keys.
struct OwnershipCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ownership", abstract: "Offer, take back and take the ownership of an organization.",
        discussion: """
            It takes a person's own key: that of an owner to offer, and the receiver's to accept. The operator changes \
            roles with usher member role.

            Example: usher ownership offer 019ad3c0-0000-7000-8000-000000000003
            """,
        subcommands: [Show.self, Offer.self, Withdraw.self, Accept.self, Decline.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what is offered.", discussion: "Example: usher ownership show --json")

        @OptionGroup var options: APIOptions

        func run() async throws {
            try await options.run { try await $0.ownershipOffer(of: $1) }.tell(json: options.json)
        }
    }

    struct Offer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Offer a member the ownership; nothing changes before they accept.",
            discussion: "Example: usher ownership offer 019ad3c0-0000-7000-8000-000000000003")

        @Argument(help: "Id of the member's account, as usher member list shows it.") var user: String
        @OptionGroup var options: APIOptions

        func run() async throws {
            try await options.run { try await $0.offerOwnership(of: $1, to: user) }.tell(json: options.json)
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the offer back.", discussion: "Example: usher ownership withdraw")

        @OptionGroup var options: APIOptions

        func run() async throws {
            try await options.run { try await $0.cancelOwnershipOffer(of: $1) }
            options.tell("withdrawn", "The offer is taken back.")
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Become the owner, as was offered.",
            discussion: "Example: USHER_API_KEY_FILE=my-key usher ownership accept")

        @OptionGroup var options: APIOptions

        func run() async throws {
            try await options.run { try await $0.acceptOwnership(of: $1) }
            options.tell("accepted", "You are the owner.")
        }
    }

    struct Decline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say no to the ownership.",
            discussion: "Example: USHER_API_KEY_FILE=my-key usher ownership decline")

        @OptionGroup var options: APIOptions

        func run() async throws {
            try await options.run { try await $0.declineOwnership(of: $1) }
            options.tell("declined", "Declined.")
        }
    }
}

extension APIOptions {
    fileprivate func tell(_ outcome: String, _ sentence: String) {
        if json { Console.out(JSONText.object([("outcome", .string(outcome))])) } else { Console.say(sentence) }
    }
}

extension OwnershipTransferBody {
    fileprivate func tell(json: Bool) throws {
        guard !json else { return Console.out(try APIOptions.text(self)) }
        Console.out("\(id)  from \(fromUserID)  to \(toUserID)  until \(expiresAt.text)")
    }
}
