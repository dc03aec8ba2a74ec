import ArgumentParser
import Testing

@testable import UsherServer

/// What a terminal tells about the commands.
@Suite struct CommandHelpTests {
    /// All that do something, with the words that lead to them.
    private static func leaves(
        _ command: any ParsableCommand.Type, _ words: String
    ) -> [(words: String, command: any ParsableCommand.Type)] {
        let below = command.configuration.subcommands
        guard !below.isEmpty else { return [(words, command)] }
        return below.flatMap { leaves($0, "\(words) \($0._commandName)") }
    }

    private static let talking = [
        "usher invite", "usher ownership", "usher key own", "usher key list", "usher key revoke", "usher org seats",
        "usher suppression",
    ]

    @Test func `commands of people have an example and JSON`() {
        let found = Self.leaves(Usher.self, "usher").filter { leaf in
            Self.talking.contains { leaf.words.hasPrefix($0) }
        }
        #expect(found.count >= 30)
        for (words, command) in found {
            let help = Usher.helpMessage(for: command, columns: 200)
            #expect(help.contains("--json"), "\(words)")
            let example = command.configuration.discussion
            #expect(example.contains(words), "\(words): \(example)")
        }
    }

    @Test func `no option takes a key, a code or a session itself`() {
        for (words, command) in Self.leaves(Usher.self, "usher") {
            let help = Usher.helpMessage(for: command, columns: 200)
            for option in ["--api-key ", "--code ", "--session ", "--password ", "--token "] {
                #expect(!help.contains(option), "\(words) \(option)")
            }
        }
    }
}
