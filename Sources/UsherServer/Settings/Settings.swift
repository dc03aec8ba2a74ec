package import Logging
package import UsherDomain
package import UsherSMTP
package import UsherSecrets
import UsherText
package import UsherUseCases

/// Everything that the operator decides, read and checked once.
package struct Settings: Sendable {
    package enum Environment: String, Sendable {
        case development, production
    }

    package enum Database: Sendable {
        case sqlite(path: String)
        case postgres(Secret, connections: Int)
    }

    package enum Key: Sendable {
        case given(ServerKey)
        /// In development it is made when it is not there.
        case file(path: String)
    }

    /// Where reports on letters go.
    package struct Bounces: Sendable, Equatable {
        /// A Maildir.
        package let folder: String
        package let returnPath: String
    }

    package enum LogFormat: String, Sendable {
        case auto, json, human
    }

    package let environment: Environment
    /// Folder of the database, the key and the mailbox.
    package let data: String
    package let listen: ListenAddress
    package let publicURL: WebURL
    package let database: Database
    /// Nil: the built-in mailbox.
    package let relay: SMTPSettings?
    package let mailFrom: String
    package let mailWait: Duration
    package let mailRetry: Duration
    /// Nil: nobody reads what comes back.
    package let bounces: Bounces?
    package let key: Key
    package let appName: String
    package let appDescription: String?
    package let allowedOrigins: [Origin]
    package let trustedProxies: [String]
    /// `address[:port]`; empty: the system's.
    package let dnsServers: [String]
    package let limitsAreOn: Bool
    package let invitationLife: Duration
    package let deletionGrace: Duration
    package let passwordMinimum: Int
    package let shutdownWait: Duration
    package let shutdownDelay: Duration
    package let logLevel: Logger.Level
    package let logFormat: LogFormat

    package var isDevelopment: Bool { environment == .development }
    package var mailboxFolder: String { "\(data)/mailbox" }

    /// - Throws: `CommandFailure` with code 78 that lists everything that is wrong or missing.
    package init(_ sources: SettingsSources) throws(CommandFailure) {
        var reader = SettingsReader(sources)
        let listen = reader.listen()
        let publicURL = reader.publicURL(listen)
        let environment = reader.environment(publicURL)
        self.listen = listen
        self.publicURL = publicURL
        self.environment = environment
        data = reader.folder()
        database = reader.database(data)
        relay = reader.relay(environment, listen)
        mailFrom = reader.mailFrom(environment)
        mailWait = reader.duration(.mailWait, in: .seconds(0) ... .seconds(60), or: .seconds(10))
        mailRetry = reader.duration(.mailRetry, in: .seconds(1) ... .hours(1), or: .minutes(1))
        bounces = reader.bounces(mailFrom)
        key = reader.key(environment, data)
        appName = reader.appName()
        appDescription = reader.text(.appDescription)
        allowedOrigins = reader.origins()
        trustedProxies = reader.proxies()
        dnsServers = reader.dnsServers()
        limitsAreOn = reader.limits(environment)
        invitationLife = reader.duration(.invitationLife, in: .hours(1) ... .days(90), or: .days(7))
        deletionGrace = reader.duration(.deletionGrace, in: .hours(1) ... .days(365), or: .days(30))
        passwordMinimum = reader.int(.passwordMinimum, in: 8...64, or: 12)
        shutdownWait = reader.duration(.shutdownWait, in: .seconds(1) ... .seconds(300), or: .seconds(20))
        shutdownDelay = reader.duration(.shutdownDelay, in: .seconds(0) ... .seconds(60), or: .seconds(0))
        logLevel =
            reader.choice(.logLevel, of: ["debug", "info", "warning", "error"])
            .flatMap { Logger.Level(rawValue: $0) } ?? .info
        logFormat =
            reader.choice(.logFormat, of: ["auto", "json", "human"]).flatMap { LogFormat(rawValue: $0) } ?? .auto
        guard reader.problems.isEmpty else { throw Self.failure(reader.problems) }
    }

    private static func failure(_ problems: [String]) -> CommandFailure {
        let lines = problems.map { "  - \($0)" }.joined(separator: "\n")
        return CommandFailure("The configuration cannot be used:\n\(lines)", code: .configuration)
    }

    /// What the use cases go by.
    package var rules: ServerRules {
        ServerRules(
            appName: appName, ownOrigin: publicURL.origin, allowedOrigins: Set(allowedOrigins),
            allowsLoopback: isDevelopment, quotas: limitsAreOn ? .usual : .off, invitationLife: invitationLife,
            deletionGrace: deletionGrace)
    }
}

/// Where the HTTP server listens.
package struct ListenAddress: Sendable, CustomStringConvertible {
    /// An IP address or a name, without brackets.
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `host:port`, `[::1]:port`; nil when it is neither.
    package init?(parsing text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        let isReadable = host.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
        guard !host.isEmpty, isReadable else { return nil }
        self.init(host: String(host), port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether only this machine can connect.
    package var isLoopback: Bool { Origin(stored: "http://\(self)").isLoopback }
}
