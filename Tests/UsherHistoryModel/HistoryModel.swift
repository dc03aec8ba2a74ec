package import UsherDomain

/// Organizations, their people and their invitations as the rules say, without a database: what every history is
/// compared with. People are the same in all of them; nothing else is.
package struct HistoryModel: Hashable, Sendable {
    package typealias Person = Int

    /// One of the three roles, or one that the organization made, by its place in order of making. A negative one is a
    /// role of another organization.
    package enum Held: Hashable, Sendable {
        case base(Role)
        case custom(Int)
    }

    /// An offer, by its organization and its place in order of making.
    package struct Name: Hashable, Sendable {
        package let home: Int
        package let place: Int

        package init(home: Int, place: Int) {
            self.home = home
            self.place = place
        }
    }

    package var homes: [HistoryHome]
    package var accounts: Set<Person>
    /// Those of them who have a password.
    package var passwords: Set<Person>

    package init(homes: [HistoryHome], accounts: Set<Person>, passwords: Set<Person>) {
        self.homes = homes
        self.accounts = accounts
        self.passwords = passwords
    }

    package var now: Timestamp {
        get { homes.first?.now ?? Timestamp(milliseconds: 0) }
        set { for home in homes.indices { homes[home].now = newValue } }
    }

    package subscript(_ name: Name) -> HistoryHome.Offer { homes[name.home].offers[name.place] }

    package var names: [Name] {
        homes.flatMap { home in home.offers.indices.map { Name(home: home.place, place: $0) } }
    }
}

// MARK: - What may happen

extension HistoryModel {
    /// What a relay says of the next letter; unseen: whatever it said, nobody wrote it down.
    package enum Verdict: Hashable, Sendable { case takes, refuses, delays, unseen }

    package enum Step: Hashable, Sendable {
        /// Somebody does something in an organization.
        case act(by: Person, in: Int, Deed)
        /// By the code of the letter.
        case decline(Name, report: Bool)
        /// As a new person, with a password.
        case joinAnew(Name)
        /// As somebody who is signed in.
        case join(Name, as: Person)
        /// By the page that the letter leads to, as whoever is invited.
        case enter(Name)
        case wait(Duration)
        /// What nobody asks for: ends are marked, what is over removed, free seats given to who waits (one organization
        /// after the other), and letters sent that are due.
        case sweep
        case prune
        case fill([Int])
        case post
    }

    package enum Deed: Hashable, Sendable {
        /// Open so long; nil: as long as usual.
        case send(to: Person, Held, life: Duration?, Verdict)
        case resend(Name, Verdict)
        case approve(Name, Verdict)
        case edit(Name, Held?, life: Duration?)
        case revoke(Name)
        /// Oneself: leaves.
        case remove(Person)
        case setRole(Person, Held)
        case define(PermissionSet)
        case redefine(Int, PermissionSet)
        case delete(Int)
        case settings(limit: Int?, waitlist: Bool)
        case offerOwnership(to: Person)
        case acceptOwnership
        case declineOwnership
        case cancelOwnership
    }

    /// Does it; tells what the caller is told: `ok`; of letters `sent`, `refused` or `underWay`; or the refusal's name.
    package mutating func apply(_ step: Step) -> String {
        let before = self
        do throws(Refusal) {
            return try play(step)
        } catch {
            // What is refused changes nothing; but an offer that turns out to need an approval waits for one.
            if error != .invitationNeedsApproval { self = before }
            return Self.name(of: error)
        }
    }

    private mutating func play(_ step: Step) throws(Refusal) -> String {
        switch step {
        case .act(let person, let home, let deed):
            guard accounts.contains(person) else { throw .notSignedIn }
            return try homes[home].perform(deed, by: person)
        case .decline(let name, let report): try homes[name.home].decline(name.place, report)
        case .joinAnew(let name): try joinAnew(name)
        case .join(let name, let person):
            guard accounts.contains(person) else { throw .notSignedIn }
            try homes[name.home].join(name.place, person)
        case .enter(let name): try enter(name)
        case .wait(let duration): now = now + duration
        case .sweep: for home in homes.indices { homes[home].sweep() }
        case .prune: for home in homes.indices { homes[home].prune() }
        case .fill(let some): for home in some { homes[home].fill() }
        case .post: for home in homes.indices { homes[home].post() }
        }
        return "ok"
    }

    package static func name(of error: any Error) -> String { String("\(error)".prefix { $0 != "(" }) }

    private mutating func joinAnew(_ name: Name) throws(Refusal) {
        let person = self[name].person
        try homes[name.home].joinAnew(name.place, hasPassword: passwords.contains(person))
        accounts.insert(person)
        passwords.insert(person)
    }

    private mutating func enter(_ name: Name) throws(Refusal) {
        try homes[name.home].look(name.place)
        guard passwords.contains(self[name].person) else { return try joinAnew(name) }
        try homes[name.home].join(name.place, self[name].person)
    }
}

// MARK: - What may have happened

extension HistoryModel {
    /// How it may stand after a step that was broken somewhere: it never happened, it did, or it did and nobody wrote
    /// down what became of its letter. Nothing happens by half.
    package func afterBreak(of step: Step) -> [HistoryModel] {
        let whole = [step, step.withUnseenVerdict].compactMap(\.self) + step.parts
        return [self]
            + whole.map { step in
                var after = self
                _ = after.apply(step)
                return after
            }
    }

    /// Each once, in the order in which they came: the same for the same seed.
    package static func distinct(_ models: [HistoryModel]) -> [HistoryModel] {
        guard models.count > 1 else { return models }
        var seen: Set<HistoryModel> = []
        return models.filter { seen.insert($0).inserted }
    }
}

extension HistoryModel.Step {
    fileprivate var withUnseenVerdict: Self? {
        guard case .act(let person, let home, let deed) = self else { return nil }
        return switch deed {
        case .send(let guest, let role, let life, _):
            .act(by: person, in: home, .send(to: guest, role, life: life, .unseen))
        case .resend(let name, _): .act(by: person, in: home, .resend(name, .unseen))
        case .approve(let name, _): .act(by: person, in: home, .approve(name, .unseen))
        default: nil
        }
    }

    /// Transactions of one organization each.
    fileprivate var parts: [Self] { if case .fill(let homes) = self { homes.map { .fill([$0]) } } else { [] } }
}
