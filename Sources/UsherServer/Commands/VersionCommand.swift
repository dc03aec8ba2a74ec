import ArgumentParser

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version.", discussion: "Example: usher version --json")

    @Flag(help: "As JSON.") var json = false

    func run() async throws {
        Console.out(json ? JSONText.object([("version", .string(Version.current))]) : "usher \(Version.current)")
    }
}
