import UsherDomain
import UsherSQL
import UsherSecrets
import UsherTestKit
import UsherText
import UsherUseCases

/// The real thing beside the model: one organization in a database that many histories share one after another.
final class HistoryHouse {
    typealias Person = HistoryModel.Person
    typealias Offer = (id: ID<Invitation>, code: String)

    static let people = 12
    static let facts = RequestFacts(id: "history", peer: "192.0.2.7")

    let database: RecordingDatabase
    let store: any Store
    let clock = TestClock()
    let effects: Effects
    let dispatch: ScriptedDispatch
    let useCases: UseCases
    let organization: ID<Organization>
    private let addresses: [EmailAddress]
    private var users: [Person: ID<User>] = [:]
    private var sessions: [Person: String] = [:]
    private(set) var offers: [Offer] = []
    private var roles: [ID<CustomRole>] = []
    private(set) var model: HistoryModel

    /// Person 0 owns it, 1 is an admin, 2 a member, and 3 has an account elsewhere.
    init(_ database: RecordingDatabase, name: String, seatLimit: Int?) async throws {
        self.database = database
        store = SQLStore(database)
        var effects = Effects.live(key: ServerKey())
        effects.now = clock.now
        self.effects = effects
        dispatch = ScriptedDispatch(store: store, clock: clock)
        addresses = try (0..<Self.people).map { try EmailAddress(parsing: "p\($0).\(name)@example.org") }
        let target = try WebURL(parsing: "https://app.example.com/", field: "app_url")
        useCases = UseCases(
            store: store, effects: effects, hasher: PlainHasher(),
            passwordPolicy: PasswordPolicy(rules: PasswordRules(), isCommon: { _ in false }),
            // Weeks go by in a history, and whoever acts has signed in anew.
            rules: ServerRules(
                appName: "Usher", ownOrigin: target.origin, allowsLoopback: false,
                sessions: SessionLimits(idle: .days(3650), absolute: .days(3650)), quotas: .off),
            dispatch: dispatch)
        let now = clock.now()
        var settings = OrganizationSettings()
        settings.seatLimit = seatLimit
        let made = Organization(
            id: ID(rawValue: effects.newID()), name: DisplayName(stored: "History"), settings: settings,
            createdAt: now, updatedAt: now)
        organization = made.id
        let roles: [Person: Role] = [0: .owner, 1: .admin, 2: .user]
        model = HistoryModel(
            members: roles.mapValues { .base($0) }, accounts: [0, 1, 2, 3], seatLimit: seatLimit, now: now)
        try await store.write { tx in
            try tx.add(made)
            if let seatLimit { try tx.keepSeatLedger(of: made.id, limit: seatLimit, at: now) }
        }
        for person in 0...3 { try await settle(person, as: roles[person]) }
    }

    private func settle(_ person: Person, as role: Role?) async throws {
        let (now, organization) = (clock.now(), organization)
        let user = User(
            id: ID(rawValue: effects.newID()), email: addresses[person], name: nil, verifiedAt: now, createdAt: now,
            updatedAt: now)
        let membership = role.map { role in
            Membership(
                id: ID(rawValue: effects.newID()), user: user.id, organization: organization, role: role,
                scopes: nil, createdAt: now, updatedAt: now)
        }
        let isAdded = try await store.write { tx in
            try tx.add(user, passwordHash: "plain:of the history")
                && (try membership.map { try tx.add($0, from: nil) } ?? true)
        }
        guard isAdded else { throw Refusal.accountExists }
        try await begin(person, user.id)
    }

    private func begin(_ person: Person, _ user: ID<User>) async throws {
        let now = clock.now()
        let session = Session(
            hash: effects.hash(effects.newSecret()), user: user, createdAt: now, lastSeenAt: now,
            expiresAt: now + .days(3650))
        try await store.write { try $0.add(session) }
        users[person] = user
        sessions[person] = session.hash
    }
}

// MARK: - Steps

extension HistoryHouse {
    /// What is wrong after a step, if anything.
    func take(_ step: HistoryModel.Step) async throws -> String? {
        let expected = model.apply(step)
        let told = await perform(step)
        if told != expected { return "was told \(told), should be \(expected)" }
        return try await difference()
    }

    /// Takes a step whose statement number `count` never returns: it must have happened wholly, or not at all.
    func take(_ step: HistoryModel.Step, breakingAfter count: Int) async throws -> String? {
        let before = model
        database.breakAfter(count)
        _ = await perform(step)
        database.breakAfter(nil)
        try await learn()
        // What did not happen, what did, and a letter whose verdict was never written down.
        var candidates: [HistoryModel] = [before, before]
        _ = candidates[1].apply(step)
        if let unseen = step.withUnseenVerdict {
            candidates.append(before)
            _ = candidates[2].apply(unseen)
        }
        let found = try await view()
        guard let fitting = candidates.first(where: { View($0) == found }) else {
            return "happened by half: \(found), before \(View(before)), after \(View(candidates[1]))"
        }
        model = fitting
        return try await seatDrift()
    }

