import UsherDomain
import UsherHTTP
import UsherMail
import UsherSMTP
import UsherSecrets
import UsherText

extension SettingsReader {
    mutating func listen() -> ListenAddress {
        let usual = ListenAddress(host: "127.0.0.1", port: 8080)
        guard let text = text(.listen) else { return usual }
        guard let address = ListenAddress(parsing: text) else {
            report(.listen, "must be address:port like 127.0.0.1:8080, not \(Self.quoted(text)).")
            return usual
        }
        return address
    }

    /// Without one it is where the server listens.
    mutating func publicURL(_ listen: ListenAddress) -> WebURL {
        let own = "http://\(listen)"
        let usual = WebURL(text: own, origin: Origin(stored: listen.port == 80 ? "http://\(listen.host)" : own))
        guard let text = text(.publicURL) else { return usual }
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = try? WebURL(parsing: trimmed, field: Setting.publicURL.key) else {
            report(.publicURL, "is not an absolute http(s) URL: \(Self.quoted(text)).")
            return usual
        }
        guard trimmed.lowercased() == url.origin.text else {
            report(.publicURL, "must be scheme, host and port alone, as https://usher.example.com.")
            return usual
        }
        return WebURL(text: url.origin.text, origin: url.origin)
    }

    mutating func environment(_ publicURL: WebURL) -> Settings.Environment {
        let isHere = publicURL.origin.isLoopback || sources.text(.publicURL) == nil
        let named = choice(.environment, of: ["development", "production"]).flatMap {
            Settings.Environment(rawValue: $0)
        }
        let environment = named ?? (isHere ? .development : .production)
        switch environment {
        case .development where !isHere:
            report(.environment, "development serves this machine only; the public URL is \(publicURL.origin).")
        case .production where sources.text(.publicURL) == nil:
            report(.publicURL, "is missing; production needs the https address that browsers use.")
        case .production where !publicURL.text.hasPrefix("https://"):
            report(.publicURL, "must be https in production, not \(Self.quoted(publicURL.text)).")
        default: break
        }
        return environment
    }

    mutating func folder() -> String {
        let text = text(.data, or: "./usher-data")
        return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    mutating func database(_ data: String) -> Settings.Database {
        let usual = Settings.Database.sqlite(path: "\(data)/usher.sqlite")
        let connections = int(.databaseConnections, in: 1...64, or: 8)
        guard let text = text(.databaseURL) else { return usual }
        if text.hasPrefix("sqlite://") {
            let path = String(text.dropFirst("sqlite://".count))
            guard path.hasPrefix("/"), path.count > 1, !path.hasSuffix("/") else {
                report(.databaseURL, "must name a file by its absolute path, as sqlite:///var/lib/usher/usher.sqlite.")
                return usual
            }
            return .sqlite(path: path)
        }
        guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
            report(.databaseURL, "must begin with sqlite:/// or postgresql://.")
            return usual
        }
        return .postgres(Secret(text), connections: connections)
    }

    mutating func key(_ environment: Settings.Environment, _ data: String) -> Settings.Key {
        let path = "\(data)/server.key"
        guard let text = text(.serverKey) else {
            if environment == .production, sources.text(.serverKey) == nil {
                report(.serverKey, "is missing; production needs one of its own: usher config new-key prints one.")
            }
            return .file(path: path)
        }
        do {
            return .given(try ServerKey(text: text))
        } catch {
            report(.serverKey, error.description)
            return .file(path: path)
        }
    }

    mutating func appName() -> String {
        let text = text(.appName, or: "Usher")
        do {
            return try DisplayName(parsing: text).text
        } catch {
            report(.appName, "cannot be shown as a name: \(error.rawValue).")
            return "Usher"
        }
    }

    mutating func origins() -> [Origin] {
        list(.allowedOrigins).compactMap { text in
            guard let origin = Origin(parsing: text) else {
                report(.allowedOrigins, "is not an origin like https://app.example.com: \(Self.quoted(text)).")
                return nil
            }
            return origin
        }
    }

    mutating func proxies() -> [String] {
        list(.trustedProxies).filter { text in
            let isAddress = PeerAddress.text(parsing: text) != nil
            if !isAddress { report(.trustedProxies, "is not an IP address: \(Self.quoted(text)).") }
            return isAddress
        }
    }

    /// An IP address, with a port or without; IPv6 with a port is in brackets.
    mutating func dnsServers() -> [String] {
        list(.dnsServers).compactMap { text in
            if PeerAddress.text(parsing: text) != nil { return text.contains(":") ? "[\(text)]" : text }
            if let address = ListenAddress(parsing: text), (1...65_535).contains(address.port),
                PeerAddress.text(parsing: address.host) != nil
            {
                return address.description
            }
            report(.dnsServers, "is not an IP address, with a port or without: \(Self.quoted(text)).")
            return nil
        }
    }

    mutating func limits(_ environment: Settings.Environment) -> Bool {
        let isOn = choice(.limits, of: ["on", "off"]) != "off"
        if !isOn, environment == .production { report(.limits, "off is for load tests; production keeps its limits.") }
        return isOn || environment == .production
    }
}

extension SettingsReader {
    /// Nil: the built-in mailbox, which production does not have, nor a server that others can connect to.
    mutating func relay(_ environment: Settings.Environment, _ listen: ListenAddress) -> SMTPSettings? {
        guard let text = text(.smtpURL) else {
            guard sources.text(.smtpURL) == nil else { return nil }
            if environment == .production {
                report(.smtpURL, "is missing; production needs a relay, as smtp://user:password@relay.example.com:587.")
            } else if !listen.isLoopback {
                report(
                    .smtpURL,
                    "is missing; the built-in mailbox works on loopback only, and \(listen) is open to others.")
            }
            return nil
        }
        do {
            return try SMTPSettings(url: text)
        } catch {
            report(.smtpURL, error.sentence)
            return nil
        }
    }

    mutating func mailFrom(_ environment: Settings.Environment) -> String {
        let usual = "usher@localhost"
        guard let text = text(.mailFrom) else {
            if environment == .production, sources.text(.mailFrom) == nil {
                report(.mailFrom, "is missing; production needs the address that mail comes from.")
            }
            return usual
        }
        guard text != usual else { return usual }
        guard let address = try? EmailAddress(parsing: text), !address.needsSMTPUTF8 else {
            report(.mailFrom, "is not an address like invitations@example.com: \(Self.quoted(text)).")
            return usual
        }
        return address.wire
    }

    mutating func bounces(_ from: String) -> Settings.Bounces? {
        guard let folder = text(.mailBounces) else {
            if text(.mailReturnPath) != nil {
                report(.mailReturnPath, "is of use only with \(Setting.mailBounces.variable), where reports are read.")
            }
            return nil
        }
        let text = text(.mailReturnPath) ?? from
        let place = sources.text(.mailReturnPath) == nil ? Setting.mailBounces : .mailReturnPath
        guard let address = try? EmailAddress(parsing: text), !address.needsSMTPUTF8 else {
            report(.mailReturnPath, "is not an address like bounces@example.com: \(Self.quoted(text)).")
            return nil
        }
        let name = address.wire.prefix { $0 != "@" }
        guard name.utf8.count <= ReturnPath.longestName, !name.contains("+") else {
            report(
                place,
                "the part of \(address.wire) before the @ must have at most \(ReturnPath.longestName) characters and no +, "
                    + "because a tag is added to it; set \(Setting.mailReturnPath.variable) to one like bounces@example.com."
            )
            return nil
        }
        return Settings.Bounces(
            folder: folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder,
            returnPath: address.wire)
    }
}
