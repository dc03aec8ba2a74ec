import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import UsherDomain
import UsherHTTP
import UsherPages
import UsherSecrets
import UsherTestKit
import UsherUseCases

/// A server with pages and one organization, whose clock the test holds.
struct PageHouse: Sendable {
    let store: any Store
    let clock = FixedEffects()
    let effects: Effects
    let post = PageDesk()
    let useCases: UseCases
    let settings: HTTPSettings
    let organization: Organization
    let owner = Sample.user("owner", name: "Olga Owner")

    init(
        _ engine: Engine = .sqlite, publicURL: String = "https://localhost", organization name: String = "Example",
        quotas: Quotas = .usual,
        isDevelopment: Bool = false, hasAdmin: Bool = true
    ) async throws {
        store = try await engine.makeStore()
        var effects = Effects.live(key: ServerKey())
        effects.now = { [clock] in clock.now }
        self.effects = effects
        let url = WebURL(text: publicURL, origin: Origin(stored: publicURL))
        settings = HTTPSettings(publicURL: url, isDevelopment: isDevelopment)
        useCases = UseCases(
            store: store, effects: effects, hasher: PlainHasher(),
            passwordPolicy: PasswordPolicy(rules: PasswordRules(), isCommon: { $0 == "correct horse battery" }),
            rules: ServerRules(appName: "Usher", ownOrigin: url.origin, allowsLoopback: false, quotas: quotas),
            dispatch: post)
        organization = Sample.organization(name: name)
        let (organization, owner) = (organization, owner)
        try await store.write { tx in
            try tx.add(organization)
            _ = try tx.add(owner, passwordHash: hasAdmin ? "plain:the owner's own password" : nil)
            _ = try tx.add(Sample.membership(owner.id, organization.id, role: .owner), from: nil)
        }
    }

    /// Runs the body with browsers of its own making.
    func serve<R: Sendable>(
        _ body: @escaping @Sendable (_ open: @Sendable () -> Browser) async throws -> R
    ) async throws -> R {
        let router = makeRouter(useCases, settings: settings, readiness: { Readiness(parts: [:]) }) { router in
            PageRoutes(useCases: useCases, settings: settings).add(to: router)
        }
        return try await Application(router: router).test(.router) { client in
            try await body { Browser(client) }
        }
    }

    /// An open invitation and its code.
    func invite(
        _ local: String = "ada", role: Role = .user, locale: String? = "en", to target: String? = nil,
        derived: Bool = false, called name: String? = nil
    ) async throws -> (invitation: Invitation, code: String) {
        var invitation = Sample.invitation(
            to: Sample.email(local), in: organization.id, by: .user(owner.id), role: role, createdAt: clock.now)
        invitation.locale = locale
        invitation.extras.name = name.map { DisplayName(stored: $0) }
        if let target {
            let origin = target.split(separator: "/").prefix(2).joined(separator: "//")
            invitation.redirectURI = WebURL(text: target, origin: Origin(stored: origin))
        }
        let code = derived ? effects.code(of: invitation.id, generation: 1) : effects.newSecret()
        let (made, codeHash, emailHash) = (invitation, effects.hash(code), effects.emailHash(invitation.email))
        _ = try await store.write { try $0.add(made, codeHash: codeHash, emailHash: emailHash) }
        return (invitation, code)
    }

    func person(_ local: String, password: String?, isVerified: Bool = true) async throws -> User {
        let sample = Sample.user(local, name: nil)
        let user = User(
            id: sample.id, email: sample.email, name: nil, verifiedAt: isVerified ? clock.now : nil,
            createdAt: clock.now, updatedAt: clock.now)
        _ = try await store.write { try $0.add(user, passwordHash: password.map { "plain:\($0)" }) }
        return user
    }

    func session(of user: User) async throws -> String {
        let secret = effects.newSecret()
        let session = Session(
            hash: effects.hash(secret), user: user.id, createdAt: clock.now, lastSeenAt: clock.now,
            expiresAt: clock.now + .days(30))
        try await store.write { try $0.add(session) }
        return secret
    }

    func status(_ invitation: Invitation) async throws -> Invitation.Status? {
        try await store.read { try $0.invitation(invitation.id, in: invitation.organization)?.status }
    }

    func role(_ local: String) async throws -> Role? {
        let (email, organization) = (Sample.email(local), organization.id)
        return try await store.read { tx in
            guard let user = try tx.account(of: email)?.user else { return nil }
            return try tx.membership(of: user.id, in: organization)?.role
        }
    }

    func hasAccount(_ local: String) async throws -> Bool {
        let email = Sample.email(local)
        return try await store.read { try $0.account(of: email) != nil }
    }
}

