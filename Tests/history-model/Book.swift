import UsherDomain
import UsherHistoryModel

/// Which ids belong to what in the model, and how the server's view is compared with it.
struct Book {
    typealias Person = HistoryModel.Person
    typealias Name = HistoryModel.Name

    private static let nobody = "00000000-0000-7000-8000-000000000000"
    /// How far a moment of the server may lie from where the model has it: a step, and a restart after it, take a while.
    private static let haste = Duration.seconds(60)

    private(set) var users: [String: Person]
    /// In order of making.
    private(set) var offers: [[String]]
    private(set) var roles: [[String]]
    /// Offers with a letter that could go out by itself when the step began: its verdict is written down whatever the
    /// step did to them.
    private var underWay: Set<Name> = []

    init(_ begin: Message.Begin) {
        users = Dictionary(uniqueKeysWithValues: begin.users.enumerated().map { ($1, $0) })
        offers = begin.organizations.map { _ in [] }
        roles = begin.organizations.map { _ in [] }
    }

    mutating func note(_ possible: [HistoryModel]) {
        underWay = Set(possible.flatMap { model in model.names.filter { model[$0].letterDueAt != nil } })
    }

    /// What has ids that were not there before.
    mutating func learn(_ view: WireView) {
        for (place, home) in view.homes.enumerated() {
            for member in home.members { users[member.id] = member.person }
            let known = Set(offers[place])
            offers[place] += home.offers.sorted { $0.createdAt < $1.createdAt }.map(\.id).filter { !known.contains($0) }
            let old = Set(roles[place])
            roles[place] += home.roles.sorted { $0.createdAt < $1.createdAt }.map(\.id).filter { !old.contains($0) }
        }
    }

    func user(_ person: Person) -> String { users.first { $0.value == person }?.key ?? Self.nobody }

    func offer(_ name: Name) -> String { offers[name.home][name.place] }

    /// A negative one is another organization's, if that has one.
    func role(_ index: Int, in home: Int) -> String {
        index >= 0 ? roles[home][index] : roles[roles.count - 1 - home].last ?? Self.nobody
    }
}

// MARK: - Comparing

extension Book {
    /// The model with the server's own moments in it; nil: it is not what the server shows.
    func fit(_ model: HistoryModel, _ view: WireView) -> HistoryModel? {
        problems(model, view).isEmpty ? adapted(model, view) : nil
    }

    func difference(_ model: HistoryModel, _ view: WireView) -> String {
        "- " + problems(model, view).joined(separator: "; ")
    }

    private func problems(_ model: HistoryModel, _ view: WireView) -> [String] {
        var found: [String] = []
        for (home, there) in zip(model.homes, view.homes) {
            var problems = memberProblems(home, there)
            problems += roleProblems(home, there)
            problems += seatProblems(home, there)
            problems += offerProblems(home, there)
            found += problems.map { "organization \(home.place): \($0)" }
        }
        return found
    }

    private func memberProblems(_ home: HistoryHome, _ found: WireHome) -> [String] {
        let members = Dictionary(
            found.members.map { ($0.person, held($0.role, $0.customRole, in: home.place)) }, uniquingKeysWith: { $1 })
        let problem = members == home.members ? [] : ["members are \(members), not \(home.members)"]
        let transfer = found.transfer.map { [users[$0.giver] ?? -1, users[$0.receiver] ?? -1] }
        let wanted = home.standingTransfer.map { [$0.giver, $0.receiver] }
        return problem + (transfer == wanted ? [] : ["the ownership is offered \(transfer ?? []), not \(wanted ?? [])"])
    }

    private func roleProblems(_ home: HistoryHome, _ found: WireHome) -> [String] {
        let stored = Dictionary(
            uniqueKeysWithValues: found.roles.map { role in
                (role.id, PermissionSet(role.permissions.compactMap { Permission(rawValue: $0) }))
            })
        let there = roles[home.place].map { stored[$0] }
        return there == home.roles ? [] : ["roles are \(there.map { $0?.list }), not \(home.roles.map { $0?.list })"]
    }

