import Testing
import UsherDomain
import UsherSMTP

@testable import UsherServer

/// Reads settings from variables alone.
private func settings(_ variables: [String: String]) throws -> Settings {
    try Settings(SettingsSources(environment: variables, file: nil))
}

/// The failure's text, or nil when there is none.
private func problem(_ variables: [String: String], file: String? = nil) -> CommandFailure? {
    do {
        _ = try Settings(SettingsSources(environment: variables, file: file))
        return nil
    } catch {
        return error
    }
}

private let key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"

private let production = [
    "USHER_ENV": "production", "USHER_PUBLIC_URL": "https://usher.example.com", "USHER_SERVER_KEY": key,
    "USHER_SMTP_URL": "smtp://relay.example.com:587", "USHER_MAIL_FROM": "invitations@example.com",
]

@Suite struct SettingsTests {
    @Test func `nothing set is a server on loopback with a mailbox and a file of its own`() throws {
        let settings = try settings([:])
        #expect(settings.isDevelopment)
        #expect(settings.listen.description == "127.0.0.1:8080")
        #expect(settings.publicURL.text == "http://127.0.0.1:8080")
        #expect(settings.relay == nil)
        #expect(settings.limitsAreOn)
        guard case .sqlite(let path) = settings.database, case .file(let keyPath) = settings.key else {
            Issue.record("expected a file")
            return
        }
        #expect(path == "./usher-data/usher.sqlite")
        #expect(keyPath == "./usher-data/server.key")
    }

    @Test func `production with everything it needs is taken`() throws {
        let settings = try settings(production)
        #expect(!settings.isDevelopment)
        #expect(settings.relay?.host == "relay.example.com")
        #expect(settings.mailFrom == "invitations@example.com")
    }

    /// CRS-21: everything that is missing, at once.
    @Test func `production without anything names all that is missing and exits with 78`() {
        let failure = problem(["USHER_ENV": "production"])
        #expect(failure?.code == .configuration)
        for name in ["USHER_PUBLIC_URL", "USHER_SERVER_KEY", "USHER_SMTP_URL", "USHER_MAIL_FROM"] {
            #expect(failure?.description.contains("\(name):") == true)
        }
    }

    @Test(arguments: ["USHER_PUBLIC_URL", "USHER_SERVER_KEY", "USHER_SMTP_URL", "USHER_MAIL_FROM"])
    func `production without one of its needs names that one only`(_ name: String) {
        var variables = production
        variables[name] = nil
        let text = problem(variables)?.description ?? ""
        #expect(text.contains("\(name):"))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test func `a public URL elsewhere means production`() {
        let text = problem(["USHER_PUBLIC_URL": "https://usher.example.com"])?.description
        #expect(text?.contains("USHER_SERVER_KEY") == true)
    }

