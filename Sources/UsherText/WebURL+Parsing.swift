import Glibc
package import UsherDomain

extension WebURL {
    /// Octets; what browsers, proxies and mail programs pass on unharmed.
    package static let maximumOctets = 2048

    /// Reads an absolute http(s) URL (RFC 3986) which every reader takes for the same: printable ASCII, no user
    /// information, no backslash, no encoded NUL, and a host that is a name, an IPv4 address in four decimal parts
    /// or an IPv6 address in brackets. A host beyond ASCII has to be written in its A-labels (`xn--…`).
    ///
    /// - Throws: `Refusal.invalidURL` with the field that it came in.
    package init(parsing text: String, field: String) throws(Refusal) {
        guard let parts = URLParts(text) else { throw .invalidURL(field: field) }
        self.init(text: text, origin: parts.origin)
    }
}

extension Origin {
    /// Reads an origin as an operator writes it: scheme, host and port, with or without a slash behind. Nil when it
    /// is anything else, and so for a path, a query or a wildcard.
    package init?(parsing text: String) {
        guard let parts = URLParts(text), parts.rest.isEmpty || parts.rest == "/" else { return nil }
        self = parts.origin
    }
}

/// A URL, cut where its origin ends.
private struct URLParts {
    let origin: Origin
    /// Path, query and fragment, as sent.
    let rest: Substring

    init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count <= WebURL.maximumOctets, bytes.allSatisfy(\.isURLByte), Self.hasSoundEscapes(text),
            let scheme = Self.scheme(of: text)
        else { return nil }
        // All is ASCII from here on, so bytes are characters.
        let afterScheme = Substring(bytes.dropFirst(scheme.utf8.count + 3))
        let authority = Substring(
            afterScheme.utf8.prefix {
                $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
            })
        guard let (host, port) = Self.split(authority), let host = Self.host(host) else { return nil }
        let isDefault = port == nil || port == (scheme == "http" ? 80 : 443)
        origin = Origin(stored: "\(scheme)://\(host)" + (isDefault ? "" : ":\(port ?? 0)"))
        rest = afterScheme[authority.endIndex...]
    }

    private static func scheme(of text: String) -> String? {
        let start = text.utf8.prefix(8).map { $0.isASCIILetter ? $0 | 0x20 : $0 }
        if start.starts(with: "https://".utf8) { return "https" }
        return start.starts(with: "http://".utf8) ? "http" : nil
    }

    /// Each `%` has its two digits, and none hides a NUL.
    private static func hasSoundEscapes(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return true }
        return text.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false).dropFirst().allSatisfy {
            let digits = $0.prefix(2).compactMap(\.hexValue)
            return digits.count == 2 && digits != [0, 0]
        }
    }

    /// Host and port of `host`, `host:port`, `[address]` or `[address]:port`.
    private static func split(_ authority: Substring) -> (host: Substring, port: Int?)? {
        let hostEnd =
            if authority.utf8.first == UInt8(ascii: "[") {
                authority.utf8.firstIndex(of: UInt8(ascii: "]")).map { authority.utf8.index(after: $0) }
                    ?? authority.endIndex
            } else {
                authority.utf8.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
            }
        let host = authority[..<hostEnd], tail = authority[hostEnd...]
        guard !tail.isEmpty else { return (host, nil) }
        let digits = tail.dropFirst()
        guard tail.first == ":", digits.first != "0", digits.utf8.allSatisfy(\.isASCIIDigit), let port = Int(digits),
            (1...65_535).contains(port)
        else { return nil }
        return (host, port)
    }

    private static func host(_ text: Substring) -> String? {
        if text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]") {
            return ipv6(text.dropFirst().dropLast()).map { "[\($0)]" }
        }
        guard let name = DomainName(text), let last = name.labels.last else { return nil }
        // Browsers take a name that ends in a number, also 0x7f, for an IPv4 address, in whatever spelling.
        let isNumber = last.utf8.allSatisfy(\.isASCIIDigit) || last.hasPrefix("0x")
        return !isNumber || isIPv4(name.labels) ? name.ascii : nil
    }

    private static func isIPv4(_ parts: [Substring]) -> Bool {
        parts.count == 4 && parts.allSatisfy { part in UInt8(part).map { String($0) == part } == true }
    }

    /// The address in the form of RFC 5952.
    private static func ipv6(_ text: Substring) -> String? {
        var address = in6_addr()
        guard inet_pton(AF_INET6, String(text), &address) == 1 else { return nil }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard let result = inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count)) else { return nil }
        return String(cString: result)
    }
}

extension UInt8 {
    /// Printable ASCII but what ends or bends a URL in HTML, in headers and in browsers.
    fileprivate var isURLByte: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"): false
        default: (0x21...0x7E).contains(self)
        }
    }
}
