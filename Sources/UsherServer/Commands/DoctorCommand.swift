import ArgumentParser
import UsherSMTP

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what is wrong, and name the command that mends it.")

    @OptionGroup var options: ConfigOptions

    func run() async throws {
        let settings = try options.settings()
        Console.out("ok    configuration (\(settings.environment.rawValue))")
        let findings =
            MachineDoctor(settings: settings).findings() + (await DatabaseDoctor(settings: settings).findings())
            + (await Self.relay(settings))
        for finding in findings { Console.out(finding.line) }
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
