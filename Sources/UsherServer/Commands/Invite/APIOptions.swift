import ArgumentParser
import FoundationEssentials
import UsherAPI
import UsherClient
import UsherDomain

/// How a command reaches a running server, as whom, and in which organization.
struct APIOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Option(help: "Id of the organization (default: USHER_ORGANIZATION).")
    var organization: String?

    @Flag(help: "As JSON.")
    var json = false

    /// Does one thing with the server, and puts what it says into words.
    func run<R>(_ work: (_ client: UsherClient, _ organization: String) async throws -> R) async throws -> R {
        guard let organization = organization ?? ServerOptions.variable("USHER_ORGANIZATION") else {
            throw CommandFailure("Name the organization: --organization, or USHER_ORGANIZATION.", code: .usage)
        }
        _ = try Arguments.organization(organization)
        let client = try server.client()
        return try await server.reaching { try await work(client, organization) }
    }

    /// As JSON, members by name.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension Arguments {
    /// 0, 1 or 2, as the wire has it.
    static func wireRole(_ text: String) throws -> Int { try role(text).rawValue }

    /// Texts by name, each written `name=value`.
    static func metadata(_ texts: [String]) throws -> [String: String]? {
        guard !texts.isEmpty else { return nil }
        var values: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandFailure("--metadata must be name=value.", code: .usage)
            }
            values[String(parts[0])] = String(parts[1])
        }
        return values
    }
}
