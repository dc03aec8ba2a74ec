import ArgumentParser
import UsherAPI
import UsherClient

/// Whose key it is, by the API of a running server.
struct WhoAmICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami", abstract: "Tell whose key it is, and where they belong.",
        discussion: """
            With a person's own key; an organization's key is nobody's. \
            Example: USHER_API_KEY_FILE=my-key usher whoami --json
            """)

    @OptionGroup var options: OwnOptions

    func run() async throws {
        let me = try await options.run { try await $0.me() }
        guard !options.json else { return Console.out(try APIOptions.text(me)) }
        Console.out("\(me.id)  \(me.email)" + (me.name.map { "  \(LogText.quoted($0))" } ?? ""))
        for membership in me.userOrgs {
            let name = me.orgs.first { $0.id == membership.organizationID }?.name ?? ""
            let role = membership.customRole?.name ?? WireRole.name(membership.role)
            Console.out("  \(membership.organizationID)  \(role)  \(LogText.quoted(name))")
        }
    }
}
