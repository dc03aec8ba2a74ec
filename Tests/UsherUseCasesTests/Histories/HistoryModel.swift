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
        var acceptedBy: Person?

        var isOpen: Bool { [.waitlisted, .pending, .needsApproval].contains(status) }

        func status(at now: Timestamp) -> Invitation.Status { isOpen && now >= expiresAt ? .expired : status }
    }

    /// Where everybody stands. Whoever has an account has a password too.
    var members: [Person: Role]
    var accounts: Set<Person>
    var offers: [Offer] = []
    var suppressed: Set<Person> = []
    var now: Timestamp

    /// What a relay says of the next letter.
    enum Verdict: CaseIterable { case takes, refuses, delays }

    /// One thing that somebody does. Offers are named by their place in order of making.
    enum Step: Equatable {
        case send(by: Person, to: Person, Role, Verdict)
        case revoke(by: Person, Int)
        case decline(Int, report: Bool)
        case joinAnew(Int)
        case join(Int, as: Person)
        case wait(Duration)
    }

    /// Does it; tells what the caller is told: `ok`, or the refusal's name.
    mutating func apply(_ step: Step) -> String {
        do {
            switch step {
            case .send(let person, let guest, let role, let verdict): try send(person, guest, role, verdict)
            case .revoke(let person, let offer): try revoke(person, offer)
            case .decline(let offer, let report): try decline(offer, report)
            case .joinAnew(let offer): try joinAnew(offer)
            case .join(let offer, let person): try join(offer, person)
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
        for index in offers.indices where offers[index].person == guest {
            if offers[index].status(at: now) == .expired { offers[index].status = .expired }
        }
        guard !offers.contains(where: { $0.person == guest && $0.isOpen }) else { throw .alreadyInvited }
        offers.append(
            Offer(
                person: guest, role: role, inviter: person,
                status: verdict == .refuses ? .undeliverable : .pending, expiresAt: now + InvitationLife.usual))
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
        accounts.insert(offer.person)
        take(index, offer.person)
    }

    private mutating func join(_ index: Int, _ person: Person) throws(Refusal) {
        guard accounts.contains(person) else { throw .notSignedIn }
        if offers[index].acceptedBy == person, members[person] != nil { return }
        let offer = try open(index)
        guard offer.person == person else { throw .wrongAccount }
        try keepCeiling(index)
        take(index, person)
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
