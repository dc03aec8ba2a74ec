package import UsherDomain

/// What the operator decided about the web side.
package struct HTTPSettings: Sendable {
    /// Where people and programs reach this server.
    package let publicURL: WebURL
    /// Addresses whose `X-Forwarded-For` is believed; everybody else's is ignored.
    package var trustedProxies: [String]
    /// `Host` values that are ours; anything else is misdirected (421).
    package var hosts: Set<String>
    package var isDevelopment: Bool
    /// Bytes of a request's body.
    package var bodyLimit = 65_536
    /// Bytes of the body of a plan of many invitations.
    package var planBodyLimit = 8 << 20
    /// How often a stream of a plan's progress looks at the plan.
    package var eventInterval: Duration = .milliseconds(500)
    /// How long an invitation waits for the relay's first verdict.
    package var sendPatience: Duration = .seconds(10)
    /// How long a request's body may take to arrive.
    package var bodyPatience: Duration = .seconds(20)

    /// - Parameter listen: `host:port` that the server listens on; in development its loopback forms are ours too.
    package init(publicURL: WebURL, trustedProxies: [String] = [], isDevelopment: Bool, listen: String? = nil) {
        self.publicURL = publicURL
        self.trustedProxies = trustedProxies
        self.isDevelopment = isDevelopment
        hosts = [Self.authority(of: publicURL.origin)]
        guard isDevelopment else { return }
        let ports = [publicURL.origin.text, listen ?? ""].compactMap(Self.port)
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            hosts.insert(host)
            hosts.formUnion(ports.map { "\(host):\($0)" })
        }
    }

    /// Whether browsers reach this server by https: decides the cookies' prefix and Strict-Transport-Security.
    package var usesTLS: Bool { publicURL.origin.text.hasPrefix("https://") }

    private static func authority(of origin: Origin) -> String {
        origin.text.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init) ?? ""
    }

    private static func port(_ text: String) -> String? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let port = text[text.index(after: colon)...]
        return !port.isEmpty && port.allSatisfy(\.isNumber) ? String(port) : nil
    }
}