    /// CRS-21 and AUT-25: each is refused by name, and no secret is repeated.
    @Test(arguments: [
        ("USHER_ENV", "staging"), ("USHER_ENV", ""), ("USHER_LISTEN", "8080"), ("USHER_LISTEN", "127.0.0.1:"),
        ("USHER_LISTEN", "127.0.0.1:99999"), ("USHER_LISTEN", "::1:80"), ("USHER_LISTEN", "a/b:80"),
        ("USHER_PUBLIC_URL", "usher.example.com"), ("USHER_PUBLIC_URL", "ftp://usher.example.com"),
        ("USHER_PUBLIC_URL", "https://usher.example.com/path"), ("USHER_PUBLIC_URL", "http://usher.example.com"),
        ("USHER_PUBLIC_URL", "https://u:p@usher.example.com"), ("USHER_DATABASE_URL", "mysql://secret-host/x"),
        ("USHER_DATABASE_URL", "sqlite://relative.db"), ("USHER_DATABASE_URL", "sqlite:///folder/"),
        ("USHER_DATABASE_URL", ""), ("USHER_DATABASE_CONNECTIONS", "8O"), ("USHER_DATABASE_CONNECTIONS", "0"),
        ("USHER_DATABASE_CONNECTIONS", "65"), ("USHER_SMTP_URL", "relay.example.com"),
        ("USHER_SMTP_URL", "smtp://u:secret-pass@:25"), ("USHER_SMTP_URL", "smtp://u:secret-pass@h:0"),
        ("USHER_SMTP_URL", "smtp://u:secret-pass@h:25?tls=maybe"), ("USHER_SMTP_URL", "smtp://h:25?verify=no"),
        ("USHER_SMTP_URL", ""), ("USHER_MAIL_FROM", "nobody"), ("USHER_MAIL_FROM", "a@b@c"),
        ("USHER_MAIL_FROM", "x@example.com\nBcc: y@example.org"), ("USHER_MAIL_WAIT", "soon"),
        ("USHER_MAIL_WAIT", "61s"), ("USHER_MAIL_WAIT", "-1s"),
        ("USHER_SERVER_KEY", ""), ("USHER_SERVER_KEY", "changeme"), ("USHER_MAIL_RETRY", "0s"),
        ("USHER_SERVER_KEY", "secret-short"), ("USHER_SERVER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("USHER_APP_NAME", "a\u{202E}b"), ("USHER_ALLOWED_ORIGINS", "https://app.example.com/path"),
        ("USHER_ALLOWED_ORIGINS", "*"), ("USHER_ALLOWED_ORIGINS", "https://a.example.com,app"),
        ("USHER_TRUSTED_PROXIES", "proxy.example.com"), ("USHER_DNS_SERVERS", "dns.example.com"),
        ("USHER_DNS_SERVERS", "192.0.2.1:0"), ("USHER_DNS_SERVERS", "192.0.2.1,::1:53:"),
        ("USHER_LIMITS", "off"), ("USHER_LIMITS", "no"),
        ("USHER_INVITATION_LIFE", "59m"), ("USHER_INVITATION_LIFE", "91d"),
        ("USHER_DELETION_GRACE", "59m"), ("USHER_PASSWORD_MINIMUM", "7"),
        ("USHER_SHUTDOWN_WAIT", "0s"), ("USHER_SHUTDOWN_DELAY", "61s"), ("USHER_LOG_LEVEL", "loud"),
        ("USHER_LOG_FORMAT", "xml"),
    ])
    func `a bad value is refused by its name`(_ name: String, _ value: String) {
        var variables = production
        variables[name] = value
        let failure = problem(variables)
        #expect(failure?.code == .configuration)
        #expect(failure?.description.contains(name) == true)
        #expect(failure?.description.contains("secret-") == false)
    }

    @Test func `a mailbox is not opened to others`() {
        let failure = problem(["USHER_LISTEN": "0.0.0.0:8080"])
        #expect(failure?.description.contains("USHER_SMTP_URL") == true)
    }

    @Test func `limits may be off in development`() throws {
        #expect(try !settings(["USHER_LIMITS": "off"]).limitsAreOn)
    }
}

@Suite struct SettingsSourcesTests {
    @Test func `flags come before variables, variables before the file, the file before defaults`() throws {
        let file = try TemporaryFile("listen: 127.0.0.1:1\ndata: /from/file\nsmtp:\n  url: smtp://file.example.com\n")
        let sources = SettingsSources(
            flags: ["listen": "127.0.0.1:3"], environment: ["USHER_LISTEN": "127.0.0.1:2", "USHER_DATA": "/from/env"],
            file: file.path)
        let settings = try Settings(sources)
        #expect(settings.listen.port == 3)
        #expect(settings.data == "/from/env")
        #expect(settings.relay?.host == "file.example.com")
        #expect(sources.origin(.listen) == "--listen")
        #expect(sources.origin(.data) == "USHER_DATA")
        #expect(sources.origin(.smtpURL) == file.path)
        #expect(sources.origin(.appName) == "default")
    }

    @Test func `names in the file may be flat or nested`() throws {
        let file = try TemporaryFile("mail_wait: 3s\nallowed_origins: [https://a.example.com, https://b.example.com]\n")
        let settings = try Settings(SettingsSources(environment: [:], file: file.path))
        #expect(settings.mailWait == .seconds(3))
        #expect(settings.allowedOrigins.map(\.text) == ["https://a.example.com", "https://b.example.com"])
    }

    @Test(arguments: ["smtp:\n  ulr: x\n", "- a\n", "a: [\n", "just text\n"])
    func `a file with a mistake is refused`(_ text: String) throws {
        let file = try TemporaryFile(text)
        #expect(problem([:], file: file.path)?.code == .configuration)
    }

    @Test func `a file that was named must be there`() {
        #expect(problem([:], file: "/nowhere/usher.yaml")?.description.contains("/nowhere/usher.yaml") == true)
    }

    @Test func `a secret may come from a file, with a line end after it`() throws {
        let file = try TemporaryFile("smtp://u:p@relay.example.com:587\n")
        let sources = SettingsSources(environment: ["USHER_SMTP_URL_FILE": file.path])
        #expect(try Settings(sources).relay?.user == "u")
        #expect(sources.origin(.smtpURL) == "USHER_SMTP_URL_FILE")
    }

    @Test func `a secret that is given twice is refused`() throws {
        let file = try TemporaryFile("smtp://one.example.com\n")
        let failure = problem(["USHER_SMTP_URL": "smtp://two.example.com", "USHER_SMTP_URL_FILE": file.path])
        #expect(failure?.description.contains("keep one") == true)
    }

    @Test func `a secret file that is not there is named`() {
        let text = problem(["USHER_SERVER_KEY_FILE": "/nowhere/key"])?.description
        #expect(text?.contains("USHER_SERVER_KEY_FILE") == true)
    }

    @Test func `a variable that is nearly ours is noticed`() {
        #expect(SettingsSources(environment: ["USHER_SMPT_URL": "x"]).unknownVariables == ["USHER_SMPT_URL"])
    }
}
