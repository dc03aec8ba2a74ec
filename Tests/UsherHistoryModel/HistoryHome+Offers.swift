import UsherDomain

/// Offers, and what those who manage them do to them.
extension HistoryHome {
    mutating func send(
        _ person: Person, _ guest: Person, _ role: Held, _ life: Duration, _ verdict: Verdict
    ) throws(Refusal) -> String {
        let own = try access(person, .invitationCreate)
        guard guest != person else { throw .selfInvitation }
        try mustExist(role)
        try own.grant(allowed(role))
        guard members[guest] == nil else { throw .alreadyMember }
        guard !suppressed.contains(guest) else { throw .recipientSuppressed }
        expireOverdue(guest)
        let place = takeSeat()
        guard !offers.contains(where: { $0.person == guest && $0.isOpen }) else { throw .alreadyInvited }
        var offer = Offer(
            person: guest, role: role, inviter: person, status: .waitlisted, createdAt: now, expiresAt: now + life,
            lastLetterAt: now)
        switch place {
        case .none: throw .seatLimitReached
        case .held: offer.note(verdict, at: now)
        case .waitlist:
            // Its time does not run.
            offer.expiresAt = .latest
            offer.waitingLife = life
        }
        offers.append(offer)
        return place == .held ? Self.told(verdict) : "underWay"
    }

    private static func told(_ verdict: Verdict) -> String {
        switch verdict {
        case .takes: "sent"
        case .refuses: "refused"
        case .delays, .unseen: "underWay"
        }
    }

    mutating func resend(_ person: Person, _ name: Name, _ verdict: Verdict) throws(Refusal) -> String {
        let own = try access(person, .invitationResend)
        let index = try find(name)
        try own.grant(allowed(offers[index].role))
        try renew(index, pause: InvitationLife.resendPause, verdict)
        return Self.told(verdict)
    }

    private mutating func renew(_ index: Int, pause: Duration, _ verdict: Verdict) throws(Refusal) {
        let (offer, status) = (offers[index], offers[index].status(at: now))
        switch (status, offer.status) {
        case (.needsApproval, _), (.expired, .needsApproval): throw .invitationNeedsApproval
        case (.pending, _), (.undeliverable, _), (.expired, _): break
        default: throw .invitationNotPending
        }
        let wait = offer.lastLetterAt + pause - now
        if wait > .zero, offer.lastLetterAt - now < pause { throw .resendTooSoon(retryAfter: min(wait, pause)) }
        guard members[offer.person] == nil else { throw .alreadyMember }
        guard !suppressed.contains(offer.person) else { throw .recipientSuppressed }
        if status != .pending, takeSeat() != .held { throw .seatLimitReached }
        expireOverdue(offer.person)
        let isOtherOpen = offers.indices.contains {
            $0 != index && offers[$0].person == offer.person && offers[$0].isOpen
        }
        guard offers[index].status == .pending || !isOtherOpen else { throw .alreadyInvited }
        offers[index].expiresAt = now + InvitationLife.usual
        offers[index].lastLetterAt = now
        offers[index].note(verdict, at: now)
    }

    /// Who approves answers for it. A letter goes only where the first did not, or ran out of time.
    mutating func approve(_ person: Person, _ name: Name, _ verdict: Verdict) throws(Refusal) -> String {
        let own = try access(person, .invitationApprove)
        let index = try find(name)
        try own.offer(allowed(offers[index].role))
        guard offers[index].status == .needsApproval else {
            guard offers[index].status(at: now) == .pending else { throw .invitationNotPending }
            return "sent"
        }
        var approved = self
        approved.offers[index].status = .pending
        approved.offers[index].inviter = person
        guard !offers[index].isHandedOver || now >= offers[index].expiresAt else {
            self = approved
            return "sent"
        }
        try approved.renew(index, pause: .zero, verdict)
        self = approved
        return Self.told(verdict)
    }

    /// Who raises an offer answers for it. No letter is sent.
    mutating func edit(_ person: Person, _ name: Name, _ role: Held?, _ life: Duration?) throws(Refusal) {
        let own = try access(person, .invitationUpdate)
        let index = try find(name)
        let found = offers[index]
        try own.grant(allowed(found.role))
        let wanted = role ?? found.role
        try mustExist(wanted)
        try own.grant(allowed(wanted))
        let isRaised = !allowed(wanted).isSubset(of: allowed(found.role))
        if isRaised { try own.offer(allowed(wanted)) }
        guard found.isOpen(at: now) else {
            throw found.status(at: now) == .expired ? .invitationExpired : .invitationNotPending
        }
        offers[index].role = wanted
        if isRaised { offers[index].inviter = person }
        guard let life else { return }
        if found.status == .waitlisted {
            offers[index].waitingLife = life
        } else {
            offers[index].expiresAt = now + life
        }
    }

    mutating func revoke(_ person: Person, _ name: Name) throws(Refusal) {
        _ = try access(person, .invitationRevoke)
        let index = try find(name)
        let isAwaited = waiting > 0
        switch offers[index].status(at: now) {
        case .waitlisted, .pending, .needsApproval: offers[index].status = .revoked
        case .revoked: return
        default: throw .invitationNotPending
        }
        offers[index].letterDueAt = nil
        if isAwaited { fill() }
    }
}

// MARK: - By the code of the letter

extension HistoryHome {
    /// The offer, if it is open.
    private func open(_ index: Int) throws(Refusal) -> Offer {
        switch offers[index].status(at: now) {
        case .pending: return offers[index]
        case .needsApproval, .waitlisted: throw .invitationNeedsApproval
        case .accepted: throw .invitationUsed
        case .expired: throw .invitationExpired
        case .declined, .revoked, .undeliverable, .superseded: throw .invitationEnded
        }
    }

    mutating func decline(_ index: Int, _ report: Bool) throws(Refusal) {
        let offer = offers[index]
        // What waits for an approval or a seat can be declined, too.
        if ![.needsApproval, .waitlisted].contains(offer.status(at: now)) { _ = try open(index) }
        let isAwaited = waiting > 0
        offers[index].status = .declined
        offers[index].letterDueAt = nil
        if report { suppressed.insert(offer.person) }
        if isAwaited { fill() }
    }

    /// What the page tells before anybody types a password.
    func look(_ index: Int) throws(Refusal) {
        _ = try open(index)
        if let seatLimit, members.count >= seatLimit { throw .seatLimitReached }
    }

    mutating func joinAnew(_ index: Int, hasPassword: Bool) throws(Refusal) {
        let offer = try open(index)
        try keepCeiling(index)
        guard !hasPassword else { throw .accountExists }
        try passSeats(offer.person)
        take(index, offer.person)
    }

    mutating func join(_ index: Int, _ person: Person) throws(Refusal) {
        if offers[index].status == .accepted, offers[index].acceptedBy == person, members[person] != nil { return }
        let offer = try open(index)
        guard offer.person == person else { throw .wrongAccount }
        try keepCeiling(index)
        try passSeats(person)
        take(index, person)
    }

    private mutating func keepCeiling(_ index: Int) throws(Refusal) {
        guard !keepsCeiling(index) else { return }
        offers[index].status = .needsApproval
        throw .invitationNeedsApproval
    }

    private mutating func take(_ index: Int, _ person: Person) {
        offers[index].status = .accepted
        offers[index].acceptedBy = person
        offers[index].letterDueAt = nil
        members[person] = members[person] ?? offers[index].role
    }
}
