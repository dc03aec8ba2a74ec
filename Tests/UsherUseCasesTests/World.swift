import Synchronization
import UsherDomain
import UsherSecrets
import UsherTestKit
import UsherText
import UsherUseCases

/// A clock that tests set.
final class TestClock: Sendable {
    private let state = Mutex<(time: Int64, step: Int64)>((1_780_000_000_000, 0))

    func now() -> Timestamp {
        state.withLock { state in
            defer { state.time += state.step }
            return Timestamp(milliseconds: state.time)
        }
    }

    func advance(by duration: Duration) { state.withLock { $0.time += duration.wholeMilliseconds } }

    /// To where the windows of limits begin.
    func advanceToMidnight() { state.withLock { $0.time += 86_400_000 - $0.time % 86_400_000 } }

    /// From now on a millisecond goes by with each look at it: no two who look see the same time.
    /// - Parameter step: milliseconds; less than none: whoever looks later sees an earlier time, as on another node.
    func tick(by step: Int64 = 1) { state.withLock { $0.step = step } }
}

/// Passwords in the clear, so that rules are tested and not Argon2.
struct PlainHasher: PasswordHasher {
    func hash(_ password: Password) async throws -> String { "plain:\(password.secret.reveal())" }

    func verify(_ password: Password, against hash: String?) async throws -> PasswordVerdict {
        hash == "plain:\(password.secret.reveal())" ? .right(outdated: false) : .wrong
    }
}

/// Settles each letter at once with the verdict that a test chose, as the courier would.
final class ScriptedDispatch: Dispatch {
    private let store: any Store
    private let clock: TestClock
    private let verdict: Mutex<LetterOutcome?>
    private let seen = Mutex<[Letter]>([])

    init(store: any Store, clock: TestClock, verdict: LetterOutcome? = .handedOver(code: 250)) {
        self.store = store
        self.clock = clock
        self.verdict = Mutex(verdict)
    }

    var letters: [Letter] { seen.withLock { $0 } }

    func answer(_ next: LetterOutcome?) { verdict.withLock { $0 = next } }

    func lease(at now: Timestamp) -> Lease { Lease(node: "test", until: now + .seconds(30)) }

    func dispatch(_ letter: Letter, patience: Duration?) async -> LetterOutcome? {
        seen.withLock { $0.append(letter) }
        let now = clock.now()
        guard patience != nil, let outcome = verdict.withLock({ $0 }) else { return nil }
        let lease = lease(at: now)
        let settled = try? await store.write { try $0.settle(letter, lease: lease, as: outcome, at: now) }
        return settled == true ? outcome : nil
    }
}

/// One organization with an owner, an admin and a member, on a store of its own.
struct World: Sendable {
    let database: RecordingDatabase
    let store: any Store
    let clock = TestClock()
    let effects: Effects
    let dispatch: ScriptedDispatch
    let records = FakeDomainRecords()
    let useCases: UseCases
    let organization: Organization
    let owner: User
    let admin: User
    let member: User

    static let facts = RequestFacts(id: "request", peer: "192.0.2.1")

    init(_ engine: Engine, quotas: Quotas = .usual) async throws {
        database = try await engine.makeDatabase()
        store = database.store
        var effects = Effects.live(key: ServerKey())
        effects.now = clock.now
        self.effects = effects
        dispatch = ScriptedDispatch(store: store, clock: clock)
        let target = try WebURL(parsing: "https://app.example.com/", field: "app_url")
        useCases = UseCases(
            store: store, effects: effects, hasher: PlainHasher(),
            passwordPolicy: PasswordPolicy(rules: PasswordRules(), isCommon: { _ in false }),
            rules: ServerRules(appName: "Usher", ownOrigin: target.origin, allowsLoopback: false, quotas: quotas),
            dispatch: dispatch, records: records)
        let owner = try await useCases.operatorActions.createOrganization(
            named: DisplayName(stored: "Example"), owner: EmailAddress(parsing: "owner@example.com"),
            allowedOrigins: [])
        organization = owner.organization
        self.owner = try await Self.person(owner.owner, store)
        admin = try await Self.add("admin@example.com", .admin, organization, store, effects)
        member = try await Self.add("member@example.com", .user, organization, store, effects)
    }

