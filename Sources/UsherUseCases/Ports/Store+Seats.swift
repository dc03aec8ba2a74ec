package import UsherDomain

/// Seats as facts: they are counted at the moment of asking, so no path that frees one can forget to say so.
package protocol SeatReader {
    /// Nil: no such organization.
    func seats(of organization: ID<Organization>, at now: Timestamp) throws -> SeatCount?
    /// Members alone: what is asked when an offer that holds a seat is accepted.
    func members(of organization: ID<Organization>) throws -> Int
    /// Offers that wait for a seat, in their order.
    func waitlist(of organization: ID<Organization>, limit: Int, at now: Timestamp) throws -> [Invitation]
    /// The next organization, by id, in which somebody waits.
    func organizationWithWaitlist(after last: ID<Organization>?) throws -> ID<Organization>?
}

/// Ways on and off the waitlist.
package protocol SeatWriter {
    /// Keeps how long an offer that waits shall stay open once it is sent.
    func putOnWaitlist(_ id: ID<Invitation>, in organization: ID<Organization>, life: Duration) throws
    /// Ends the waiting: the life of the offer begins now. Nil: it does not wait any more.
    func leaveWaitlist(
        _ id: ID<Invitation>, in organization: ID<Organization>, as status: Invitation.Status, usualLife: Duration,
        at now: Timestamp
    ) throws -> Invitation?
}
