/// How the seats of an organization stand at a moment. Members use them, open offers hold them, and what ended does
/// neither.
package struct SeatCount: Equatable, Sendable {
    /// Nil: as many as come.
    package let limit: Int?
    /// Members.
    package let used: Int
    /// Offers that are pending or need approval, and whose time has not run out.
    package let held: Int
    /// Offers that wait for a seat.
    package let waiting: Int
    /// Whether an offer beyond the seats waits for one.
    package let keepsWaitlist: Bool

    package init(limit: Int?, used: Int, held: Int, waiting: Int, keepsWaitlist: Bool) {
        self.limit = limit
        self.used = used
        self.held = held
        self.waiting = waiting
        self.keepsWaitlist = keepsWaitlist
    }

    /// Whether one more of those who hold a seat can become a member.
    package var hasPlace: Bool { limit.map { used < $0 } ?? true }

    /// Nil: as many as come. None when there are more than the limit, because it was lowered.
    package var free: Int? { limit.map { max($0 - used - held, 0) } }
}
