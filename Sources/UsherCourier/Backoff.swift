package import UsherDomain

/// When a letter that was not taken is tried again (RFC 5321 section 4.5.4.1): soon at first, because somebody waits for
/// an invitation, then every hour at the latest, until it is given up.
package struct Backoff: Sendable {
    package var delays: [Duration]
    /// From the letter's making on.
    package var giveUpAfter = Duration.days(5)

    /// - Parameter first: the first pause; the others are 2, 5, 10, 30 and 60 times as long, and an hour at most.
    package init(first: Duration = .minutes(1)) {
        delays = [1, 2, 5, 10, 30, 60].map { min(first * $0, .hours(1)) }
    }

    /// The next try after a failed one. Nil: it would be too late, so the letter is given up.
    package func next(for letter: Letter, at now: Timestamp) -> Timestamp? {
        let index = min(max(letter.attempt, 1), delays.count) - 1
        let delay = delays.indices.contains(index) ? delays[index] : .hours(1)
        let next = now + Self.spread(delay, by: letter)
        let end = min(letter.createdAt + giveUpAfter, letter.notAfter ?? .latest)
        return next < end ? next : nil
    }

    /// Up to a fifth more or less, other for each letter and attempt, so that letters which failed together do not come
    /// back together. Computed from the id, whose end is random, so that the schedule of a letter can be foretold.
    static func spread(_ delay: Duration, by letter: Letter) -> Duration {
        let share = Int64(hash("\(letter.id).\(letter.attempt)") % 401) - 200
        return .milliseconds(delay.wholeMilliseconds + delay.wholeMilliseconds * share / 1000)
    }

    /// FNV-1a, 64 bit.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
