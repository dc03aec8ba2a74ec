import UsherDomain

extension SMTPSettings {
    /// Reads `smtp://[user[:password]@]host[:port][?tls=required|opportunistic|off&auth=…&ca=…&name=…]`, or `smtps://…`.
    /// User and password are percent-encoded where they have reserved characters. Without a port it is 25, for `smtps`
    /// 465. Options: `tls`; `auth`, the SASL mechanism (`plain`, `login`, `xoauth2`, `oauthbearer`; with the last two
    /// the password is the token); `ca`, a PEM file; `name`, what Usher calls itself in EHLO.
    package init(url: String) throws(SMTPSettingsProblem) {
        guard let scheme = url.firstRange(of: "://") else { throw .form }
        let isImplicitTLS: Bool
        switch url[..<scheme.lowerBound].lowercased() {
        case "smtp": isImplicitTLS = false
        case "smtps": isImplicitTLS = true
        default: throw .form
        }
        var rest = url[scheme.upperBound...]
        guard rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !rest.contains("#") else { throw .form }
        let query = rest.firstIndex(of: "?").map { rest[rest.index(after: $0)...] } ?? ""
        rest = rest.prefix { $0 != "?" }
        if rest.hasSuffix("/") { rest.removeLast() }
        guard !rest.contains("/") else { throw .form }
        let at = rest.lastIndex(of: "@")
        let (host, port) = try Self.hostAndPort(at.map { rest[rest.index(after: $0)...] } ?? rest)
        let options = try Self.options(query)
        self.init(
            host: host, port: port ?? (isImplicitTLS ? 465 : 25), isImplicitTLS: isImplicitTLS, tls: try options.tls())
        if isImplicitTLS, tls != .required {
            throw SMTPSettingsProblem("An smtps:// relay always uses TLS: leave tls=\(tls.rawValue) out.")
        }
        if let at { try setCredentials(rest[..<at]) }
        mechanism = try options.mechanism()
        certificateAuthorities = options.values["ca"]
        clientName = options.values["name"]
    }

    private mutating func setCredentials(_ text: Substring) throws(SMTPSettingsProblem) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = Self.percentDecoded(parts[0]), !user.isEmpty,
            let password = parts.count > 1 ? Self.percentDecoded(parts[1]) : .some("")
        else { throw SMTPSettingsProblem("The relay's user or password is not percent-encoded text.") }
        self.user = user
        self.password = parts.count > 1 ? Secret(password) : nil
    }

    private static func hostAndPort(_ text: Substring) throws(SMTPSettingsProblem) -> (String, Int?) {
        var host = text
        var port: Substring?
        if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<close]
            let after = text[text.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw .form }
            port = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        let isName = host.utf8.allSatisfy {
            $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
                || (text.hasPrefix("[") && $0 == UInt8(ascii: ":"))
        }
        guard !host.isEmpty, isName else { throw SMTPSettingsProblem("The relay's URL has no readable host.") }
        guard let port else { return (host.lowercased(), nil) }
        guard let number = Int(port), (1...65_535).contains(number) else {
            throw SMTPSettingsProblem("The relay's port must be a number from 1 to 65535.")
        }
        return (host.lowercased(), number)
    }

    private struct Options {
        var values: [String: String] = [:]

        func tls() throws(SMTPSettingsProblem) -> TLS? {
            guard let text = values["tls"] else { return nil }
            guard let tls = TLS(rawValue: text) else {
                throw SMTPSettingsProblem("The relay's tls option must be required, opportunistic or off.")
            }
            return tls
        }

        func mechanism() throws(SMTPSettingsProblem) -> Mechanism? {
            guard let text = values["auth"] else { return nil }
            guard let mechanism = Mechanism(rawValue: text.lowercased()) else {
                throw SMTPSettingsProblem("The relay's auth option must be plain, login, xoauth2 or oauthbearer.")
            }
            return mechanism
        }
    }

    private static func options(_ query: Substring) throws(SMTPSettingsProblem) -> Options {
        var options = Options()
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard ["tls", "auth", "ca", "name"].contains(parts[0]), parts.count == 2,
                let value = percentDecoded(parts[1]), !value.isEmpty
            else { throw SMTPSettingsProblem("The relay's URL takes the options tls, auth, ca and name only.") }
            options.values[String(parts[0])] = value
        }
        return options
    }

    /// Nil when an escape is broken, or the bytes are no UTF-8 or have a control character.
    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy(\.isASCIIAlphanumeric),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension SMTPSettingsProblem {
    fileprivate static var form: SMTPSettingsProblem {
        SMTPSettingsProblem("The relay's URL must look like smtp://user:password@host:port?tls=required.")
    }
}

extension UInt8 {
    fileprivate var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
