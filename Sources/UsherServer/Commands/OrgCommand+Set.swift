import ArgumentParser
import FoundationEssentials
import UsherAPI
import UsherClient
import UsherDomain

extension OrgCommand {
    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an organization another name or partner configuration, by the API of a running server.",
            discussion: """
                Example: usher org set --name "Example Ltd" --organization 019ad3c0-0000-7000-8000-000000000001
                """)

        @Option(help: "The new name.") var name: String?
        @Option(
            name: .customLong("partner-configuration"),
            help:
                "File with a JSON object: what the organization's own programs keep here; replaces all that there was.")
        var partnerConfiguration: String?
        @OptionGroup var options: APIOptions

        func run() async throws {
            let change = UpdateOrganization(
                name: try name.map { try Arguments.name($0).text },
                partnerConfiguration: try partnerConfiguration.map(Self.values))
            guard change != UpdateOrganization() else {
                throw CommandFailure("Say what shall change: --name or --partner-configuration.", code: .usage)
            }
            let changed = try await options.run { try await $0.updateOrganization(change, $1) }
            guard !options.json else { return Console.out(try APIOptions.text(changed)) }
            Console.out("\(changed.id)  \(changed.name)")
        }

        private static func values(_ path: String) throws -> [String: APIValue] {
            let bytes = try FileBytes.read(path, limit: 65_536)
            do {
                return try JSONDecoder().decode([String: APIValue].self, from: Data(bytes))
            } catch {
                throw CommandFailure("\(path) holds no JSON object.", code: .usage)
            }
        }
    }
}
