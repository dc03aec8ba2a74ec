import UsherDomain
import UsherSMTP
import UsherText

/// Reads settings one by one and collects what is wrong with them. Absent means the fallback; present but unreadable is
/// a problem, never silently the fallback. No problem repeats a secret's value.
struct SettingsReader {
    private let source: SettingsSource
    private(set) var problems: [String]

    init(source: SettingsSource) {
        self.source = source
        problems = source.problems
    }

    mutating func problem(_ name: SettingName, _ sentence: String) {
        problems.append("\(name.environmentName): \(sentence)")
    }

    func optional(_ name: SettingName) -> String? { source[name]?.value }

    func text(_ name: SettingName, fallback: String) -> String { optional(name) ?? fallback }

    func secret(_ name: SettingName) -> Secret? { optional(name).map(Secret.init) }

    func list(_ name: SettingName) -> [String] {
        text(name, fallback: "").split(separator: ",").map { String($0.drop { $0 == " " }) }
            .map { String($0.prefix { $0 != " " }) }.filter { !$0.isEmpty }
    }

    mutating func integer(_ name: SettingName, fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let text = optional(name) else { return fallback }
        guard let value = Int(text) else {
            problem(name, "“\(text.prefix(40))” is not a whole number")
            return fallback
        }
        guard range.contains(value) else {
            problem(name, "\(value) is not between \(range.lowerBound) and \(range.upperBound)")
            return fallback
        }
        return value
    }

    mutating func choice(_ name: SettingName, _ choices: [String], fallback: String) -> String {
        guard let text = optional(name) else { return fallback }
        if choices.contains(text) { return text }
        problem(name, "“\(text.prefix(40))” is none of \(choices.joined(separator: ", "))")
        return fallback
    }
}

// MARK: - The settings that have a shape of their own

extension SettingsReader {
    mutating func environment() -> Settings.Environment? {
        Settings.Environment(rawValue: choice(.env, ["development", "production"], fallback: "development"))
    }

    mutating func listen() -> Settings.Listen? {
        let text = text(.listen, fallback: "127.0.0.1:8080")
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else {
            problem(.listen, "“\(text.prefix(60))” is not an address and a port, as 127.0.0.1:8080")
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else {
            problem(.listen, "“\(text.prefix(60))” has no address before the port")
            return nil
        }
        return Settings.Listen(host: host, port: port)
    }

    mutating func publicURL(_ listen: Settings.Listen?) -> WebURL? {
        if let text = optional(.publicURL) {
            guard let url = try? WebURL(parsing: text, field: "public_url"), url.isBare else {
                problem(.publicURL, "“\(text.prefix(100))” is not an http(s) URL without a path, as https://usher.example.com")
                return nil
            }
            return WebURL(text: url.origin.text, origin: url.origin)
        }
        guard let listen else { return nil }
        guard listen.isLoopback else {
            problem(.publicURL, "needed, because USHER_LISTEN is not a loopback address")
            return nil
        }
        return try? WebURL(parsing: "http://\(listen.text)", field: "public_url")
    }

    mutating func requireProduction(_ isProduction: Bool, publicURL: WebURL?) {
        guard isProduction else { return }
        if optional(.publicURL) == nil { problem(.publicURL, "needed in production, as https://usher.example.com") }
        if let publicURL, !publicURL.origin.text.hasPrefix("https://") {
            problem(.publicURL, "production needs https")
        }
        if optional(.smtpURL) == nil { problem(.smtpURL, "needed in production, as smtp://user:password@relay:587") }
        if optional(.mailFrom) == nil { problem(.mailFrom, "needed in production, as invitations@example.com") }
        if optional(.serverKey) == nil {
            problem(.serverKey, "needed in production; `usher config new-key` prints one; or name its file in USHER_SERVER_KEY_FILE")
        }
    }

    mutating func engine(dataFolder: String) -> Settings.Engine? {
        guard let url = optional(.databaseURL) else { return .sqlite(path: "\(dataFolder)/usher.sqlite") }
        if url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") { return .postgres(url: Secret(url)) }
        if url.hasPrefix("sqlite://"), url.utf8.count > "sqlite://".utf8.count, !url.hasSuffix("/") {
            return .sqlite(path: String(url.dropFirst("sqlite://".count)))
        }
        problem(.databaseURL, "expected sqlite:///path/of/file or postgresql://…")
        return nil
    }

    mutating func relay() -> SMTPSettings? {
        guard let url = optional(.smtpURL) else {
            if optional(.smtpCAFile) != nil { problem(.smtpCAFile, "means nothing without USHER_SMTP_URL") }
            return nil
        }
        do {
            var settings = try SMTPSettings(url: url)
            settings.certificateAuthorities = optional(.smtpCAFile)
            return settings
        } catch {
            problem(.smtpURL, error.sentence)
            return nil
        }
    }

    mutating func mailFrom() -> String? {
        guard let text = optional(.mailFrom) else { return "usher@localhost" }
        if let address = try? EmailAddress(parsing: text), !address.needsSMTPUTF8 { return address.wire }
        if text == "usher@localhost" { return text }
        problem(.mailFrom, "“\(text.prefix(100))” is not an ASCII mail address, as invitations@example.com")
        return nil
    }

    mutating func appName() -> String {
        let text = text(.appName, fallback: "Usher")
        if let name = try? DisplayName(parsing: text) { return name.text }
        problem(.appName, "not a name: 1 to 100 characters, no control characters")
        return text
    }

    mutating func origins() -> Set<Origin> {
        var origins: Set<Origin> = []
        for text in list(.allowedOrigins) {
            guard let url = try? WebURL(parsing: text, field: "allowed_origins"), url.isBare else {
                problem(.allowedOrigins, "“\(text.prefix(100))” is not an origin, as https://app.example.com")
                continue
            }
            origins.insert(url.origin)
        }
        return origins
    }

    mutating func logs() -> LogSettings {
        let level = choice(.logLevel, ["debug", "info", "notice", "warning", "error"], fallback: "info")
        let format = choice(.logFormat, ["text", "json"], fallback: LogSettings.usualFormat)
        return LogSettings(level: level, isJSON: format == "json")
    }
}

extension WebURL {
    /// Nothing but an origin, with or without a slash.
    fileprivate var isBare: Bool {
        let rest = text.lowercased().drop { $0 != ":" }.dropFirst(3)
        return !rest.dropLast(rest.hasSuffix("/") ? 1 : 0).contains { "/?#".contains($0) }
    }
}
