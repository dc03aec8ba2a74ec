import ArgumentParser
import UsherDomain
import UsherUseCases

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Manage people.", subcommands: [Erase.self])

    struct Erase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget a person: their account, and their address wherever it stands.",
            discussion: """
                Memberships, sessions, keys and links end; open invitations to the address end; letters to it are not \
                sent. Ids and keyed hashes stay. It cannot be undone, and backups made before still hold the address. \
                An address without an account, which was only invited, is forgotten too.

                Example: usher user erase ada@example.com
                """)

        @Argument(help: "The person's address.") var address: String
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let email = try Arguments.address(address)
            let bench = try await Workbench(options.settings(), use: .command)
            let erased = try await Arguments.refusable { try await bench.operatorActions.erase(email) }
            await bench.opened.close()
            guard json else {
                return Console.say(
                    """
                    \(erased.user == nil ? "There was no account." : "The account is erased.") Memberships that ended: \
                    \(erased.memberships). The address is gone from \(erased.invitations) invitations and \
                    \(erased.letters) letters.
                    """)
            }
            Console.out(
                JSONText.object([
                    ("user_id", erased.user.map { .string($0.rawValue) } ?? .null),
                    ("memberships", .number(erased.memberships)), ("invitations", .number(erased.invitations)),
                    ("letters", .number(erased.letters)),
                ]))
        }
    }
}
