import ArgumentParser
import UsherDomain
import UsherSQL
import UsherUseCases

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for problems, and name the command that mends each; exit code 1 when there is one.")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let settings = try options.settings()
        Terminal.tell("ok  settings")
        let assembly = try await Assembly(settings, use: .command)
        Terminal.tell("ok  data folder and server key")
        try await Migrator(assembly.database).verify()
        Terminal.tell("ok  database and schema")
        let now = assembly.effects.now()
        let (depth, hasAdmin) = try await assembly.store.read { (try $0.outboxDepth(at: now), try $0.hasAdmin()) }
        var problems = 0
        if let oldest = depth.oldestDue, now - oldest > .minutes(5) {
            problems += 1
            Terminal.tell(
                "!!  \(depth.waiting) letters wait, the oldest for \((now - oldest).components.seconds / 60) minutes. Is the server running, and the relay in USHER_SMTP_URL up?")
        } else {
            Terminal.tell("ok  outbox (\(depth.waiting) waiting)")
        }
        if !hasAdmin {
            problems += 1
            Terminal.tell(
                "!!  nobody who owns an organization can sign in. Run: usher admin create --email ADDRESS --organization NAME")
        }
        if problems > 0 { throw Failure(.failed, "\(problems) problem\(problems == 1 ? "" : "s") found.") }
    }
}
