/// A web origin (RFC 6454): scheme, host and port, in lower case, the default port left out.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Takes an origin that was checked before.
    package init(stored text: String) { self.text = text }

    package var description: String { text }

    /// Whether it is this machine itself, over http or https: `localhost`, `*.localhost`, `127.0.0.0/8`, `[::1]`.
    package var isLoopback: Bool {
        guard let scheme = text.range(of: "://") else { return false }
        let rest = text[scheme.upperBound...]
        if rest.hasPrefix("[") { return rest.hasPrefix("[::1]") }
        let host = rest.split(separator: ":", maxSplits: 1).first.map(String.init) ?? ""
        return host == "localhost" || host.hasSuffix(".localhost") || Self.isLoopbackIPv4(host)
    }

    private static func isLoopbackIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension String {
    /// `range(of:)` without Foundation.
    fileprivate func range(of needle: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}

/// An absolute http(s) URL from outside (WHATWG URL, RFC 3986), with the origin that a rule decides by.
package struct WebURL: Hashable, Sendable {
    /// The URL as it was sent: ASCII, no control characters, no user information.
    package let text: String
    package let origin: Origin

    /// Takes a URL that was checked before: for the parser and for the store.
    package init(text: String, origin: Origin) {
        self.text = text
        self.origin = origin
    }
}
