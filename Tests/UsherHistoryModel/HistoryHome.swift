package import UsherDomain

/// One organization of a history.
package struct HistoryHome: Hashable, Sendable {
    package typealias Person = HistoryModel.Person
    package typealias Held = HistoryModel.Held
    package typealias Name = HistoryModel.Name
    package typealias Verdict = HistoryModel.Verdict

    package struct Offer: Hashable, Sendable {
        package let person: Person
        package var role: Held
        package var inviter: Person
        package var status: Invitation.Status
        package var createdAt: Timestamp
        package var expiresAt: Timestamp
        /// How long it will be open once it leaves the waitlist.
        package var waitingLife: Duration?
        /// When its newest letter was put on its way, and whether the relay took it.
        package var lastLetterAt: Timestamp
        package var isHandedOver = false
        /// When a letter of it goes out by itself, if it still may.
        package var letterDueAt: Timestamp?
        package var acceptedBy: Person?

        package var isOpen: Bool { [.waitlisted, .pending, .needsApproval].contains(status) }

        func isOpen(at now: Timestamp) -> Bool { isOpen && now < expiresAt }

        package func status(at now: Timestamp) -> Invitation.Status { isOpen && now >= expiresAt ? .expired : status }

        /// What the relay says of a letter that goes out now.
        mutating func note(_ verdict: Verdict, at now: Timestamp) {
            status = verdict == .refuses ? .undeliverable : .pending
            isHandedOver = verdict == .takes
            letterDueAt =
                switch verdict {
                case .takes, .refuses: nil
                case .delays: now + HistoryHome.retry
                case .unseen: now + HistoryHome.lease
                }
        }
    }

    /// An owner's offer to hand it over.
    package struct Transfer: Hashable, Sendable {
        package let giver: Person
        package let receiver: Person
        package let expiresAt: Timestamp

        package init(giver: Person, receiver: Person, expiresAt: Timestamp) {
            self.giver = giver
            self.receiver = receiver
            self.expiresAt = expiresAt
        }
    }

    /// When a letter that was put off is due again, and one whose sender died.
    package static let retry = Duration.minutes(1)
    package static let lease = Duration.seconds(30)

    /// Which of the organizations it is.
    package let place: Int
    package var members: [Person: Held]
    package var offers: [Offer] = []
    /// What roles of the organization's own allow; nil: deleted.
    package var roles: [PermissionSet?] = []
    package var suppressed: Set<Person> = []
    package var seatLimit: Int?
    package var keepsWaitlist = false
    package var transfer: Transfer?
    package var now: Timestamp

    package init(
        place: Int, members: [Person: Held], seatLimit: Int? = nil, keepsWaitlist: Bool = false, now: Timestamp
    ) {
        self.place = place
        self.members = members
        self.seatLimit = seatLimit
        self.keepsWaitlist = keepsWaitlist
        self.now = now
    }

    mutating func perform(_ deed: HistoryModel.Deed, by person: Person) throws(Refusal) -> String {
        switch deed {
        case .send(let guest, let role, let life, let verdict):
            return try send(person, guest, role, life ?? InvitationLife.usual, verdict)
        case .resend(let name, let verdict): return try resend(person, name, verdict)
        case .approve(let name, let verdict): return try approve(person, name, verdict)
        case .edit(let name, let role, let life): try edit(person, name, role, life)
        case .revoke(let name): try revoke(person, name)
        case .remove(let member): try remove(person, member)
        case .setRole(let member, let role): try setRole(person, member, role)
        case .define(let allowed): try define(person, allowed)
        case .redefine(let role, let allowed): try redefine(person, role, allowed)
        case .delete(let role): try delete(person, role)
        case .settings(let limit, let waitlist): try change(person, limit, waitlist)
        case .offerOwnership(let receiver): try offerOwnership(person, receiver)
        case .acceptOwnership: try acceptOwnership(person)
        case .declineOwnership: _ = try takeTransfer(person)
        case .cancelOwnership: try cancelOwnership(person)
        }
        return "ok"
    }
}

// MARK: - Who may do what

extension HistoryHome {
    package func allowed(_ held: Held) -> PermissionSet {
        switch held {
        case .base(let role): role.permissions
        case .custom(let index): PermissionSet.user.union(role(index) ?? PermissionSet())
        }
    }

    func role(_ index: Int) -> PermissionSet? { roles.indices.contains(index) ? roles[index] : nil }

    func access(_ person: Person, _ needed: Permission) throws(Refusal) -> Access {
        guard let role = members[person] else { throw .notAMember }
        guard allowed(role).contains(needed) else { throw .roleTooLow(needed: needed) }
        return Access(allowed(role))
    }

    func mustExist(_ held: Held) throws(Refusal) {
        if case .custom(let index) = held, role(index) == nil { throw .roleNotFound }
    }

    /// An offer of another organization is not there.
    func find(_ name: Name) throws(Refusal) -> Int {
        guard name.home == place, offers.indices.contains(name.place) else { throw .invitationNotFound }
        return name.place
    }

    /// Who invited must still be able to.
    func keepsCeiling(_ index: Int) -> Bool {
        let needed = allowed(offers[index].role).with(.invitationCreate)
        return members[offers[index].inviter].map { needed.isSubset(of: allowed($0)) } ?? false
    }
}
