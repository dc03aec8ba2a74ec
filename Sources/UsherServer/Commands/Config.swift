import ArgumentParser
import UsherSecrets

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Settings.", subcommands: [Show.self, NewKey.self],
        defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every setting that is in force; secrets are only said to be set.")

        @OptionGroup var options: SettingOptions
        @Flag(help: "Say where each value comes from.") var origin = false

        func run() async throws {
            let source = options.source
            for name in SettingName.allCases {
                let found = source[name]
                let value = found.map { name.isSecret ? "<secret>" : $0.value } ?? "—"
                let from = origin ? "  (\(found?.origin ?? "default"))" : ""
                Terminal.tell("\(name.environmentName)=\(value)\(from)  # \(name.summary)")
            }
            _ = try Settings.load(source)
        }
    }

    struct NewKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new-key", abstract: "Print a new server key, for USHER_SERVER_KEY_FILE.")

        func run() async throws { Terminal.tell(ServerKey().text) }
    }
}