    static func person(_ id: ID<User>, _ store: any Store) async throws -> User {
        guard let user = try await store.read({ try $0.user(id) }) else { throw Refusal.notSignedIn }
        return user
    }

    private static func add(
        _ address: String, _ role: Role, _ organization: Organization, _ store: any Store, _ effects: Effects
    ) async throws -> User {
        let email = try EmailAddress(parsing: address)
        let now = effects.now()
        let user = User(
            id: ID(rawValue: effects.newID()), email: email, name: nil, verifiedAt: now, createdAt: now,
            updatedAt: now)
        let membership = Membership(
            id: ID(rawValue: effects.newID()), user: user.id, organization: organization.id, role: role, scopes: nil,
            createdAt: now, updatedAt: now)
        try await store.write { tx in
            _ = try tx.add(user, passwordHash: "plain:the password of \(address)")
            _ = try tx.add(membership, from: nil)
        }
        return user
    }

    /// An account outside the organization.
    func account(_ address: String, verified: Bool = true, password: String? = nil) async throws -> User {
        let now = clock.now()
        let user = User(
            id: ID(rawValue: effects.newID()), email: try EmailAddress(parsing: address), name: nil,
            verifiedAt: verified ? now : nil, createdAt: now, updatedAt: now)
        try await store.write { _ = try $0.add(user, passwordHash: password.map { "plain:\($0)" }) }
        return user
    }

    func draft(
        _ address: String, role: Role = .user, organization: ID<Organization>? = nil, locale: String? = nil
    ) throws -> InvitationDraft {
        InvitationDraft(
            email: try EmailAddress(parsing: address), role: role, scopes: nil,
            appURL: try WebURL(parsing: "https://app.example.com", field: "app_url"),
            redirectURI: try WebURL(parsing: "https://app.example.com/welcome", field: "redirect_uri"),
            bodyOrganization: organization, locale: locale)
    }

    func caller(_ user: User) async throws -> Caller {
        let session = try await session(of: user)
        return .session(user: user.id, hash: session)
    }

    /// Hash of a new session.
    func session(of user: User) async throws -> String {
        let now = clock.now()
        let hash = effects.hash(effects.newSecret())
        let session = Session(
            hash: hash, user: user.id, createdAt: now, lastSeenAt: now, expiresAt: now + .days(30))
        try await store.write { try $0.add(session) }
        return hash
    }

    @discardableResult
    func send(
        _ address: String, role: Role = .user, as user: User? = nil, key: String? = nil, fingerprint: String = "f",
        patience: Duration? = .seconds(1)
    ) async throws -> SendOutcome {
        let request = SendInvitation.Request(
            organization: organization.id, caller: try await caller(user ?? admin),
            draft: .success(try draft(address, role: role)),
            idempotency: key.map { IdempotencyRequest(key: $0, fingerprint: fingerprint) }, facts: Self.facts,
            patience: patience)
        return try await useCases.sendInvitation(request).outcome
    }

    /// The code in the newest letter to an address.
    func code(for address: String) throws -> String {
        let email = try EmailAddress(parsing: address)
        guard let letter = dispatch.letters.last(where: { $0.recipient == email }),
            case .invitation(let content) = letter.content
        else { throw Refusal.invitationNotFound }
        return effects.code(of: content.invitation, generation: content.generation)
    }

    func invitation(_ address: String) async throws -> Invitation? {
        let codeHash = effects.hash(try code(for: address))
        return try await store.read { try $0.invitation(codeHash: codeHash) }
    }

    func role(of user: ID<User>) async throws -> Role? {
        let id = organization.id
        return try await store.read { try $0.membership(of: user, in: id)?.role }
    }

    @discardableResult
    func accept(_ address: String, password: String = "a long enough password") async throws -> Joined {
        try await useCases.acceptInvitation.asNewPerson(
            code: try code(for: address), name: nil, password: Password(parsing: password),
            check: { _, _, _ in }, facts: Self.facts)
    }
}
