/// How the seats of an organization stand.
public struct SeatBody: Codable, Equatable, Sendable {
    /// How many members and open invitations there may be; nil: no limit.
    public var limit: Int?
    /// Members.
    public var used: Int
    /// Open invitations; each holds a seat until it is accepted or ends.
    public var held: Int
    /// Seats for new invitations; nil: no limit.
    public var free: Int?
    /// Invitations that wait for a seat.
    public var waiting: Int
    /// Whether an invitation beyond the seats waits for one instead of being refused.
    public var keepsWaitlist: Bool

    package init(limit: Int?, used: Int, held: Int, free: Int?, waiting: Int, keepsWaitlist: Bool) {
        self.limit = limit
        self.used = used
        self.held = held
        self.free = free
        self.waiting = waiting
        self.keepsWaitlist = keepsWaitlist
    }

    private enum CodingKeys: String, CodingKey {
        case limit, used, held, free, waiting
        case keepsWaitlist = "waitlist"
    }

    /// Nothing is left out: what is not limited is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(limit, forKey: .limit)
        try container.encode(used, forKey: .used)
        try container.encode(held, forKey: .held)
        try container.encode(free, forKey: .free)
        try container.encode(waiting, forKey: .waiting)
        try container.encode(keepsWaitlist, forKey: .keepsWaitlist)
    }
}
