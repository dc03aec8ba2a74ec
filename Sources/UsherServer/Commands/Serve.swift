import ArgumentParser

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve until SIGTERM or SIGINT; a second signal ends at once.",
        discussion: "A fresh SQLite file gets its schema by itself; any other database is only verified.")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let settings = try options.settings()
        let logger = settings.logs.logger("usher")
        let assembly = try await Assembly(settings, use: .server)
        let server = try Server(assembly, logger: logger)
        try await server.checkSchema()
        try await server.run()
    }
}
