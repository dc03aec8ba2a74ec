/// A signed-in browser. Its 256-bit id is the cookie's value; only the SHA-256 of it is stored.
package struct Session: Equatable, Sendable {
    package let hash: String
    package let user: ID<User>
    package let createdAt: Timestamp
    package var lastSeenAt: Timestamp
    /// The absolute limit, which no activity extends.
    package let expiresAt: Timestamp

    package init(hash: String, user: ID<User>, createdAt: Timestamp, lastSeenAt: Timestamp, expiresAt: Timestamp) {
        self.hash = hash
        self.user = user
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
    }
}

/// How long sessions live (ASVS 7.3).
package struct SessionLimits: Sendable {
    package var idle: Duration
    package var absolute: Duration

    package init(idle: Duration = .days(7), absolute: Duration = .days(30)) {
        self.idle = idle
        self.absolute = absolute
    }

    /// Activity is written down at most this often, so that reading stays reading.
    package static let touchInterval = Duration.minutes(1)
}
