import UsherDomain
import UsherHistoryModel
import UsherSQL
import UsherSecrets
import UsherTestKit
import UsherText
import UsherUseCases

/// The real thing beside the model: two organizations of the same people, in a database that many histories share one
/// after another.
final class HistoryHouse {
    typealias Person = HistoryModel.Person
    typealias Offer = (id: ID<Invitation>, code: String)

    /// What there is of one organization.
    struct Home {
        let id: ID<Organization>
        /// In order of making, which with this clock is not the list's.
        var offers: [Offer] = []
        var roles: [ID<CustomRole>] = []
    }

    static let facts = RequestFacts(id: "history", peer: "192.0.2.7")

    let database: RecordingDatabase
    let store: any Store
    let clock = TestClock()
    let effects: Effects
    let dispatch: ScriptedDispatch
    let useCases: UseCases
    let addresses: [EmailAddress]
    var users: [Person: ID<User>] = [:]
    var sessions: [Person: String] = [:]
    var homes: [Home] = []
    /// All ways in which it may stand by all that was seen. More than one only after something was broken.
    private var possible: [HistoryModel] = []
    private var steps = 0

    /// Person 0 owns both, 1 is an admin of the first and a member of the second, 2 the other way round, and 3 has an
    /// account only.
    init(_ database: RecordingDatabase, name: String, seatLimits: [Int?]) async throws {
        self.database = database
        store = SQLStore(database)
        var effects = Effects.live(key: ServerKey())
        effects.now = clock.now
        self.effects = effects
        dispatch = ScriptedDispatch(store: store, clock: clock)
        addresses = try (0..<HistoryModel.people).map { try EmailAddress(parsing: "p\($0).\(name)@example.org") }
        let target = try WebURL(parsing: "https://app.example.com/", field: "app_url")
        useCases = UseCases(
            store: store, effects: effects, hasher: PlainHasher(),
            passwordPolicy: PasswordPolicy(rules: PasswordRules(), isCommon: { _ in false }),
            // Weeks go by in a history, and whoever acts has signed in anew.
            rules: ServerRules(
                appName: "Usher", ownOrigin: target.origin, allowsLoopback: false,
                sessions: SessionLimits(idle: .days(3650), absolute: .days(3650)), quotas: .off),
            dispatch: dispatch)
        for person in 0...3 { try await open(person) }
        var models: [HistoryHome] = []
        for (place, limit) in seatLimits.enumerated() {
            let roles: [Person: Role] = [0: .owner, 1: place == 0 ? .admin : .user, 2: place == 0 ? .user : .admin]
            try await found(limit, roles)
            models.append(
                HistoryHome(
                    place: place, members: roles.mapValues { .base($0) }, seatLimit: limit, now: clock.now()))
        }
        possible = [HistoryModel(homes: models, accounts: [0, 1, 2, 3], passwords: [0, 1, 2, 3])]
    }

    private func found(_ seatLimit: Int?, _ roles: [Person: Role]) async throws {
        let now = clock.now()
        var settings = OrganizationSettings()
        settings.seatLimit = seatLimit
        let made = Organization(
            id: ID(rawValue: effects.newID()), name: DisplayName(stored: "History"), settings: settings,
            createdAt: now, updatedAt: now)
        homes.append(Home(id: made.id))
        let members = roles.sorted { $0.key < $1.key }.compactMap { person, role in
            users[person].map { user in
                Membership(
                    id: ID(rawValue: effects.newID()), user: user, organization: made.id, role: role, scopes: nil,
                    createdAt: now, updatedAt: now)
            }
        }
        try await store.write { tx in
            try tx.add(made)
            if let seatLimit { try tx.keepSeatLedger(of: made.id, limit: seatLimit, at: now) }
            for member in members { _ = try tx.add(member, from: nil) }
        }
    }

    private func open(_ person: Person) async throws {
        let now = clock.now()
        let user = User(
            id: ID(rawValue: effects.newID()), email: addresses[person], name: nil, verifiedAt: now, createdAt: now,
            updatedAt: now)
        try await store.write { _ = try $0.add(user, passwordHash: "plain:\(Self.password)") }
        try await begin(person, user.id)
    }

    func begin(_ person: Person, _ user: ID<User>) async throws {
        let now = clock.now()
        let session = Session(
            hash: effects.hash(effects.newSecret()), user: user, createdAt: now, lastSeenAt: now,
            expiresAt: now + .days(3650))
        try await store.write { try $0.add(session) }
        users[person] = user
        sessions[person] = session.hash
    }

    /// Leaves nothing for the round of another history.
    func close() async throws {
        for home in homes { try await useCases.operatorActions.deleteOrganization(home.id) }
    }
}

// MARK: - Steps

extension HistoryHouse {
    /// What is tried next, as the model stands, or may stand.
    func anyStep(_ random: inout SeededGenerator) -> HistoryModel.Step { possible[0].anyStep(&random) }

    /// What is wrong after a step, if anything.
    func take(_ step: HistoryModel.Step) async throws -> String? {
        // So that no two things happen at the same moment.
        clock.advance(by: .milliseconds(7))
        let outcomes = possible.map { model in
            var model = model
            model.now = clock.now()
            return (told: model.apply(step), model: model)
        }
        let told = await perform(step)
        steps += 1
        // What was done in one organization is looked for in the other one now and then.
        let some = steps.isMultiple(of: 5) ? nil : step.home
        let found = try await view(of: some)
        possible = HistoryModel.distinct(
            outcomes.filter { $0.told == told && View($0.model, of: some) == found }.map(\.model))
        guard possible.isEmpty else { return nil }
        let expected = outcomes.map { "\($0.told), \(View($0.model, of: some).difference(from: found))" }
        return "was told \(told), should be one of \(expected)"
    }

    /// Takes a step whose statement number `count` never returns: it must have happened wholly, or not at all.
    func take(_ step: HistoryModel.Step, breakingAfter count: Int) async throws -> String? {
        clock.advance(by: .milliseconds(7))
        let outcomes = HistoryModel.distinct(
            possible.flatMap { model in
                var model = model
                model.now = clock.now()
                return model.afterBreak(of: step)
            })
        database.breakAfter(count)
        _ = await perform(step)
        database.breakAfter(nil)
        try await learn()
        let found = try await view(of: nil)
        possible = outcomes.filter { View($0, of: nil) == found }
        guard possible.isEmpty else { return nil }
        return "happened by half: \(outcomes.map { View($0, of: nil).difference(from: found) })"
    }
}

extension HistoryModel.Step {
    /// The organization that it is about; nil: all.
    fileprivate var home: Int? {
        switch self {
        case .act(_, let home, _): home
        case .decline(let name, _), .joinAnew(let name), .join(let name, _), .enter(let name): name.home
        case .wait, .sweep, .prune, .fill, .post: nil
        }
    }
}