    private func perform(_ step: HistoryModel.Step) async -> String {
        do {
            switch step {
            case .send(let person, let guest, let role, let verdict):
                try await send(person, guest, role, verdict)
            case .resend(let person, let offer, let verdict): try await resend(person, offer, verdict)
            case .approve(let person, let offer, let verdict): try await approve(person, offer, verdict)
            case .remove(let person, let member):
                try await useCases.members.remove(
                    users[member], of: organization, as: caller(person), facts: Self.facts)
            case .setRole(let person, let member, let role): try await setRole(person, member, role)
            case .define(let person, let allowed): try await define(person, allowed)
            case .redefine(let person, let role, let allowed): try await redefine(person, role, allowed)
            case .delete(let person, let role):
                try await useCases.members.roles.delete(
                    roles[role], of: organization, as: caller(person), facts: Self.facts)
            case .revoke(let person, let offer):
                try await useCases.revokeInvitation(
                    offers[offer].id, in: organization, as: caller(person), facts: Self.facts)
            case .decline(let offer, let report):
                try await useCases.declineInvitation(
                    code: offers[offer].code, reason: nil, report: report, facts: Self.facts)
            case .joinAnew(let offer): try await joinAnew(offer)
            case .join(let offer, let person): try await join(offer, person)
            case .wait(let duration): clock.advance(by: duration)
            }
            return "ok"
        } catch {
            return HistoryModel.name(of: error)
        }
    }

    private func caller(_ person: Person) throws -> Caller {
        guard let user = users[person], let hash = sessions[person] else { throw Refusal.notAMember }
        return .session(user: user, hash: hash)
    }

    private func send(
        _ person: Person, _ guest: Person, _ role: HistoryModel.Held, _ verdict: HistoryModel.Verdict
    ) async throws {
        let caller = try caller(person)
        dispatch.answer(outcome(verdict))
        let target = try WebURL(parsing: "https://app.example.com/", field: "app_url")
        let (number, custom) = wire(role)
        let draft = InvitationDraft(
            email: addresses[guest], role: number, customRole: custom, scopes: nil, appURL: target, redirectURI: target,
            bodyOrganization: nil, locale: nil)
        let before = dispatch.letters.count
        defer { note(dispatch.letters.dropFirst(before)) }
        _ = try await useCases.sendInvitation(
            SendInvitation.Request(
                organization: organization, caller: caller, draft: .success(draft), idempotency: nil,
                facts: Self.facts, patience: .seconds(1)))
    }

    private func resend(_ person: Person, _ offer: Int, _ verdict: HistoryModel.Verdict) async throws {
        let caller = try caller(person)
        dispatch.answer(outcome(verdict))
        let before = dispatch.letters.count
        defer { note(dispatch.letters.dropFirst(before)) }
        _ = try await useCases.resendInvitation(
            ResendInvitation.Request(
                invitation: offers[offer].id, organization: organization, caller: caller, idempotency: nil,
                facts: Self.facts, patience: .seconds(1)))
    }

    private func approve(_ person: Person, _ offer: Int, _ verdict: HistoryModel.Verdict) async throws {
        let caller = try caller(person)
        dispatch.answer(outcome(verdict))
        let before = dispatch.letters.count
        defer { note(dispatch.letters.dropFirst(before)) }
        _ = try await useCases.approveInvitation(
            offers[offer].id, in: organization, as: caller, facts: Self.facts, patience: .seconds(1))
    }

    /// As a request names it.
    private func wire(_ held: HistoryModel.Held) -> (Role, ID<CustomRole>?) {
        switch held {
        case .base(let role): (role, nil)
        case .custom(let index): (.user, roles[index])
        }
    }

    private func define(_ person: Person, _ allowed: PermissionSet) async throws {
        let draft = ManageRoles.Draft(name: Self.name(of: roles.count), permissions: allowed)
        let made = try await useCases.members.roles.create(
            .success(draft), in: organization, as: caller(person), facts: Self.facts)
        roles.append(made.id)
    }

    private static func name(of role: Int) -> DisplayName { DisplayName(stored: "role \(role)") }

    private func redefine(_ person: Person, _ role: Int, _ allowed: PermissionSet) async throws {
        let edit = ManageRoles.Edit(name: .keep, permissions: .set(allowed))
        _ = try await useCases.members.roles.change(
            roles[role], .success(edit), in: organization, as: caller(person), facts: Self.facts)
    }

    private func setRole(_ person: Person, _ member: Person, _ role: HistoryModel.Held) async throws {
        let caller = try caller(person)
        // Nobody has this id.
        let user = users[member] ?? ID(rawValue: effects.newID())
        let (number, custom) = wire(role)
        let draft = ChangeMember.Draft(
            user: user, bodyOrganization: nil, change: MembershipChange(role: .set(number)),
            customRole: custom.map { .set($0) } ?? .keep)
        try await useCases.members.change(
            .success(draft), in: organization, as: caller, facts: Self.facts)
    }

