package import UsherDomain

/// Seats as facts, summed up by the database itself, so that no path that frees one can forget to say so.
package protocol SeatReader {
    /// Nil: no such organization.
    func seats(of organization: ID<Organization>, at now: Timestamp) throws -> SeatCount?
    /// The same, and how many movements are in these counts that the balance does not have yet.
    func seatsAndChanges(
        of organization: ID<Organization>, at now: Timestamp
    ) throws -> (seats: SeatCount, changes: Int)?
    /// Offers that wait for a seat, in their order.
    func waitlist(of organization: ID<Organization>, limit: Int, at now: Timestamp) throws -> [Invitation]
    /// The next organization, by id, in which somebody waits.
    func organizationWithWaitlist(after last: ID<Organization>?) throws -> ID<Organization>?
    /// What happened to the seats before a place in the ledger, newest first.
    func seatMovements(of organization: ID<Organization>, before sequence: Int64, limit: Int) throws -> [SeatMovement]
    /// The sum of all movements up to a place in the ledger.
    func seatBalance(of organization: ID<Organization>, through sequence: Int64) throws -> SeatMovement.Count
    /// Organizations whose movements do not sum up to what is counted: none of them should.
    /// - Parameter one: nil: all.
    func seatDrift(in one: ID<Organization>?, limit: Int) throws -> [ID<Organization>]
}

/// Ways on and off the waitlist.
package protocol SeatWriter {
    /// Keeps how long an offer that waits shall stay open once it is sent.
    func putOnWaitlist(_ id: ID<Invitation>, in organization: ID<Organization>, life: Duration) throws
    /// Ends the waiting: the life of the offer begins now and, if it is pending, its letter is put on its way now. Nil: it
    /// does not wait any more.
    func leaveWaitlist(
        _ id: ID<Invitation>, in organization: ID<Organization>, as status: Invitation.Status, usualLife: Duration,
        at now: Timestamp
    ) throws -> Invitation?
    /// Writes down that the limit changed. With the first limit the ledger is opened: from then on the database itself
    /// writes down what happens to seats, in the transaction that causes it.
    func keepSeatLedger(of organization: ID<Organization>, limit: Int?, at now: Timestamp) throws
    /// Takes the movements so far into the balance. For whoever holds the organization's lock: then nobody else does.
    func balanceSeats(of organization: ID<Organization>) throws
    /// Counts what there is, and lets the ledger go on from there. False: the organization has none.
    func recountSeats(of organization: ID<Organization>, at now: Timestamp) throws -> Bool
}
