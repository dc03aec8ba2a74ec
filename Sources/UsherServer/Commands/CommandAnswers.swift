import FoundationEssentials
import Glibc

/// What `--json` prints: one object on one line.
protocol CommandAnswer: Encodable {}

extension CommandAnswer {
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

struct OrganizationCreated: CommandAnswer {
    let organizationID: String
    let ownerID: String
    let name: String

    enum CodingKeys: String, CodingKey {
        case organizationID = "organization_id"
        case ownerID = "owner_id"
        case name
    }
}

struct KeyCreated: CommandAnswer {
    let apiKey: String
    let id: String
    let organizationID: String
    let role: String

    enum CodingKeys: String, CodingKey {
        case apiKey = "api_key"
        case id
        case organizationID = "organization_id"
        case role
    }
}

struct AdminCreated: CommandAnswer {
    let userID: String

    enum CodingKeys: String, CodingKey { case userID = "user_id" }
}

/// A password for a command: never on the command line, never shown.
enum PasswordInput {
    static func read(file: String?) throws -> String {
        if let file {
            guard let bytes = FileManager.default.contents(atPath: file),
                let text = String(validating: bytes, as: UTF8.self)
            else { throw Failure(.usage, "Cannot read the password file \(file).") }
            return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        }
        let isTerminal = isatty(STDIN_FILENO) == 1
        if isTerminal { Terminal.talk("Password (not shown):") }
        guard let line = isTerminal ? try withoutEcho(Terminal.line) : Terminal.line() else {
            throw Failure(.usage, "No password came on standard input.")
        }
        return line
    }

    private static func withoutEcho(_ body: () -> String?) throws -> String? {
        var before = termios()
        tcgetattr(STDIN_FILENO, &before)
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &quiet)
        defer { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
        return body()
    }
}
