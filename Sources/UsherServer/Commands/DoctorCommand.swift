import ArgumentParser
import Glibc
import UsherSMTP
import UsherSQL
import UsherSecrets
import UsherUseCases

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what is wrong, and name the command that mends it.")

    @OptionGroup var options: ConfigOptions

    func run() async throws {
        let settings = try options.settings()
        Console.out("ok    configuration (\(settings.environment.rawValue))")
        let findings = [
            Self.folder(settings), Self.key(settings), await Self.database(settings), await Self.relay(settings),
        ].flatMap(\.self)
        for finding in findings { Console.out(finding.line) }
        guard findings.allSatisfy(\.isWell) else { throw ExitCode(CommandFailure.Code.failed.rawValue) }
    }

    private enum Finding {
        case well(String)
        case ill(String, mend: String)

        var isWell: Bool {
            switch self {
            case .well: true
            case .ill: false
            }
        }

        var line: String {
            switch self {
            case .well(let what): "ok    \(what)"
            case .ill(let what, let mend): "WRONG \(what)\n      mend: \(mend)"
            }
        }
    }

    private static func folder(_ settings: Settings) -> [Finding] {
        guard DataFolder.isFolder(settings.data) else {
            return [.ill("data folder \(settings.data) is not there", mend: "mkdir -m 700 \(settings.data)")]
        }
        guard !DataFolder.isOpenToOthers(settings.data) else {
            return [.ill("data folder \(settings.data) is open to others", mend: "chmod 700 \(settings.data)")]
        }
        return [.well("data folder \(settings.data)")]
    }

    /// Looks without making one.
    private static func key(_ settings: Settings) -> [Finding] {
        guard case .file(let path) = settings.key else { return [.well("server key, given")] }
        do {
            _ = try ServerKey.load(path: path)
            return [.well("server key \(path)")]
        } catch {
            let mend =
                switch error {
                case .openToOthers: "chmod 600 \(path)"
                case .notThere: "usher serve (makes it at its first start)"
                default: "put the key back from your backup; without it the links in letters under way are dead"
                }
            return [.ill(error.description, mend: mend)]
        }
    }

    private static func database(_ settings: Settings) async -> [Finding] {
        if case .sqlite(let path) = settings.database, access(path, F_OK) != 0 {
            return [.ill("database \(path) is not there", mend: "usher migrate up")]
        }
        do {
            let opened = try await OpenDatabase(settings.database, use: .command)
            defer { Task { await opened.close() } }
            do {
                try await Migrator(opened.database).verify()
            } catch {
                return [
                    .well("database (\(opened.engine))"), .ill(CommandFailure(error).description, mend: mend(error)),
                ]
            }
            return [.well("database (\(opened.engine))"), .well("schema")]
        } catch {
            return [
                .ill(
                    CommandFailure(error).description,
                    mend: "check \(Setting.databaseURL.variable), and that the database runs")
            ]
        }
    }

    private static func mend(_ error: any Error) -> String {
        if case SchemaProblem.incomplete = error { return "usher migrate up" }
        return "start the newer Usher, or restore a backup from before the upgrade"
    }

    private static func relay(_ settings: Settings) async -> [Finding] {
        guard let relay = settings.relay else { return [.well("built-in mailbox \(settings.mailboxFolder)")] }
        let place = "\(relay.host):\(relay.port)"
        guard let problem = await RelayProbe.problem(host: relay.host, port: relay.port) else {
            return [.well("relay \(place)")]
        }
        return [.ill("relay \(place): \(problem)", mend: "start the relay, or correct \(Setting.smtpURL.variable)")]
    }
}
