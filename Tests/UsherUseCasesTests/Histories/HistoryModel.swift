import UsherDomain

/// An organization, its people and its invitations as the rules say, without a database: what every history is
/// compared with.
struct HistoryModel: Equatable {
    typealias Person = Int

    struct Offer: Equatable {
        let person: Person
        var role: Role
        var inviter: Person
        var status: Invitation.Status
        var expiresAt: Timestamp
        /// When its newest letter was put on its way, and whether the relay took it.
        var lastLetterAt: Timestamp
        var isHandedOver: Bool
        var acceptedBy: Person?

        var isOpen: Bool { [.waitlisted, .pending, .needsApproval].contains(status) }

        func status(at now: Timestamp) -> Invitation.Status { isOpen && now >= expiresAt ? .expired : status }
    }

    /// Where everybody stands. Whoever has an account has a password too.
    var members: [Person: Role]
    var accounts: Set<Person>
    var offers: [Offer] = []
    var suppressed: Set<Person> = []
    var seatLimit: Int?
    var now: Timestamp

    /// What a relay says of the next letter.
    enum Verdict: CaseIterable { case takes, refuses, delays }

    /// One thing that somebody does. Offers are named by their place in order of making.
    enum Step: Equatable {
        case send(by: Person, to: Person, Role, Verdict)
        case resend(by: Person, Int, Verdict)
        case approve(by: Person, Int, Verdict)
        case revoke(by: Person, Int)
        case decline(Int, report: Bool)
        case joinAnew(Int)
        case join(Int, as: Person)
        /// Oneself: leaves.
        case remove(by: Person, Person)
        case setRole(by: Person, Person, Role)
        case wait(Duration)
    }

    /// Does it; tells what the caller is told: `ok`, or the refusal's name.
    mutating func apply(_ step: Step) -> String {
        do {
            switch step {
            case .send(let person, let guest, let role, let verdict): try send(person, guest, role, verdict)
            case .resend(let person, let offer, let verdict): try resend(person, offer, verdict)
            case .approve(let person, let offer, let verdict): try approve(person, offer, verdict)
            case .revoke(let person, let offer): try revoke(person, offer)
            case .decline(let offer, let report): try decline(offer, report)
            case .joinAnew(let offer): try joinAnew(offer)
            case .join(let offer, let person): try join(offer, person)
            case .remove(let person, let member): try remove(person, member)
            case .setRole(let person, let member, let role): try setRole(person, member, role)
            case .wait(let duration): now = now + duration
            }
            return "ok"
        } catch {
            return Self.name(of: error)
        }
    }

    static func name(of error: any Error) -> String { String("\(error)".prefix { $0 != "(" }) }
}

// MARK: - The rules

extension HistoryModel {
    private func admin(_ person: Person) throws(Refusal) -> Role {
        guard let role = members[person] else { throw .notAMember }
        guard role >= .admin else { throw .roleTooLow(needed: .admin) }
        return role
    }

    private mutating func send(
        _ person: Person, _ guest: Person, _ role: Role, _ verdict: Verdict
    ) throws(Refusal) {
        let own = try admin(person)
        guard guest != person else { throw .selfInvitation }
        guard role <= own else { throw .roleAboveOwn(own: own) }
        guard members[guest] == nil else { throw .alreadyMember }
        guard !suppressed.contains(guest) else { throw .recipientSuppressed }
        expireOverdue(guest)
        guard !offers.contains(where: { $0.person == guest && $0.isOpen }) else { throw .alreadyInvited }
        try takeSeat()
        offers.append(
            Offer(
                person: guest, role: role, inviter: person,
                status: verdict == .refuses ? .undeliverable : .pending, expiresAt: now + InvitationLife.usual,
                lastLetterAt: now, isHandedOver: verdict == .takes))
    }

    private mutating func expireOverdue(_ guest: Person) {
        for index in offers.indices where offers[index].person == guest {
            if offers[index].status(at: now) == .expired { offers[index].status = .expired }
        }
    }

    /// Members have seats, and open offers hold them.
    private func takeSeat() throws(Refusal) {
        guard let seatLimit else { return }
        let held = offers.count { $0.isOpen && now < $0.expiresAt }
        guard members.count + held < seatLimit else { throw .seatLimitReached }
    }

    private mutating func resend(_ person: Person, _ index: Int, _ verdict: Verdict) throws(Refusal) {
        let own = try admin(person)
        guard offers[index].role <= own else { throw .roleAboveOwn(own: own) }
        try renew(index, pause: InvitationLife.resendPause, verdict)
    }

    private mutating func renew(_ index: Int, pause: Duration, _ verdict: Verdict) throws(Refusal) {
        let (offer, status) = (offers[index], offers[index].status(at: now))
        switch (status, offer.status) {
        case (.needsApproval, _), (.expired, .needsApproval): throw .invitationNeedsApproval
        case (.pending, _), (.undeliverable, _), (.expired, _): break
        default: throw .invitationNotPending
        }
        let wait = offer.lastLetterAt + pause - now
        if wait > .zero, offer.lastLetterAt <= now { throw .resendTooSoon(retryAfter: wait) }
        guard members[offer.person] == nil else { throw .alreadyMember }
        guard !suppressed.contains(offer.person) else { throw .recipientSuppressed }
        if status != .pending { try takeSeat() }
        expireOverdue(offer.person)
        let isOtherOpen = offers.indices.contains {
            $0 != index && offers[$0].person == offer.person && offers[$0].isOpen
        }
        guard offers[index].status == .pending || !isOtherOpen else { throw .alreadyInvited }
        offers[index].status = verdict == .refuses ? .undeliverable : .pending
        offers[index].expiresAt = now + InvitationLife.usual
        offers[index].lastLetterAt = now
        offers[index].isHandedOver = verdict == .takes
    }

