import ArgumentParser
import UsherAPI
import UsherClient
import UsherDomain

extension SuppressionCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell whether an address is on the list, by whom and since when: by the API of a running server.",
            discussion: """
                Exit code 1 when it is not on the list.

                Example: usher suppression check ada@example.com --organization 019a0000-0000-7000-8000-000000000002
                """)

        @Argument(help: "The address.") var address: String
        @OptionGroup var options: APIOptions

        func run() async throws {
            let email = try Arguments.address(address)
            let found = try await options.run { try await $0.suppression(of: email.typed, in: $1) }
            guard !options.json else { return Console.out(try APIOptions.text(found)) }
            Console.out("\(found.createdAt.text)  \(found.source)  \(found.hash)")
        }
    }
}
