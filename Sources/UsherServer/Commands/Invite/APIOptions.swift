import ArgumentParser
import FoundationEssentials
import UsherAPI
import UsherClient

/// How a command reaches a running server, and as whom. The key has no option: command lines can be seen by others.
struct APIOptions: ParsableArguments {
    @Option(help: "The server's public URL (default: USHER_PUBLIC_URL, or http://127.0.0.1:8080).")
    var server: String?

    @Option(help: "Id of the organization (default: USHER_ORGANIZATION).")
    var organization: String?

    @Flag(help: "As JSON.")
    var json = false

    /// - Throws: `CommandFailure`.
    func connect() throws -> (client: UsherClient, organization: String) {
        let environment = ProcessInfo.processInfo.environment
        let server = server ?? environment["USHER_PUBLIC_URL"] ?? "http://127.0.0.1:8080"
        guard let organization = organization ?? environment["USHER_ORGANIZATION"] else {
            throw CommandFailure("Name the organization: --organization, or USHER_ORGANIZATION.", code: .usage)
        }
        _ = try Arguments.organization(organization)
        return (UsherClient(baseURL: server, apiKey: try key(environment)), organization)
    }

    private func key(_ environment: [String: String]) throws -> String {
        if let key = environment["USHER_API_KEY"], !key.isEmpty { return key }
        guard let path = environment["USHER_API_KEY_FILE"] else {
            throw CommandFailure(
                "Put an API key into USHER_API_KEY, or its file's path into USHER_API_KEY_FILE.", code: .usage)
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure("The file that USHER_API_KEY_FILE names cannot be read.", code: .configuration)
        }
        return String(text.split(whereSeparator: \.isWhitespace).first ?? "")
    }

    /// Does one thing with the server, and puts what it says into words.
    func run<R>(_ work: (_ client: UsherClient, _ organization: String) async throws -> R) async throws -> R {
        let (client, organization) = try connect()
        do {
            return try await work(client, organization)
        } catch let error as UsherError {
            let isForbidden = error.status == 401 || error.status == 403
            throw CommandFailure("\(error.message) (\(error.code))", code: isForbidden ? .unauthorized : .failed)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("The server does not answer: \(error)")
        }
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
    static func role(_ text: String) throws -> Int {
        let names = ["user", "admin", "owner"]
        guard let number = names.firstIndex(of: text) else {
            throw CommandFailure("--role must be user, admin or owner.", code: .usage)
        }
        return number
    }

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