    /// Who approves answers for it. A letter goes only where the first did not, or ran out of time.
    private mutating func approve(_ person: Person, _ index: Int, _ verdict: Verdict) throws(Refusal) {
        let own = try admin(person)
        guard offers[index].role <= own else { throw .roleAboveOwn(own: own) }
        guard offers[index].status == .needsApproval else {
            guard offers[index].status(at: now) == .pending else { throw .invitationNotPending }
            return
        }
        var approved = self
        approved.offers[index].status = .pending
        approved.offers[index].inviter = person
        if !offers[index].isHandedOver || now >= offers[index].expiresAt {
            try approved.renew(index, pause: .zero, verdict)
        }
        self = approved
    }

    private mutating func remove(_ person: Person, _ member: Person) throws(Refusal) {
        guard let own = members[person] else { throw .notAMember }
        guard person == member || own >= .admin else { throw .roleTooLow(needed: .admin) }
        guard let role = members[member] else { throw .memberNotFound }
        guard person == member || role <= own else { throw .targetAboveOwn(own: own) }
        try keepOwner(besides: member)
        members[member] = nil
        waitForApproval(of: member, above: nil)
    }

    private mutating func setRole(_ person: Person, _ member: Person, _ role: Role) throws(Refusal) {
        let own = try admin(person)
        guard let former = members[member] else { throw .memberNotFound }
        guard former <= own else { throw .targetAboveOwn(own: own) }
        guard role <= own else { throw .roleAboveOwn(own: own) }
        if role != .owner { try keepOwner(besides: member) }
        members[member] = role
        if role < former { waitForApproval(of: member, above: role >= .admin ? role : nil) }
    }

    private func keepOwner(besides member: Person) throws(Refusal) {
        guard members[member] == .owner else { return }
        guard members.contains(where: { $0.key != member && $0.value == .owner }) else { throw .lastOwner }
    }

    /// Offers of somebody who could not make them any more.
    private mutating func waitForApproval(of inviter: Person, above ceiling: Role?) {
        for index in offers.indices where offers[index].inviter == inviter {
            guard offers[index].status(at: now) == .pending else { continue }
            if let ceiling, offers[index].role <= ceiling { continue }
            offers[index].status = .needsApproval
        }
    }

    private mutating func revoke(_ person: Person, _ index: Int) throws(Refusal) {
        _ = try admin(person)
        switch offers[index].status(at: now) {
        case .waitlisted, .pending, .needsApproval: offers[index].status = .revoked
        case .revoked: return
        default: throw .invitationNotPending
        }
    }

    /// The offer behind a link, if it is open.
    private func open(_ index: Int) throws(Refusal) -> Offer {
        switch offers[index].status(at: now) {
        case .pending: return offers[index]
        case .needsApproval, .waitlisted: throw .invitationNeedsApproval
        case .accepted: throw .invitationUsed
        case .expired: throw .invitationExpired
        case .declined, .revoked, .undeliverable, .superseded: throw .invitationEnded
        }
    }

    private mutating func decline(_ index: Int, _ report: Bool) throws(Refusal) {
        let offer = try open(index)
        offers[index].status = .declined
        if report { suppressed.insert(offer.person) }
    }

    private mutating func joinAnew(_ index: Int) throws(Refusal) {
        let offer = try open(index)
        try keepCeiling(index)
        guard !accounts.contains(offer.person) else { throw .accountExists }
        try passSeats(offer.person)
        accounts.insert(offer.person)
        take(index, offer.person)
    }

    private mutating func join(_ index: Int, _ person: Person) throws(Refusal) {
        guard accounts.contains(person) else { throw .notSignedIn }
        if offers[index].acceptedBy == person, members[person] != nil { return }
        let offer = try open(index)
        guard offer.person == person else { throw .wrongAccount }
        try keepCeiling(index)
        try passSeats(person)
        take(index, person)
    }

    /// A seat that an offer held may be another's when the clock was set back.
    private func passSeats(_ person: Person) throws(Refusal) {
        guard let seatLimit, members[person] == nil else { return }
        guard members.count < seatLimit else { throw .seatLimitReached }
    }

    /// Who invited must still be able to.
    private mutating func keepCeiling(_ index: Int) throws(Refusal) {
        if let role = members[offers[index].inviter], role >= .admin, role >= offers[index].role { return }
        offers[index].status = .needsApproval
        throw .invitationNeedsApproval
    }

    private mutating func take(_ index: Int, _ person: Person) {
        offers[index].status = .accepted
        offers[index].acceptedBy = person
        members[person] = members[person] ?? offers[index].role
    }
}