/// A browser without scripts: keeps cookies, sends what browsers send, and reads forms.
final class Browser: Sendable {
    private let client: any TestClientProtocol
    private let jar = Mutex<[String: String]>([:])

    init(_ client: any TestClientProtocol) { self.client = client }

    subscript(cookie name: String) -> String? {
        get { jar.withLock { $0[name] } }
        set { jar.withLock { $0[name] = newValue } }
    }

    var session: String? {
        get { self[cookie: "__Host-usher_session"] }
        set { self[cookie: "__Host-usher_session"] = newValue }
    }

    func get(_ uri: String, _ method: HTTPRequest.Method = .get, _ more: [String: String] = [:]) async throws -> Page {
        try await send(method, uri, more, body: nil)
    }

    /// Opens a link and goes where it leads.
    func open(_ uri: String) async throws -> Page {
        let page = try await get(uri)
        guard page.status == 303, let location = page.headers[.location], location.hasPrefix("/") else { return page }
        return try await open(location)
    }

    /// Sends a form of a page, with its token and hidden fields.
    func submit(_ page: Page, _ action: String, _ fields: [String: String] = [:]) async throws -> Page {
        try await post(action, page.hidden(of: action).merging(fields) { $1 })
    }

    func post(
        _ uri: String, _ fields: [String: String], _ more: [String: String] = ["Sec-Fetch-Site": "same-origin"]
    ) async throws -> Page {
        let body = fields.sorted { $0.key < $1.key }.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }
        var headers = more
        headers["Content-Type"] = headers["Content-Type"] ?? "application/x-www-form-urlencoded"
        return try await send(.post, uri, headers, body: body.joined(separator: "&"))
    }

    private func send(
        _ method: HTTPRequest.Method, _ uri: String, _ more: [String: String], body: String?
    ) async throws -> Page {
        var headers = HTTPFields()
        for (name, value) in more { if let name = HTTPField.Name(name) { headers[name] = value } }
        let cookies = jar.withLock { $0.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
        if !cookies.isEmpty, headers[.cookie] == nil { headers[.cookie] = cookies }
        let response = try await client.execute(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        for cookie in response.headers[values: .setCookie] { keep(cookie) }
        return Page(status: response.status.code, headers: response.headers, body: String(buffer: response.body))
    }

    private func keep(_ cookie: String) {
        let parts = cookie.split(separator: ";").map { $0.drop { $0 == " " } }
        guard let pair = parts.first?.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false),
            pair.count == 2
        else { return }
        jar.withLock { $0[String(pair[0])] = parts.contains("Max-Age=0") ? nil : String(pair[1]) }
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { byte in
            let isPlain =
                byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
            return isPlain
                ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
    }
}

struct Page: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: String

    /// The letter or word of the state.
    var state: String? { body.between("data-state=\"", "\"") }
    var location: String? { headers[.location] }
    var cookies: [String] { headers[values: .setCookie] }

    func hidden(of action: String) -> [String: String] {
        guard let form = body.between("<form method=\"post\" action=\"\(action)\"", "</form>") else { return [:] }
        var found: [String: String] = [:]
        for part in form.components(of: "<input type=\"hidden\" name=\"").dropFirst() {
            guard let name = part.between("", "\""), let value = part.between("value=\"", "\"") else { continue }
            found[name] = value
        }
        return found
    }
}

extension String {
    func between(_ start: String, _ end: String) -> String? {
        let from: Index
        if start.isEmpty {
            from = startIndex
        } else {
            guard let range = firstRange(of: start) else { return nil }
            from = range.upperBound
        }
        guard let to = self[from...].firstRange(of: end)?.lowerBound else { return nil }
        return String(self[from..<to])
    }

    func components(of separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}

/// Counts the letters that are left with it.
final class PageDesk: Dispatch {
    private let kept = Mutex<[Letter]>([])

    var letters: [Letter] { kept.withLock { $0 } }

    func lease(at now: Timestamp) -> Lease { Lease(node: "desk", until: now + .minutes(1)) }

    func dispatch(_ letter: Letter, patience: Duration?) async -> LetterOutcome? {
        kept.withLock { $0.append(letter) }
        return nil
    }
}

/// Keeps passwords as they are: quick, and of no use but here.
struct PlainHasher: PasswordHasher {
    func hash(_ password: Password) async throws -> String { "plain:\(password.secret.reveal())" }

    func verify(_ password: Password, against hash: String?) async throws -> PasswordVerdict {
        hash == "plain:\(password.secret.reveal())" ? .right(outdated: false) : .wrong
    }
}