    private func seatProblems(_ home: HistoryHome, _ found: WireHome) -> [String] {
        let seats = found.seats
        let there = SeatCount(
            limit: seats.limit, used: seats.used, held: seats.held, waiting: seats.waiting,
            keepsWaitlist: seats.waitlist)
        return there == home.seats ? [] : ["seats are \(there), not \(home.seats)"]
    }

    private func offerProblems(_ home: HistoryHome, _ found: WireHome) -> [String] {
        let byID = Dictionary(uniqueKeysWithValues: found.offers.map { ($0.id, $0) })
        let there = offers[home.place].compactMap { byID[$0] }
        guard there.count == home.offers.count, there.count == found.offers.count else {
            return ["\(found.offers.count) invitations, not \(home.offers.count)"]
        }
        return zip(home.offers, there).enumerated().compactMap { place, pair in
            problem(pair.0, pair.1, Name(home: home.place, place: place), at: home.now)
                .map { "invitation \(place) to \(pair.0.person): \($0)" }
        }
    }

    private func problem(
        _ offer: HistoryHome.Offer, _ found: WireHome.Offer, _ name: Name, at now: Timestamp
    ) -> String? {
        let role = held(found.role, found.customRole, in: name.home)
        let inviter = found.inviter.flatMap { users[$0] }
        guard offer.person == found.person, offer.role == role, offer.inviter == inviter else {
            let there = "to \(found.person) as \(role) by \(inviter ?? -1)"
            return "\(there), not to \(offer.person) as \(offer.role) by \(offer.inviter)"
        }
        guard offer.status(at: now).rawValue == found.status else {
            return "\(found.status), not \(offer.status(at: now))"
        }
        let isHandedOver = found.delivery == "handed_over"
        guard isHandedOver == offer.isHandedOver || isHandedOver && mayArrive(offer, name) else {
            return "its letter is \(found.delivery)"
        }
        for (moment, wanted) in [(found.expiresAt, offer.expiresAt), (found.lastLetterAt, offer.lastLetterAt)] {
            let distance = Timestamp(milliseconds: moment) - wanted
            guard abs(distance.wholeMilliseconds) <= Self.haste.wholeMilliseconds else {
                return "a moment lies \(distance) beside the model's"
            }
        }
        return nil
    }

    private func mayArrive(_ offer: HistoryHome.Offer, _ name: Name) -> Bool {
        offer.letterDueAt != nil || underWay.contains(name)
    }

    private func held(_ role: Int, _ custom: String?, in home: Int) -> HistoryModel.Held {
        custom.map { .custom(roles[home].firstIndex(of: $0) ?? -1) } ?? .base(Role(rawValue: role) ?? .user)
    }

    private func adapted(_ model: HistoryModel, _ view: WireView) -> HistoryModel {
        var model = model
        for (place, home) in view.homes.enumerated() {
            let byID = Dictionary(uniqueKeysWithValues: home.offers.map { ($0.id, $0) })
            for (index, id) in offers[place].enumerated() {
                guard let found = byID[id] else { continue }
                model.homes[place].offers[index].createdAt = Timestamp(milliseconds: found.createdAt)
                model.homes[place].offers[index].expiresAt = Timestamp(milliseconds: found.expiresAt)
                model.homes[place].offers[index].lastLetterAt = Timestamp(milliseconds: found.lastLetterAt)
                if found.delivery == "handed_over" {
                    model.homes[place].offers[index].isHandedOver = true
                    model.homes[place].offers[index].letterDueAt = nil
                }
                // When it goes out is the courier's secret.
                if model.homes[place].offers[index].letterDueAt != nil {
                    model.homes[place].offers[index].letterDueAt = Timestamp(milliseconds: 0)
                }
            }
            if let transfer = model.homes[place].standingTransfer, let found = home.transfer {
                model.homes[place].transfer = HistoryHome.Transfer(
                    giver: transfer.giver, receiver: transfer.receiver,
                    expiresAt: Timestamp(milliseconds: found.expiresAt))
            }
        }
        return model
    }
}
