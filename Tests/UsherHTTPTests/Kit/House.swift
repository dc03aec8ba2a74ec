import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import UsherClient
import UsherDomain
import UsherHTTP
import UsherSQL
import UsherSecrets
import UsherTestKit
import UsherUseCases

/// A server with one organization, without a network and without a relay.
struct House: Sendable {
    let store: any Store
    let clock = FixedEffects()
    let effects: Effects
    let desk = FakeDesk()
    let records = FakeDomainRecords()
    let log = LogRecorder()
    let useCases: UseCases
    var settings: HTTPSettings
    let organization = Sample.organization(name: "Example")
    let owner = Sample.user("owner")

    init(
        _ engine: Engine = .sqlite, publicURL: String = "http://localhost", quotas: Quotas = .usual,
        isDevelopment: Bool = true
    ) async throws {
        try await self.init(
            store: engine.makeStore(), publicURL: publicURL, quotas: quotas, isDevelopment: isDevelopment)
    }

    init(
        store: any Store, publicURL: String, quotas: Quotas = .usual, isDevelopment: Bool = true,
        hasher: any PasswordHasher = NoHasher()
    ) async throws {
        self.store = store
        // A real SHA-256 and HMAC; only the clock stands.
        var effects = Effects.live(key: ServerKey())
        effects.now = { [clock] in clock.now }
        self.effects = effects
        let url = WebURL(text: publicURL, origin: Origin(stored: publicURL))
        var settings = HTTPSettings(publicURL: url, isDevelopment: isDevelopment)
        settings.hosts.insert("localhost")
        self.settings = settings
        useCases = UseCases(
            store: store, effects: effects, hasher: hasher,
            passwordPolicy: PasswordPolicy(rules: PasswordRules(), isCommon: { _ in false }),
            rules: ServerRules(appName: "Usher", ownOrigin: url.origin, allowsLoopback: true, quotas: quotas),
            dispatch: desk, records: records)
        let (organization, owner) = (organization, owner)
        try await store.write { tx in
            try tx.add(organization)
            _ = try tx.add(owner, passwordHash: nil)
            _ = try tx.add(Sample.membership(owner.id, organization.id, role: .owner), from: nil)
        }
    }

    /// Runs requests against the router, or over a socket.
    func serve<R: Sendable>(
        _ setup: TestingSetup = .router, readiness: Readiness = Readiness(parts: [:]),
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> R
    ) async throws -> R {
        let router = makeRouter(useCases, settings: settings, readiness: { readiness }, pages: { _ in })
        let app = Application(router: router, server: UsherServerConfiguration.http(), logger: log.logger)
        return try await app.test(setup) { try await body($0) }
    }
}

// MARK: - People and credentials

extension House {
    func organization(named name: String) async throws -> Organization {
        let made = Sample.organization(name: name)
        try await store.write { try $0.add(made) }
        return made
    }

    func member(_ local: String, role: Role, of organization: Organization? = nil, scopes: [String]? = nil)
        async throws -> User
    {
        let user = Sample.user(local)
        let membership = Sample.membership(
            user.id, (organization ?? self.organization).id, role: role, scopes: scopes.map { Scopes(stored: $0) })
        try await store.write { tx in
            _ = try tx.add(user, passwordHash: nil)
            _ = try tx.add(membership, from: nil)
        }
        return user
    }

    /// A member who holds a custom role; the store does not ask what such a role may allow.
    func member(_ local: String, holding permissions: PermissionSet) async throws -> User {
        let user = Sample.user(local)
        let role = Sample.role("of \(local)", of: organization.id, permissions.subtracting(.ownersOnly).permissions)
        let membership = Sample.membership(user.id, organization.id, as: role)
        try await store.write { tx in
            try tx.add(role)
            _ = try tx.add(user, passwordHash: nil)
            _ = try tx.add(membership, from: nil)
        }
        return user
    }

    /// A key of the organization, or of a person.
    func key(
        _ role: Role = .owner, of organization: Organization? = nil, user: User? = nil, scopes: [String]? = nil,
        expiresAt: Timestamp? = nil
    ) async throws -> String {
        let text = APIKeyText.make(random: effects.newSecret())
        let key = APIKey(
            id: Sample.id(), holder: user.map { .user($0.id) } ?? .organization((organization ?? self.organization).id),
            name: DisplayName(stored: "key"), role: role, scopes: scopes.map { Scopes(stored: $0) },
            createdAt: clock.now, updatedAt: clock.now, expiresAt: expiresAt)
        let hash = effects.hash(text)
        try await store.write { try $0.add(key, hash: hash, createdBy: nil) }
        return text
    }

    /// The value of a session's cookie.
    func session(of user: User) async throws -> String {
        let secret = effects.newSecret()
        let session = Session(
            hash: effects.hash(secret), user: user.id, createdAt: clock.now, lastSeenAt: clock.now,
            expiresAt: clock.now + .days(30))
        try await store.write { try $0.add(session) }
        return secret
    }

    func invitations() async throws -> [Invitation] {
        let (id, now) = (organization.id, clock.now)
        return try await store.read { tx in
            try tx.invitations(
                InvitationSelection(
                    organization: id, statuses: Set(Invitation.Status.allCases), limit: 1000, now: now))
        }
    }
}

/// Stands where the courier is: says what it is told to, and counts letters.
final class FakeDesk: Dispatch {
    private let state = Mutex<(verdict: LetterOutcome?, letters: [Letter])>((.handedOver(code: 250), []))

    var letters: [Letter] { state.withLock { $0.letters } }

    func say(_ verdict: LetterOutcome?) { state.withLock { $0.verdict = verdict } }

    func lease(at now: Timestamp) -> Lease { Lease(node: "desk", until: now + .minutes(1)) }

    func dispatch(_ letter: Letter, patience: Duration?) async -> LetterOutcome? {
        state.withLock { state in
            state.letters.append(letter)
            return patience == nil ? nil : state.verdict
        }
    }
}

/// Nobody signs in here.
struct NoHasher: PasswordHasher {
    func hash(_ password: Password) async throws -> String { "" }
    func verify(_ password: Password, against hash: String?) async throws -> PasswordVerdict { .wrong }
}

/// Keeps every line, as text.
final class LogRecorder: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { [self] _ in Handler(recorder: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            let line = "\(event.level) \(event.message) \(all)"
            recorder.lines.withLock { $0.append(line) }
        }
    }
}