    private func outcome(_ verdict: HistoryModel.Verdict) -> LetterOutcome {
        switch verdict {
        case .takes: .handedOver(code: 250)
        case .refuses: .refused(code: 550, reason: "no such person")
        case .delays: .delayed(until: clock.now() + .minutes(1), code: 451, reason: "later")
        }
    }

    private func note(_ letters: some Sequence<Letter>) {
        for case .invitation(let content) in letters.map(\.content) {
            let offer = (content.invitation, effects.code(of: content.invitation, generation: content.generation))
            if let known = offers.firstIndex(where: { $0.id == content.invitation }) {
                offers[known] = offer
            } else {
                offers.append(offer)
            }
        }
    }

    private func joinAnew(_ offer: Int) async throws {
        let joined = try await useCases.acceptInvitation.asNewPerson(
            code: offers[offer].code, name: nil, password: Password(parsing: "a long enough password"),
            check: { _, _, _ in }, facts: Self.facts)
        let person = addresses.firstIndex(of: joined.offer.invitation.email)
        if let person, let user = joined.session?.session.user { try await begin(person, user) }
    }

    private func join(_ offer: Int, _ person: Person) async throws {
        guard let hash = sessions[person] else { throw Refusal.notSignedIn }
        let joined = try await useCases.acceptInvitation.asSignedIn(
            code: offers[offer].code, session: hash, facts: Self.facts)
        if let session = joined.session { sessions[person] = session.session.hash }
    }
}

// MARK: - What is there

extension HistoryHouse {
    /// What the database and the model must agree about.
    struct View: Equatable {
        var members: [Person: HistoryModel.Held]
        var offers: [String]
        var roles: [PermissionSet?]

        init(members: [Person: HistoryModel.Held], offers: [String], roles: [PermissionSet?]) {
            self.members = members
            self.offers = offers
            self.roles = roles
        }

        init(_ model: HistoryModel) {
            members = model.members
            roles = model.roles
            offers = model.offers.map {
                "\($0.person) \($0.role) \($0.status(at: model.now)) \($0.isHandedOver) \($0.lastLetterAt.milliseconds)"
            }
        }
    }

    private func difference() async throws -> String? {
        let (found, expected) = (try await view(), View(model))
        guard found == expected else { return "is \(found), should be \(expected)" }
        return try await seatDrift()
    }

    /// The ledger of seats sums up to what there is, after whatever happened.
    private func seatDrift() async throws -> String? {
        let id = organization
        let drift = try await store.read { try $0.seatDrift(in: id, limit: 1) }
        return drift.isEmpty ? nil : "the movements of seats do not sum up"
    }

    private func view() async throws -> View {
        let (organization, now, users, ids) = (organization, clock.now(), users, roles)
        let (found, held, allowed) = try await store.read { tx in
            let selection = InvitationSelection(
                organization: organization, statuses: Set(Invitation.Status.allCases), limit: 1000, now: now)
            let held = try users.mapValues { try tx.membership(of: $0, in: organization)?.held }
            let allowed = try ids.map { try tx.customRole($0, in: organization)?.permissions }
            return (try tx.invitations(selection), held, allowed)
        }
        return View(
            members: held.compactMapValues { $0.map(known) },
            offers: inOrder(found).map { offer in
                "\(addresses.firstIndex(of: offer.email) ?? -1) \(known(offer.held)) \(offer.status(at: now)) "
                    + "\(offer.delivery == .handedOver) \(offer.lastLetterAt.milliseconds)"
            }, roles: allowed)
    }

    private func known(_ held: HeldRole) -> HistoryModel.Held {
        held.customRole.map { .custom(roles.firstIndex(of: $0.id) ?? -1) } ?? .base(held.role)
    }

    /// In the order of making, which with this clock is not the list's; one that nobody knew of is the newest.
    private func inOrder(_ found: [Invitation]) -> [Invitation] {
        let places = Dictionary(uniqueKeysWithValues: offers.enumerated().map { ($1.id, $0) })
        return found.sorted { (places[$0.id] ?? .max) < (places[$1.id] ?? .max) }
    }

    /// What a step did whose end nobody saw: new offers, new accounts, sessions that were changed.
    private func learn() async throws {
        let (organization, now, addresses) = (organization, clock.now(), addresses)
        let (found, accounts) = try await store.read { tx in
            let selection = InvitationSelection(
                organization: organization, statuses: Set(Invitation.Status.allCases), limit: 1000, now: now)
            return (try tx.invitations(selection), try addresses.map { try tx.account(of: $0)?.user.id })
        }
        offers = inOrder(found).map { ($0.id, effects.code(of: $0.id, generation: $0.generation)) }
        let next = Self.name(of: roles.count)
        if let made = try await store.read({ try $0.customRole(named: next, in: organization)?.id }) {
            roles.append(made)
        }
        for (person, user) in accounts.enumerated() { if let user { try await begin(person, user) } }
    }
}
