package import UsherDomain
package import UsherUseCases

/// Whether the relay is there at all. While it is not, letters are not burnt on it: one at a time finds out.
package struct RelayHealth: Sendable {
    /// So many attempts in a row without a relay mean that it is down; one alone may be a dropped connection.
    private static let threshold = 3
    private static let longestPause = Duration.seconds(60)

    private var failures = 0
    /// While it is down: when the outbox is asked for a letter to try with.
    package private(set) var downUntil: Timestamp?
    package private(set) var reason = ""

    package init() {}

    package var isDown: Bool { downUntil != nil }

    /// - Returns: whether it went down or came back with this verdict.
    package mutating func saw(_ verdict: RelayVerdict, at now: Timestamp) -> Bool {
        guard case .deferred(let code, let reason) = verdict, Self.isAboutRelay(code) else {
            defer { self = RelayHealth() }
            return isDown
        }
        let wasDown = isDown
        failures += 1
        if failures >= Self.threshold {
            let doubled = Duration.seconds(1 << min(failures - Self.threshold, 6))
            downUntil = now + min(doubled, Self.longestPause)
            self.reason = reason
        }
        return isDown && !wasDown
    }

    /// No reply at all, closing (421), no TLS (454), and everything about sign-in (RFC 4954 section 6).
    private static func isAboutRelay(_ code: Int?) -> Bool {
        switch code {
        case nil, 421, 454, 530, 534, 535, 538: true
        default: false
        }
    }
}
