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

    /// What answers in no JSON of its own, and why.
    private static let exceptions = [
        "usher serve": "it runs until it is stopped, and answers nothing",
        "usher audit export": "it writes JSON lines already, or CSV",
        "usher org export": "it writes JSON lines already",
    ]

    @Test func `every command has an example and JSON`() {
        let found = Self.leaves(Usher.self, "usher")
        #expect(found.count >= 85)
        var without: [String] = []
        for (words, command) in found {
            let help = Usher.helpMessage(for: command, columns: 200)
            let options = help.split(separator: "\n").map { $0.drop { $0 == " " } }
            if !options.contains(where: { $0.hasPrefix("--json ") }) { without.append(words) }
            let example = command.configuration.discussion
            #expect(example.contains(words), "\(words): \(example)")
        }
        #expect(without.sorted() == Self.exceptions.keys.sorted())
    }

    @Test func `every group tells what it is for`() {
        func groups(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
            let below = command.configuration.subcommands
            return below.isEmpty ? [] : [command] + below.flatMap(groups)
        }
        for group in groups(Usher.self) { #expect(!group.configuration.abstract.isEmpty, "\(group)") }
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
