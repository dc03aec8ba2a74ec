import ArgumentParser
import FoundationEssentials
import Glibc
import UsherDomain

/// The `usher` command.
package struct Usher: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "usher",
        abstract: "Brings people into organizations.",
        version: Version.text,
        subcommands: [
            Serve.self, Migrate.self, OrganizationCommand.self, KeyCommand.self, AdminCommand.self, ConfigCommand.self,
            Doctor.self,
        ])

    package init() {}

    /// Runs the command line, and ends the process with the code that scripts rely on.
    package static func begin() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            Glibc.exit(0)
        } catch {
            end(error)
        }
    }

    private static func end(_ error: any Error) -> Never {
        let code = exitCode(for: error)
        if code.isSuccess {
            Terminal.tell(fullMessage(for: error))
            Glibc.exit(0)
        }
        if code == .validationFailure {
            Terminal.talk(fullMessage(for: error))
            Glibc.exit(Failure.Code.usage.rawValue)
        }
        let failure = Failure(error)
        for sentence in failure.sentences { Terminal.talk("usher: \(sentence)") }
        Glibc.exit(failure.code.rawValue)
    }
}

/// This program's version, as in the changelog.
package enum Version {
    package static let text = "0.1.0"
}

/// The settings that may be given as flags; all of them may stand in the environment or in `usher.yaml`.
struct SettingOptions: ParsableArguments {
    @Option(help: "usher.yaml to read instead of the one in this folder.") var config: String?
    @Option(help: "Folder of the database, the key and the mailbox.") var data: String?
    @Option(help: "Address and port to listen on.") var listen: String?
    @Option(help: "development or production.") var env: String?
    @Option(help: "Where people reach Usher.") var publicURL: String?
    @Option(help: "Origins that links may point to, comma-separated.") var allowedOrigins: String?
    @Option(help: "Address that letters come from.") var mailFrom: String?
    @Option(help: "What the application is called.") var appName: String?
    @Option(help: "debug, info, notice, warning or error.") var logLevel: String?
    @Option(help: "text or json.") var logFormat: String?

    /// Secrets are not among the flags: a command line can be read by every user of the machine.
    private var flags: [SettingName: String] {
        let given: [(SettingName, String?)] = [
            (.data, data), (.listen, listen), (.env, env), (.publicURL, publicURL), (.allowedOrigins, allowedOrigins),
            (.mailFrom, mailFrom), (.appName, appName), (.logLevel, logLevel), (.logFormat, logFormat),
        ]
        return Dictionary(uniqueKeysWithValues: given.compactMap { name, value in value.map { (name, $0) } })
    }

    var source: SettingsSource {
        SettingsSource(flags: flags, environment: ProcessInfo.processInfo.environment, file: config)
    }

    func settings() throws -> Settings { try Settings.load(source) }
}
