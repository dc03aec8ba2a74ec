import UsherDomain

/// An organization, its people and its invitations as the rules say, without a database: what every history is
/// compared with.
struct HistoryModel: Equatable {
    typealias Person = Int

    /// One of the three roles, or one that was defined, by its place in order of making.
    enum Held: Hashable {
        case base(Role)
        case custom(Int)
    }

    struct Offer: Equatable {
        let person: Person
        var role: Held
        var inviter: Person
        var status: Invitation.Status
        var expiresAt: Timestamp
        /// When its newest letter was put on its way, and whether the relay took it.
        var lastLetterAt: Timestamp
        var isHandedOver: Bool
        var acceptedBy: Person?

        var isOpen: Bool { [.waitlisted, .pending, .needsApproval].contains(status) }

        func isOpen(at now: Timestamp) -> Bool { isOpen && now < expiresAt }

        func status(at now: Timestamp) -> Invitation.Status { isOpen && now >= expiresAt ? .expired : status }
    }

    /// Where everybody stands. Whoever has an account has a password too.
    var members: [Person: Held]
    var accounts: Set<Person>
    var offers: [Offer] = []
    /// What roles of the organization's own allow; nil: deleted.
    var roles: [PermissionSet?] = []
    var suppressed: Set<Person> = []
    var seatLimit: Int?
    var now: Timestamp

    /// What a relay says of the next letter.
    enum Verdict: CaseIterable { case takes, refuses, delays }

    /// One thing that somebody does. Offers are named by their place in order of making.
    enum Step: Equatable {
        case send(by: Person, to: Person, Held, Verdict)
        case resend(by: Person, Int, Verdict)
        case approve(by: Person, Int, Verdict)
        case revoke(by: Person, Int)
        case decline(Int, report: Bool)
        case joinAnew(Int)
        case join(Int, as: Person)
        /// Oneself: leaves.
        case remove(by: Person, Person)
        case setRole(by: Person, Person, Held)
        case define(by: Person, PermissionSet)
        case redefine(by: Person, Int, PermissionSet)
        case delete(by: Person, Int)
        case wait(Duration)
    }

    /// Does it; tells what the caller is told: `ok`, or the refusal's name.
    mutating func apply(_ step: Step) -> String {
        let before = self
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
            case .define(let person, let allowed): try define(person, allowed)
            case .redefine(let person, let role, let allowed): try redefine(person, role, allowed)
            case .delete(let person, let role): try delete(person, role)
            case .wait(let duration): now = now + duration
            }
            return "ok"
        } catch {
            // What is refused changes nothing; but an offer that turns out to need an approval waits for one.
            if error != .invitationNeedsApproval { self = before }
            return Self.name(of: error)
        }
    }

    static func name(of error: any Error) -> String { String("\(error)".prefix { $0 != "(" }) }
}

// MARK: - The rules

extension HistoryModel {
    func allowed(_ held: Held) -> PermissionSet {
        switch held {
        case .base(let role): role.permissions
        case .custom(let index): PermissionSet.user.union(roles[index] ?? PermissionSet())
        }
    }

    private func access(_ person: Person, _ needed: Permission) throws(Refusal) -> Access {
        guard let role = members[person] else { throw .notAMember }
        guard allowed(role).contains(needed) else { throw .roleTooLow(needed: needed) }
        return Access(allowed(role))
    }

    private func mustExist(_ held: Held) throws(Refusal) {
        if case .custom(let index) = held, roles[index] == nil { throw .roleNotFound }
    }

    private mutating func send(
        _ person: Person, _ guest: Person, _ role: Held, _ verdict: Verdict
    ) throws(Refusal) {
        let own = try access(person, .invitationCreate)
        guard guest != person else { throw .selfInvitation }
        try mustExist(role)
        try own.grant(allowed(role))
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
        try access(person, .invitationResend).grant(allowed(offers[index].role))
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
        if wait > .zero, offer.lastLetterAt - now < pause { throw .resendTooSoon(retryAfter: min(wait, pause)) }
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
        try access(person, .invitationApprove).offer(allowed(offers[index].role))
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
        if person != member { _ = try access(person, .memberRemove) }
        guard let role = members[member] else { throw .memberNotFound }
        if person != member { try Access(allowed(own)).mayChange(allowed(role)) }
        try keepOwner(besides: member)
        members[member] = nil
        waitForApproval(of: member, above: nil)
    }

    private mutating func setRole(_ person: Person, _ member: Person, _ role: Held) throws(Refusal) {
        let own = try access(person, .memberUpdate)
        guard let former = members[member] else { throw .memberNotFound }
        try own.mayChange(allowed(former))
        try mustExist(role)
        try own.grant(allowed(role))
        if role != .base(.owner) { try keepOwner(besides: member) }
        members[member] = role
        if !allowed(former).isSubset(of: allowed(role)) { waitForApproval(of: member, above: ceiling(role)) }
    }

    private mutating func define(_ person: Person, _ allowed: PermissionSet) throws(Refusal) {
        try access(person, .roleCreate).grant(allowed)
        roles.append(allowed)
    }

    private mutating func redefine(_ person: Person, _ index: Int, _ allowed: PermissionSet) throws(Refusal) {
        let own = try access(person, .roleUpdate)
        guard let former = roles[index] else { throw .roleNotFound }
        try own.mayChange(former.union(.user))
        try own.grant(allowed)
        roles[index] = allowed
        guard !former.isSubset(of: allowed) else { return }
        for holder in members.keys where members[holder] == .custom(index) {
            waitForApproval(of: holder, above: ceiling(.custom(index)))
        }
    }

    /// What ended forgets it.
    private mutating func delete(_ person: Person, _ index: Int) throws(Refusal) {
        let own = try access(person, .roleDelete)
        guard let former = roles[index] else { throw .roleNotFound }
        try own.mayChange(former.union(.user))
        let held = Held.custom(index)
        guard !members.values.contains(held), !offers.contains(where: { $0.role == held && $0.isOpen(at: now) }) else {
            throw .roleInUse(RoleUse(members: 0, invitations: 0, keys: 0, links: 0))
        }
        roles[index] = nil
        for index in offers.indices where offers[index].role == held { offers[index].role = .base(.user) }
    }

    private func ceiling(_ role: Held) -> PermissionSet? {
        allowed(role).contains(.invitationCreate) ? allowed(role) : nil
    }

    private func keepOwner(besides member: Person) throws(Refusal) {
        guard members[member] == .base(.owner) else { return }
        guard members.contains(where: { $0.key != member && $0.value == .base(.owner) }) else { throw .lastOwner }
    }

    /// Offers of somebody who could not make them any more.
    private mutating func waitForApproval(of inviter: Person, above ceiling: PermissionSet?) {
        for index in offers.indices where offers[index].inviter == inviter {
            guard offers[index].status(at: now) == .pending else { continue }
            if let ceiling, allowed(offers[index].role).isSubset(of: ceiling) { continue }
            offers[index].status = .needsApproval
        }
    }

    private mutating func revoke(_ person: Person, _ index: Int) throws(Refusal) {
        _ = try access(person, .invitationRevoke)
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
        let needed = allowed(offers[index].role).with(.invitationCreate)
        if let role = members[offers[index].inviter], needed.isSubset(of: allowed(role)) { return }
        offers[index].status = .needsApproval
        throw .invitationNeedsApproval
    }

    private mutating func take(_ index: Int, _ person: Person) {
        offers[index].status = .accepted
        offers[index].acceptedBy = person
        members[person] = members[person] ?? offers[index].role
    }
}
