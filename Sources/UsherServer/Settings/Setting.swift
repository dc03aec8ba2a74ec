/// One setting: how it is called in each place, and what it means. The list is what `usher config show` prints, what
/// a configuration file is checked against, and what the README's table is compared with.
package struct Setting: Sendable, Hashable {
    /// In `usher.yaml`; dots nest, so that `smtp.url` may be written `smtp_url:` or `smtp:` with `url:` in it.
    package let key: String
    package let isSecret: Bool
    /// The default as text; empty when it depends on others, or there is none.
    package let usual: String
    package let meaning: String

    private init(_ key: String, secret: Bool = false, usual: String = "", _ meaning: String) {
        self.key = key
        isSecret = secret
        self.usual = usual
        self.meaning = meaning
    }

    /// `USHER_SMTP_URL`.
    package var variable: String { "USHER_" + key.replacing(".", with: "_").uppercased() }
    /// A variable that names a file with the value in it.
    package var fileVariable: String { variable + "_FILE" }
    /// The file's name in `/run/secrets` and in systemd's credentials folder.
    package var credential: String { variable.lowercased() }
}

extension Setting {
    package static let environment = Setting(
        "env", "`development` or `production`; production when the public URL is not on this machine")
    package static let data = Setting("data", usual: "./usher-data", "Folder of the database, the key and the mailbox")
    package static let listen = Setting("listen", usual: "127.0.0.1:8080", "Address and port of the HTTP server")
    package static let publicURL = Setting("public.url", "Where browsers reach this server; default: where it listens")
    package static let databaseURL = Setting(
        "database.url", secret: true, "`sqlite:///path` or `postgresql://…`; default: a file in the data folder")
    package static let databaseConnections = Setting(
        "database.connections", usual: "8", "Connections to PostgreSQL, 1 to 64")
    package static let smtpURL = Setting(
        "smtp.url", secret: true,
        "`smtp://[user[:password]@]host:port?tls=required|opportunistic|off` or `smtps://…`; "
            + "default in development: the built-in mailbox")
    package static let mailFrom = Setting("mail.from", "Address that mail comes from")
    package static let mailWait = Setting(
        "mail.wait", usual: "10s", "How long a request waits for the relay's verdict, up to 60s")
    package static let mailRetry = Setting(
        "mail.retry", usual: "60s", "Pause before the second try of a letter, 1s to 1h; later ones grow with it")
    package static let mailBounces = Setting(
        "mail.bounces", "Maildir that reports on letters are delivered to; without it nobody reads them")
    package static let mailReturnPath = Setting(
        "mail.return.path",
        "Address that reports come back to, with `+` and a tag; default: the one that mail comes from")
    package static let serverKey = Setting(
        "server.key", secret: true, "Server key, 32 bytes; default in development: a file made in the data folder")
    package static let appName = Setting("app.name", usual: "Usher", "What letters and pages call the application")
    package static let appDescription = Setting("app.description", "One sentence on what the application is")
    package static let allowedOrigins = Setting(
        "allowed.origins", "Origins that links and redirects may point to, comma-separated")
    package static let trustedProxies = Setting(
        "trusted.proxies", "Addresses whose X-Forwarded-For is believed, comma-separated")
    package static let dnsServers = Setting(
        "dns.servers",
        "Name servers that are asked about domains, `address[:port]`, comma-separated; default: the system's")
    package static let limits = Setting("limits", usual: "on", "`off` for load tests; refused in production")
    package static let invitationLife = Setting(
        "invitation.life", usual: "7d", "How long an invitation is open, 1h to 90d")
    package static let deletionGrace = Setting(
        "deletion.grace", usual: "30d", "How long a deleted organization can be brought back, 1h to 365d")
    package static let passwordMinimum = Setting(
        "password.minimum", usual: "12", "Least length of a new password, 8 to 64")
    package static let shutdownWait = Setting(
        "shutdown.wait", usual: "20s", "How long SIGTERM waits for what is under way, 1s to 300s")
    package static let shutdownDelay = Setting(
        "shutdown.delay", usual: "0s", "How long requests are still taken after SIGTERM, while /readyz says no; to 60s")
    package static let logLevel = Setting("log.level", usual: "info", "`debug`, `info`, `warning` or `error`")
    package static let logFormat = Setting(
        "log.format", usual: "auto", "`json`, `human`, or `auto`: human on a terminal")

    package static let all: [Setting] = [
        environment, data, listen, publicURL, databaseURL, databaseConnections, smtpURL, mailFrom, mailWait,
        mailRetry, mailBounces, mailReturnPath, serverKey, appName, appDescription, allowedOrigins, trustedProxies,
        dnsServers, limits,
        invitationLife, deletionGrace, passwordMinimum, shutdownWait, shutdownDelay, logLevel, logFormat,
    ]
}
