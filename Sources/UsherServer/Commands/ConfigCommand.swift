import ArgumentParser
import UsherSecrets

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration, make a server key.",
        subcommands: [Show.self, NewKey.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all settings; secrets are never shown.",
            discussion: "Example: usher config show --origin")

        @Flag(help: "Also tell where each value comes from.") var origin = false
        @Flag(help: "As JSON.") var json = false
        @OptionGroup var options: ConfigOptions

        func run() async throws {
            let sources = options.sources
            let rows = Setting.all.map { setting in
                (setting: setting, value: Self.shown(setting, sources), origin: sources.origin(setting))
            }
            if json {
                Console.out(
                    JSONText.array(
                        rows.map { row in
                            [("name", .string(row.setting.variable)), ("value", .string(row.value))]
                                + (origin ? [("origin", .string(row.origin))] : [])
                        }))
            } else {
                for row in rows {
                    Console.out("\(row.setting.variable)=\(row.value)" + (origin ? "  # \(row.origin)" : ""))
                }
            }
            // Shown first, so that what is wrong can be looked at.
            _ = try Settings(sources)
        }

        private static func shown(_ setting: Setting, _ sources: SettingsSources) -> String {
            guard let text = sources.text(setting) else { return setting.usual }
            return setting.isSecret ? "<secret>" : LogText.bare(text)
        }
    }

    struct NewKey: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a new server key.",
            discussion: """
                32 random bytes as base64url. Put them into a file that only Usher's user can read, and name it in \
                USHER_SERVER_KEY_FILE. Example: (umask 077; usher config new-key > /etc/usher/server-key)
                """)

        @Flag(help: "As JSON.") var json = false

        func run() {
            let key = ServerKey().text
            Console.out(json ? JSONText.object([("server_key", .string(key))]) : key)
        }
    }
}
