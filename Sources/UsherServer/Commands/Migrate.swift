import ArgumentParser
import UsherDomain
import UsherSQL

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change the database's schema, or tell where it is.",
        subcommands: [Up.self, Status.self], defaultSubcommand: Status.self)

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make the steps that are missing.")

        @OptionGroup var options: SettingOptions

        func run() async throws {
            let assembly = try await Assembly(options.settings(), use: .command)
            let made = try await Migrator(assembly.database).up(at: assembly.effects.now())
            for step in made { Terminal.talk("\(step.number)  \(step.name)") }
            Terminal.talk(made.isEmpty ? "The schema is complete." : "Made \(made.count) steps.")
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the steps; exit code 1 when one is missing.")

        @OptionGroup var options: SettingOptions

        func run() async throws {
            let assembly = try await Assembly(options.settings(), use: .command)
            let steps = try await Migrator(assembly.database).status()
            for step in steps { Terminal.tell("\(step.number)  \(step.appliedAt == nil ? "missing" : "made   ")  \(step.name)") }
            let missing = steps.filter { $0.appliedAt == nil }.map(\.number)
            guard missing.isEmpty else { throw SchemaProblem.incomplete(missing: missing) }
        }
    }
}
