package import ArgumentParser
import Glibc

/// The `usher` program.
package struct Usher: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "usher",
        abstract: "Brings people into organizations: invitations by API, mail and page.",
        discussion: """
            Exit codes: 0 done, 1 failed, 2 wrong command line, 3 done in part, 4 not allowed, 74 failed disk, \
            78 wrong configuration.
            """,
        version: Version.current,
        subcommands: [
            Serve.self, MigrateCommand.self, OrgCommand.self, MemberCommand.self, RoleCommand.self, KeyCommand.self,
            InviteCommand.self, OwnershipCommand.self, LinkCommand.self, DomainCommand.self, UserCommand.self,
            SuppressionCommand.self, AuditCommand.self,
            AdminCommand.self,
            ConfigCommand.self, DoctorCommand.self, BackupCommand.self, RestoreCommand.self, VersionCommand.self,
            WhoAmICommand.self,
        ])

    package init() {}

    /// Runs the program and returns its exit code.
    package static func run(_ arguments: [String]) async -> Int32 {
        Signals.ignoreBrokenPipes()
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let failure as CommandFailure {
            Console.say("usher: \(failure)")
            return failure.code.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            return report(error)
        }
    }

    /// Help and version are data; a wrong command line is talk.
    private static func report(_ error: any Error) -> Int32 {
        let message = fullMessage(for: error)
        switch exitCode(for: error) {
        case .success:
            Console.out(message)
            return 0
        case .validationFailure:
            Console.say(message)
            return CommandFailure.Code.usage.rawValue
        default:
            Console.say("usher: \(CommandFailure(error))")
            return CommandFailure.Code.failed.rawValue
        }
    }
}
