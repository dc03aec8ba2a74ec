import ArgumentParser
import UsherSMTP

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what is wrong, and name the command that mends it.",
        discussion: "Exit code 1 when something is wrong. Example: usher doctor --json")

    @Flag(help: "As JSON.") var json = false

    @OptionGroup var options: ConfigOptions

    func run() async throws {
        let settings = try options.settings()
        let configuration = Finding.well("configuration (\(settings.environment.rawValue))")
        // At once, because the rest may take its time.
        if !json { Console.out(configuration.line) }
        let findings =
            MachineDoctor(settings: settings).findings() + (await DatabaseDoctor(settings: settings).findings())
            + (await Self.relay(settings))
        if json {
            Console.out(JSONText.array(([configuration] + findings).map(\.members)))
        } else {
            for finding in findings { Console.out(finding.line) }
        }
        guard findings.allSatisfy(\.isWell) else { throw ExitCode(CommandFailure.Code.failed.rawValue) }
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
