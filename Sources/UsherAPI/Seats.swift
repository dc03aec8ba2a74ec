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

/// One change of how the seats of an organization stand.
public struct SeatMovementBody: Codable, Equatable, Sendable {
    /// When.
    public var at: APITime
    /// `opened`, `limit_changed`, `held`, `released`, `converted`, `occupied`, `vacated`, `waitlisted` or `advanced`.
    public var kind: String
    /// The status that the invitation has since; nil: it is about none.
    public var status: String?
    /// UUID of the invitation.
    public var invitationID: String?
    /// UUID of the membership.
    public var membershipID: String?
    /// `user:ID`, `key:ID`, `link:ID`, `invitee`, `operator` or `system`; nil: the relay, or nobody knows any more.
    public var actor: String?
    /// The limit that holds since, of `opened` and `limit_changed`; nil: none.
    public var limit: Int?
    /// What became more or less; what there was, of `opened`.
    public var change: SeatChange
    /// What stands after it.
    public var after: SeatChange

    package init(
        at: APITime, kind: String, status: String?, invitationID: String?, membershipID: String?, actor: String?,
        limit: Int?, change: SeatChange, after: SeatChange
    ) {
        self.at = at
        self.kind = kind
        self.status = status
        self.invitationID = invitationID
        self.membershipID = membershipID
        self.actor = actor
        self.limit = limit
        self.change = change
        self.after = after
    }

    private enum CodingKeys: String, CodingKey {
        case at, kind, status, actor, limit, change, after
        case invitationID = "invitation_id"
        case membershipID = "membership_id"
    }

    /// Writes nil as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(at, forKey: .at)
        try container.encode(kind, forKey: .kind)
        try container.encode(status, forKey: .status)
        try container.encode(invitationID, forKey: .invitationID)
        try container.encode(membershipID, forKey: .membershipID)
        try container.encode(actor, forKey: .actor)
        try container.encode(limit, forKey: .limit)
        try container.encode(change, forKey: .change)
        try container.encode(after, forKey: .after)
    }
}

/// Seats in numbers: how many, or how many more.
public struct SeatChange: Codable, Equatable, Sendable {
    /// Members.
    public var used: Int
    /// Invitations that hold a seat.
    public var held: Int
    /// Invitations that wait for one.
    public var waiting: Int

    package init(used: Int, held: Int, waiting: Int) {
        self.used = used
        self.held = held
        self.waiting = waiting
    }
}
