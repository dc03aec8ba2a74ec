import ArgumentParser
import UsherClient
import UsherDomain

/// How a command reaches a running server as a person, in no organization.
struct OwnOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Flag(help: "As JSON.")
    var json = false

    /// With a person's own key.
    func run<R>(_ work: (_ client: UsherClient) async throws -> R) async throws -> R {
        let client = try server.client()
        return try await server.reaching { try await work(client) }
    }
}

/// What a key may not do: it takes somebody who is signed in.
struct SessionOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Option(
        name: .customLong("session-file"),
        help: """
            File with the value of a signed-in browser's session cookie (usher_session, or __Host-usher_session). No key \
            can answer for a person.
            """)
    var sessionFile: String

    @Flag(help: "As JSON.")
    var json = false

    func run<R>(_ work: (_ client: UsherClient) async throws -> R) async throws -> R {
        let secret = String(decoding: try FileBytes.read(sessionFile, limit: 4096), as: UTF8.self).trimmingSpaces
        guard !secret.isEmpty, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3B }) else {
            throw CommandFailure("\(sessionFile) holds no session.", code: .unauthorized)
        }
        let client = try server.client(as: .session(secret))
        return try await server.reaching { try await work(client) }
    }
}

/// The code of an invitation: never an argument, because command lines can be seen by others.
struct CodeOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Option(
        name: .customLong("code-file"),
        help: "File with the code or the whole link of the letter; default: the first line of standard input.")
    var codeFile: String?

    @Flag(help: "As JSON.")
    var json = false

    /// Without a credential: the code is the proof.
    func run<R>(_ work: (_ client: UsherClient, _ code: String) async throws -> R) async throws -> R {
        let text: String
        if let codeFile {
            text = String(decoding: try FileBytes.read(codeFile, limit: 16_384), as: UTF8.self)
        } else {
            if Console.inputIsTerminal { Console.say("Code or link:") }
            text = readLine() ?? ""
        }
        guard let code = Self.code(in: text) else {
            throw CommandFailure("There is no code. Give it on standard input, or in --code-file.", code: .usage)
        }
        let client = try server.client(as: .none)
        return try await server.reaching { try await work(client, code) }
    }

    /// The code alone, or out of a link.
    private static func code(in text: String) -> String? {
        let compact = String(text.filter { !$0.isWhitespace })
        guard let query = compact.firstIndex(of: "?") else { return compact.isEmpty ? nil : compact }
        let pairs = compact[compact.index(after: query)...].prefix { $0 != "#" && $0 != ">" }.split(separator: "&")
        for name in InvitationCode.linkParameters {
            if let found = pairs.first(where: { $0.hasPrefix(name + "=") }) {
                return String(found.dropFirst(name.utf8.count + 1))
            }
        }
        return nil
    }
}
