package import UsherDomain

/// How an organization's seats stand.
package struct CountSeats: Sendable {
    package static let route = "GET /api/organization/{organization_id}/seat"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package func callAsFunction(of organization: ID<Organization>, as caller: Caller) async throws -> SeatCount {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            guard let seats = try tx.seats(of: organization, at: now) else { throw Refusal.organizationNotFound }
            return seats
        }
    }
}

extension OperatorActions {
    package func seats(of organization: ID<Organization>) async throws -> SeatCount {
        let now = effects.now()
        guard let seats = try await store.read({ try $0.seats(of: organization, at: now) }) else {
            throw Refusal.organizationNotFound
        }
        return seats
    }
}

/// Sends what waits for a seat, in order, wherever seats became free without a transaction that could send it: by an
/// expiry, by a higher limit, by a letter that came back.
package struct FillSeats: Sendable {
    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    /// One round over all organizations in which somebody waits; how many offers wait no longer.
    package func callAsFunction() async throws -> Int {
        var count = 0
        var last: ID<Organization>?
        while true {
            let former = last
            let next = try await store.read { try $0.organizationWithWaitlist(after: former) }
            guard let next else { return count }
            count += try await fill(next)
            last = next
        }
    }

    private func fill(_ organization: ID<Organization>) async throws -> Int {
        var count = 0
        while true {
            let now = effects.now()
            // Most rounds find nothing to do, and then nothing is locked or written.
            let seats = try await store.read { try $0.seats(of: organization, at: now) }
            guard let seats, seats.waiting > 0, seats.free != 0 else { return count }
            let left = try await store.write { [effects, rules] tx in
                try tx.fillSeats(of: organization, effects: effects, rules: rules, at: now).left
            }
            guard left > 0 else { return count }
            count += left
        }
    }
}

/// Where a new offer finds itself.
enum SeatPlace: Sendable {
    /// It holds a seat, or needs none.
    case held
    case waitlist
    /// All seats are taken, and nobody may wait.
    case none
}

extension Invitation {
    /// The offer as it is at its place. The time of one that waits does not run: it begins when it is sent.
    func placed(_ place: SeatPlace) -> Invitation {
        guard place == .waitlist else { return self }
        var waiting = self
        waiting.status = .waitlisted
        waiting.expiresAt = .latest
        return waiting
    }
}

// MARK: - Steps inside a transaction

extension StoreWriter {
    /// A place for one more open offer. Without a limit it costs nothing. With one it takes the organization's lock, under
    /// which the count stays true until the commit; who waits already goes first.
    func takeSeat(
        in organization: Organization, effects: Effects, rules: ServerRules, at now: Timestamp
    ) throws -> SeatPlace {
        guard organization.settings.seatLimit != nil else { return .held }
        let seats = try fillSeats(of: organization.id, effects: effects, rules: rules, at: now).seats
        guard let free = seats.free else { return .held }
        if free > 0, seats.waiting == 0 || !seats.keepsWaitlist { return .held }
        return seats.keepsWaitlist ? .waitlist : .none
    }

    /// Whether a new offer may be sent now; what shall wait is put on the waitlist.
    /// - Parameter life: how long it stays open once it is sent.
    func isSeated(_ invitation: Invitation, _ place: SeatPlace, life: Duration) throws -> Bool {
        switch place {
        case .held: return true
        case .none: throw Refusal.seatLimitReached
        case .waitlist:
            try putOnWaitlist(invitation.id, in: invitation.organization, life: life)
            return false
        }
    }

    /// Turns the seat that an offer holds into a member's. A limit that was lowered meanwhile is kept here: an offer more
    /// does no harm, a member more would.
    func takeMembersSeat(for user: ID<User>, in organization: Organization, at now: Timestamp) throws {
        guard organization.settings.seatLimit != nil, try membership(of: user, in: organization.id) == nil else {
            return
        }
        guard let seats = try lockSeats(of: organization.id, at: now) else { throw Refusal.invitationEnded }
        guard seats.hasPlace else { throw Refusal.seatLimitReached }
    }

    /// The seats under the organization's lock, under which the count stays true until the commit.
    private func lockSeats(of organization: ID<Organization>, at now: Timestamp) throws -> SeatCount? {
        guard try lock(organization, at: now), let found = try seatsAndChanges(of: organization, at: now) else {
            return nil
        }
        if found.changes >= SeatCount.mostChanges { try balanceSeats(of: organization) }
        return found.seats
    }

    /// Whether somebody waits for a seat here: then the lock is taken, so that what is freed next goes to them.
    func lockWaitlist(of organization: ID<Organization>, at now: Timestamp) throws -> Bool {
        guard try !waitlist(of: organization, limit: 1, at: now).isEmpty else { return false }
        return try lock(organization, at: now)
    }

    /// Sends who waits longest, as many as there are free seats, but not more than a hundred at a time.
    @discardableResult
    func fillSeats(
        of id: ID<Organization>, effects: Effects, rules: ServerRules, at now: Timestamp
    ) throws -> (seats: SeatCount, left: Int) {
        guard let seats = try lockSeats(of: id, at: now) else { throw Refusal.organizationNotFound }
        guard seats.waiting > 0, seats.free != 0, let organization = try organization(id) else { return (seats, 0) }
        var (taken, left) = (0, 0)
        for waiting in try waitlist(of: id, limit: 100, at: now) {
            if let free = seats.free, taken >= free { break }
            if try admit(waiting, to: organization, effects: effects, rules: rules, at: now) { taken += 1 }
            left += 1
        }
        guard let after = try self.seats(of: id, at: now) else { throw Refusal.organizationNotFound }
        return (after, left)
    }

    /// Sends one offer that waited, if it may still be sent. True: it holds a seat now.
    private func admit(
        _ waiting: Invitation, to organization: Organization, effects: Effects, rules: ServerRules, at now: Timestamp
    ) throws -> Bool {
        let life = organization.settings.invitationLife ?? rules.invitationLife
        let status = try statusAfterWaiting(waiting, organization, effects: effects, at: now)
        guard
            let offer = try leaveWaitlist(
                waiting.id, in: organization.id, as: status, usualLife: life, at: now)
        else { return false }
        let action: AuditEntry.Action =
            switch status {
            case .pending: .invitationSeated
            case .needsApproval: .invitationNeedsApproval
            default: .invitationRevoked
            }
        try record(
            effects.audit(
                action, in: organization.id, by: "system", subject: offer.id.rawValue, request: nil, at: now))
        if status == .pending {
            // It is written anew from the rows when it is sent: nobody need be named here.
            let letter = effects.letter(for: offer, of: organization, by: nil, attempt: 0, at: now)
            try enqueue(letter, lease: .nobody, at: now)
        }
        return status != .revoked
    }

    /// What held when it was offered is asked once more: it may be long ago.
    private func statusAfterWaiting(
        _ waiting: Invitation, _ organization: Organization, effects: Effects, at now: Timestamp
    ) throws -> Invitation.Status {
        let standing = try standing(
            of: waiting.email, hash: effects.emailHash(waiting.email), in: organization.id, at: now)
        guard let standing, !standing.isMember, !standing.isSuppressed, organization.settings.admits(waiting.email)
        else { return .revoked }
        let offer = Offer(invitation: waiting, organization: organization, inviter: nil)
        return try keepsCeiling(offer, at: now) ? .pending : .needsApproval
    }
}

extension SeatCount {
    /// So many movements are summed up at each look before they are taken into the balance.
    static let mostChanges = 200
}

extension Lease {
    /// Of a letter that any node may take at once.
    static let nobody = Lease(node: "", until: Timestamp(milliseconds: 0))
}
