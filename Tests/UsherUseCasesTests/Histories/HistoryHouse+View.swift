import UsherDomain
import UsherHistoryModel
import UsherUseCases

/// What is there.
extension HistoryHouse {
    /// What the database and the model must agree about.
    struct View: Equatable {
        var homes: [Home]

        struct Home: Equatable {
            var members: [Person: HistoryModel.Held]
            var offers: [Offer]
            var roles: [PermissionSet?]
            var transfer: HistoryHome.Transfer?
            var seats: SeatCount?
            /// Whether the ledger of seats sums up to what there is.
            var hasDrift = false
        }

        struct Offer: Equatable {
            let person: Person
            let role: HistoryModel.Held
            let inviter: Person
            let status: Invitation.Status
            let expiresAt: Timestamp
            let lastLetterAt: Timestamp
            let isHandedOver: Bool
        }

        init(homes: [Home]) { self.homes = homes }

        /// - Parameter one: nil: all.
        init(_ model: HistoryModel, of one: Int?) {
            homes = model.homes.filter { one == nil || $0.place == one }.map { home in
                let offers = home.offers.map {
                    Offer(
                        person: $0.person, role: $0.role, inviter: $0.inviter, status: $0.status(at: model.now),
                        expiresAt: $0.expiresAt, lastLetterAt: $0.lastLetterAt, isHandedOver: $0.isHandedOver)
                }
                return Home(
                    members: home.members, offers: offers, roles: home.roles, transfer: home.standingTransfer,
                    seats: home.seats)
            }
        }

        /// For people to read.
        func difference(from found: View) -> String {
            let mine = homes.map(\.parts)
            let others = found.homes.map(\.parts)
            return zip(mine, others).enumerated().flatMap { home, pair in
                let more = Set(pair.0).subtracting(pair.1).sorted().map { "organization \(home) without \($0)" }
                let less = Set(pair.1).subtracting(pair.0).sorted().map { "organization \(home) with \($0)" }
                return more + less
            }.joined(separator: "; ")
        }
    }

    func view(of one: Int?) async throws -> View {
        let (ids, now) = (homes.map(\.id), clock.now())
        let places = one.map { [$0] } ?? Array(homes.indices)
        let found = try await store.read { tx in try places.map { try tx.rows(of: ids[$0], at: now) } }
        return View(homes: zip(places, found).map { place, rows in view(of: place, rows) })
    }

    private func view(of place: Int, _ rows: Rows) -> View.Home {
        note(rows, in: place)
        let roles = Dictionary(uniqueKeysWithValues: rows.roles.map { ($0.id, $0.permissions) })
        let people = Dictionary(uniqueKeysWithValues: users.map { ($1, $0) })
        let members = rows.members.map { (people[$0.user.id] ?? -1, known($0.membership.held, in: place)) }
        let invitations = Dictionary(uniqueKeysWithValues: rows.invitations.map { ($0.id, $0) })
        let offers = homes[place].offers.compactMap { invitations[$0.id] }.map { found in
            View.Offer(
                person: addresses.firstIndex(of: found.email) ?? -1, role: known(found.held, in: place),
                inviter: found.inviter.user.flatMap { people[$0] } ?? -1, status: found.status(at: clock.now()),
                expiresAt: found.expiresAt, lastLetterAt: found.lastLetterAt,
                isHandedOver: found.delivery == .handedOver)
        }
        let transfer = rows.transfer.map { found in
            HistoryHome.Transfer(
                giver: people[found.giver] ?? -1, receiver: people[found.receiver] ?? -1, expiresAt: found.expiresAt)
        }
        return View.Home(
            members: Dictionary(members) { first, _ in first }, offers: offers,
            roles: homes[place].roles.map { roles[$0] }, transfer: transfer, seats: rows.seats,
            hasDrift: rows.hasDrift)
    }

    private func known(_ held: HeldRole, in place: Int) -> HistoryModel.Held {
        held.customRole.map { .custom(homes[place].roles.firstIndex(of: $0.id) ?? -1) } ?? .base(held.role)
    }

    /// What is new, and the newest codes.
    private func note(_ rows: Rows, in place: Int) {
        let newest = Dictionary(
            uniqueKeysWithValues: rows.invitations.map {
                ($0.id, effects.code(of: $0.id, generation: $0.generation))
            })
        homes[place].offers = homes[place].offers.map { (id: $0.id, code: newest[$0.id] ?? $0.code) }
        let known = Set(homes[place].offers.map(\.id))
        homes[place].offers += newest.filter { !known.contains($0.key) }.map { (id: $0.key, code: $0.value) }
        homes[place].roles += rows.roles.map(\.id).filter { !homes[place].roles.contains($0) }
    }

    /// What a step did whose end nobody saw: new accounts, sessions that were changed.
    func learn() async throws {
        let addresses = addresses
        let accounts = try await store.read { tx in try addresses.map { try tx.account(of: $0)?.user.id } }
        for (person, user) in accounts.enumerated() { if let user { try await begin(person, user) } }
    }
}

extension HistoryHouse.View.Home {
    fileprivate var parts: [String] {
        members.map { "member \($0) \($1)" } + offers.enumerated().map { "offer \($0) \($1)" }
            + roles.enumerated().map { "role \($0) \($1?.list ?? "-")" }
            + ["\(String(describing: transfer))", "\(String(describing: seats))", "drift: \(hasDrift)"]
    }
}

extension Invitation.Inviter {
    fileprivate var user: ID<User>? { if case .user(let id) = self { id } else { nil } }
}

/// An organization as it is stored.
struct Rows: Sendable {
    let members: [Member]
    let invitations: [Invitation]
    let roles: [CustomRole]
    let transfer: OwnershipTransfer?
    let seats: SeatCount?
    let hasDrift: Bool
}

extension StoreReader {
    fileprivate func rows(of organization: ID<Organization>, at now: Timestamp) throws -> Rows {
        let all = InvitationSelection(
            organization: organization, statuses: Set(Invitation.Status.allCases), limit: 1000, now: now)
        return Rows(
            members: try members(MemberSelection(organization: organization, limit: 1000, now: now)),
            invitations: try invitations(all), roles: try customRoles(of: organization, after: nil, limit: 100),
            transfer: try transfer(of: organization, at: now), seats: try seats(of: organization, at: now),
            hasDrift: try !seatDrift(in: organization, limit: 1).isEmpty)
    }
}
