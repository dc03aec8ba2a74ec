import ArgumentParser
import Glibc
import UsherDomain
import UsherText
import UsherUseCases

struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Manage people who run organizations.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an owner who can sign in.",
            discussion: """
                The password is read from standard input, or from a file; never from the command line, which others on \
                this machine can see. If there is no organization of this name, it is founded.

                Example: usher admin create --email olga@example.com --organization "Example Ltd" \
                --password-file password.txt
                """)

        @Option(help: "The person's address. You vouch for it.") var email: String
        @Option(help: "The person's name.") var name: String?
        @Option(help: "Name of the organization to own.") var organization: String
        @Option(help: "File whose first line is the password.") var passwordFile: String?
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let draft = AdminDraft(
                email: try Arguments.address(email), name: try name.map(Arguments.name),
                organization: try Arguments.name(organization))
            let settings = try options.settings()
            let text = try readPassword()
            let bench = try await Workbench(settings, use: .command)
            let user = try await Arguments.refusable {
                let password = try Password(parsing: text)
                try bench.passwordPolicy.check(
                    password, email: draft.email, name: draft.name?.text, organization: draft.organization.text,
                    product: settings.appName)
                return try await bench.setUp().byOperator(draft: draft, password: password)
            }
            await bench.opened.close()
            guard json else {
                return Console.say("\(draft.email.typed) can sign in and owns \(draft.organization).")
            }
            Console.out(
                JSONText.object([("user_id", .string(user.rawValue)), ("email", .string(draft.email.typed))]))
        }

        /// The first line, without its end.
        private func readPassword() throws -> String {
            if let passwordFile {
                let file = open(passwordFile, O_RDONLY | O_CLOEXEC)
                guard file >= 0 else {
                    throw CommandFailure("Cannot read \(passwordFile): \(Console.systemReason).")
                }
                defer { close(file) }
                return try PasswordInput.line(from: file)
            }
            if Console.inputIsTerminal { Console.say("Password:") }
            return try PasswordInput.line(from: STDIN_FILENO)
        }
    }
}

/// Reads a password without showing it.
private enum PasswordInput {
    private static let longest = 4096

    static func line(from descriptor: CInt) throws -> String {
        var saved = termios()
        let isTerminal = tcgetattr(descriptor, &saved) == 0
        if isTerminal {
            var quiet = saved
            quiet.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(descriptor, TCSAFLUSH, &quiet)
        }
        defer { if isTerminal { tcsetattr(descriptor, TCSAFLUSH, &saved) } }
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < longest, read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw CommandFailure("No password was given.", code: .usage) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
