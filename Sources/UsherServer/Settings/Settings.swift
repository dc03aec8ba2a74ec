import UsherDomain
import UsherHTTP
import UsherMail
import UsherSMTP
import UsherText
import UsherUseCases

/// Everything that was decided about one server, checked.
struct Settings: Sendable {
    enum Environment: String, Sendable { case development, production }

    enum Engine: Sendable {
        case sqlite(path: String)
        case postgres(url: Secret)
    }

    struct Listen: Sendable {
        let host: String
        let port: Int

        var isLoopback: Bool { Origin(stored: "http://\(host)").isLoopback || host == "::1" }
        /// As it stands in a URL.
        var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    let environment: Environment
    let dataFolder: String
    let listen: Listen
    let publicURL: WebURL
    let engine: Engine
    let databaseConnections: Int
    /// Nil: the built-in mailbox.
    let relay: SMTPSettings?
    let letters: LetterSettings
    let mailWait: Duration
    let mailRetry: Duration
    let rules: ServerRules
    let passwordRules: PasswordRules
    /// Nil: the key file in the data folder.
    let serverKey: Secret?
    let trustedProxies: [String]
    let logs: LogSettings

    var keyPath: String { "\(dataFolder)/server.key" }

    var http: HTTPSettings {
        var settings = HTTPSettings(
            publicURL: publicURL, trustedProxies: trustedProxies, isDevelopment: environment == .development,
            listen: listen.text)
        settings.sendPatience = mailWait
        return settings
    }

    /// Reads all settings. Throws `SettingsProblems` with everything that is wrong, not only the first.
    static func load(_ source: SettingsSource) throws(SettingsProblems) -> Settings {
        var reader = SettingsReader(source: source)
        let settings = Settings(&reader)
        guard let settings, reader.problems.isEmpty else { throw SettingsProblems(sentences: reader.problems) }
        return settings
    }

    private init?(_ reader: inout SettingsReader) {
        let environment = reader.environment()
        let listen = reader.listen()
        let publicURL = reader.publicURL(listen)
        // Whoever can be reached from elsewhere is held to production's rules, whatever it calls itself.
        let isProduction = environment == .production || publicURL.map { !$0.origin.isLoopback } ?? false
        reader.requireProduction(isProduction, publicURL: publicURL)
        dataFolder = reader.text(.data, fallback: "usher-data")
        let engine = reader.engine(dataFolder: dataFolder)
        databaseConnections = reader.integer(.databaseConnections, fallback: 8, in: 1...64)
        relay = reader.relay()
        mailWait = .seconds(reader.integer(.mailWait, fallback: 10, in: 0...60))
        mailRetry = .seconds(reader.integer(.mailRetry, fallback: 60, in: 1...3600))
        let minimum = reader.integer(.passwordMinimum, fallback: 12, in: 8...64)
        passwordRules = PasswordRules(minimumLength: minimum)
        serverKey = reader.secret(.serverKey)
        trustedProxies = reader.list(.trustedProxies)
        logs = reader.logs()
        let origins = reader.origins()
        let limits = reader.choice(.limits, ["on", "off"], fallback: "on")
        let from = reader.mailFrom()
        let appName = reader.appName()
        let replyTo = reader.choice(.mailReplyTo, ["inviter", "none"], fallback: "inviter")
        if limits == "off", isProduction {
            reader.problem(.limits, "off is for load tests on a development server; remove it")
        }
        guard let environment, let listen, let publicURL, let engine, let from else { return nil }
        if relay == nil, !isProduction, !listen.isLoopback {
            reader.problem(.smtpURL, "the built-in mailbox shows every letter, so it needs a loopback USHER_LISTEN")
        }
        self.environment = isProduction ? .production : environment
        self.listen = listen
        self.publicURL = publicURL
        self.engine = engine
        letters = LetterSettings(
            from: from, appName: appName, publicURL: publicURL.text,
            appDescription: reader.optional(.appDescription), replyToInviter: replyTo == "inviter")
        rules = ServerRules(
            appName: appName, ownOrigin: publicURL.origin, allowedOrigins: origins, allowsLoopback: !isProduction,
            quotas: limits == "off" ? .off : .usual)
    }
}

/// All that is wrong with the settings, a sentence each.
struct SettingsProblems: Error {
    let sentences: [String]
}
