package import UsherDomain

/// Members have seats, open offers hold them, and what ended does neither. Who waits is sent in the order of offering.
extension HistoryHome {
    package var held: Int { offers.count { [.pending, .needsApproval].contains($0.status(at: now)) } }

    package var waiting: Int { offers.count { $0.status(at: now) == .waitlisted } }

    /// Nil: as many as come.
    package var free: Int? { seatLimit.map { max($0 - members.count - held, 0) } }

    package var seats: SeatCount {
        SeatCount(limit: seatLimit, used: members.count, held: held, waiting: waiting, keepsWaitlist: keepsWaitlist)
    }

    mutating func change(_ person: Person, _ limit: Int?, _ waitlist: Bool) throws(Refusal) {
        _ = try access(person, .settingsUpdate)
        seatLimit = limit
        keepsWaitlist = waitlist
    }

    enum Place { case held, waitlist, none }

    /// For a new offer; who waits already goes first.
    mutating func takeSeat() -> Place {
        fillIfLimited()
        guard let free else { return .held }
        if free > 0, waiting == 0 || !keepsWaitlist { return .held }
        return keepsWaitlist ? .waitlist : .none
    }

    private mutating func fillIfLimited() { if seatLimit != nil { fill() } }

    /// Sends who waits, as many as there are free seats.
    mutating func fill() {
        let free = free
        var taken = 0
        let queue = offers.indices.filter { offers[$0].status(at: now) == .waitlisted }
            .sorted { (offers[$0].createdAt, $0) < (offers[$1].createdAt, $1) }
        for index in queue {
            if let free, taken >= free { return }
            if admit(index) { taken += 1 }
        }
    }

    /// What held when it was offered is asked once more. Whether it takes a seat.
    private mutating func admit(_ index: Int) -> Bool {
        let person = offers[index].person
        offers[index].expiresAt = now + (offers[index].waitingLife ?? InvitationLife.usual)
        offers[index].waitingLife = nil
        guard members[person] == nil, !suppressed.contains(person) else {
            offers[index].status = .revoked
            return false
        }
        offers[index].status = keepsCeiling(index) ? .pending : .needsApproval
        if offers[index].status == .pending {
            offers[index].lastLetterAt = now
            offers[index].letterDueAt = now
        }
        return true
    }

    /// A seat that an offer held may be another's when the clock was set back, or the limit lowered.
    func passSeats(_ person: Person) throws(Refusal) {
        guard let seatLimit, members[person] == nil else { return }
        guard members.count < seatLimit else { throw .seatLimitReached }
    }
}

// MARK: - What time does

extension HistoryHome {
    mutating func sweep() {
        for index in offers.indices where offers[index].status(at: now) == .expired { offers[index].status = .expired }
    }

    func isOverdue(_ offer: Offer) -> Bool { offer.isOpen && now >= offer.expiresAt }

    mutating func expireOverdue(_ guest: Person) {
        for index in offers.indices where offers[index].person == guest && isOverdue(offers[index]) {
            offers[index].status = .expired
        }
    }

    /// The relay takes all letters that are due; those that may not be sent any more are not.
    mutating func post() {
        for index in offers.indices {
            guard let due = offers[index].letterDueAt, due <= now else { continue }
            offers[index].letterDueAt = nil
            if offers[index].status(at: now) == .pending { offers[index].isHandedOver = true }
        }
    }
}
