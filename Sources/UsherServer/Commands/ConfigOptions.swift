import ArgumentParser
import FoundationEssentials

/// The settings that are given on the command line often; they come before variables and `usher.yaml`. They have no
/// defaults here, so that what is not given stays absent.
struct ConfigOptions: ParsableArguments {
    @Option(help: "Configuration file (default: usher.yaml, if it is there).")
    var config: String?

    @Option(help: "development or production.")
    var env: String?

    @Option(help: "Folder of the database, the key and the mailbox.")
    var data: String?

    @Option(help: "Address and port of the HTTP server.")
    var listen: String?

    @Option(help: "Where browsers reach this server.")
    var publicUrl: String?

    @Option(help: "sqlite:///path or postgresql://… (better in USHER_DATABASE_URL: command lines can be seen).")
    var databaseUrl: String?

    @Option(help: "smtp://host:port (better in USHER_SMTP_URL: command lines can be seen).")
    var smtpUrl: String?

    @Option(help: "Address that mail comes from.")
    var mailFrom: String?

    var sources: SettingsSources {
        let given: [(Setting, String?)] = [
            (.environment, env), (.data, data), (.listen, listen), (.publicURL, publicUrl),
            (.databaseURL, databaseUrl), (.smtpURL, smtpUrl), (.mailFrom, mailFrom),
        ]
        let flags = given.compactMap { setting, value in value.map { (setting.key, $0) } }
        return SettingsSources(
            flags: Dictionary(flags) { first, _ in first }, environment: ProcessInfo.processInfo.environment,
            file: config)
    }

    /// - Throws: `CommandFailure` with everything that is wrong.
    func settings() throws -> Settings { try Settings(sources) }
}
