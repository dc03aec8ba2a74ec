import UsherDomain
import UsherSecrets
import UsherUseCases

/// The time before there is a server key to make effects with: for logs and schema steps.
enum UsherClock {
    /// The key is thrown away: the clock needs none, and there is only one place that reads it.
    static let now: @Sendable () -> Timestamp = Effects.live(key: ServerKey()).now
}
