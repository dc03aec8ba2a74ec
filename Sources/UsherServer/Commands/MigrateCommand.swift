import ArgumentParser
import UsherDomain
import UsherSQL
import UsherSecrets

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Show or change the database's schema.",
        subcommands: [Status.self, Up.self])

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the steps, made and missing.", discussion: "Example: usher migrate status --json")

        @OptionGroup var options: ConfigOptions
        @Flag(help: "As JSON.") var json = false

        func run() async throws {
            let steps = try await MigrateCommand.withMigrator(options) { try await $0.status() }
            if json { return Console.out(JSONText.array(steps.map(MigrateCommand.members))) }
            for step in steps {
                Console.out("\(step.number)  \(step.appliedAt.map(LogText.time) ?? "missing")  \(step.name)")
            }
        }
    }

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the steps that are missing.", discussion: "Example: usher migrate up")

        @OptionGroup var options: ConfigOptions
        @Flag(help: "As JSON.") var json = false

        func run() async throws {
            let made = try await MigrateCommand.withMigrator(options) { try await $0.up(at: UsherClock.now()) }
            if json { return Console.out(JSONText.array(made.map(MigrateCommand.members))) }
            for step in made { Console.say("made step \(step.number): \(step.name)") }
            if made.isEmpty { Console.say("The schema is up to date.") }
        }
    }

    private static func withMigrator<R: Sendable>(
        _ options: ConfigOptions, _ work: (Migrator) async throws -> R
    ) async throws -> R {
        let settings = try options.settings()
        do {
            try DataFolder.make(settings.data)
            let opened = try await OpenDatabase(settings.database, use: .survey)
            let result = try await work(Migrator(opened.database))
            await opened.close()
            return result
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func members(_ step: Migrator.Step) -> [(String, JSONText)] {
        [
            ("number", .number(step.number)), ("name", .string(step.name)),
            ("applied_at", step.appliedAt.map { .string(LogText.time($0)) } ?? .null),
        ]
    }
}
