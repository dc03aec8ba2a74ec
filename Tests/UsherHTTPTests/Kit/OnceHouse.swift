import HTTPTypes
import HummingbirdTesting
import UsherAPI
import UsherClient
import UsherDomain
import UsherHTTP
import UsherSQL
import UsherTestKit
import UsherUseCases

/// A server on either engine whose tables can be counted.
struct OnceHouse: Sendable {
    let house: House
    let database: RecordingDatabase

    init(_ engine: Engine, quotas: Quotas = .off) async throws {
        database = try await engine.makeDatabase()
        house = try await House(store: SQLStore(database), publicURL: "http://localhost", quotas: quotas)
    }

    /// How many rows each table has. Keys and sessions are no effect; every change of a row is one of the audit.
    func counts() async throws -> [String: Int] {
        let tables = CopiedTable.all.filter { !["idempotency", "quotas", "sessions"].contains($0.name.text) }
        return try await database.base.transaction(writing: false) { session in
            try tables.reduce(into: [:]) { counts, table in
                var columns = try session.rows("SELECT COUNT(*) FROM \(table.name)").first?.columns
                counts[table.name.text] = try columns?.next(Int.self)
            }
        }
    }

    func texts(_ query: SQLQuery) async throws -> [String] {
        try await database.base.transaction(writing: false) { session in
            try session.rows(query).map { row in
                var columns = row.columns
                return try columns.next(String.self)
            }
        }
    }

    /// Behind the server's back.
    func change(_ statement: SQLQuery) async throws {
        _ = try await database.base.transaction(writing: true) { try $0.rows(statement) }
    }
}

/// One POST.
struct OnceCall: Sendable {
    let path: String
    let fields: HTTPFields
    let body: String?

    init(_ path: String, _ fields: HTTPFields, _ body: String? = nil) {
        self.path = path
        self.fields = fields
        self.body = body
    }

    func ask(_ client: any TestClientProtocol, key: String?) async throws -> Told {
        try await client.ask(.post, path, fields.with(.idempotencyKey, key), body: body)
    }

    /// The same caller asks for something else.
    var elsewhere: OnceCall {
        fields[.authorization] == nil
            ? OnceCall("/api/organization", fields, #"{"name":"Elsewhere"}"#)
            : OnceCall("/api/suppression", fields, #"{"email":"elsewhere@example.com"}"#)
    }
}

extension Told {
    /// What has to be the same.
    var answer: [String] { [String(status), headers[.location] ?? "", body] }
}

// MARK: - What there is before the call

extension OnceHouse {
    var id: ID<Organization> { house.organization.id }

    func admin() async throws -> HTTPFields { .asking(id, key: try await house.key(.owner)) }

    func owner() async throws -> HTTPFields { .asking(id, session: try await house.session(of: house.owner)) }

    func person(_ local: String) async throws -> (user: User, fields: HTTPFields) {
        let user = Sample.user(local)
        try await house.store.write { _ = try $0.add(user, passwordHash: nil) }
        return (user, .asking(id, session: try await house.session(of: user)))
    }

    /// An open offer of the owner's.
    @discardableResult
    func invitation(to local: String = "ada") async throws -> Invitation {
        let email = Sample.email(local)
        let made = Sample.invitation(to: email, in: id, by: .user(house.owner.id), createdAt: house.clock.now)
        let effects = house.effects
        _ = try await house.store.write { tx in
            try tx.add(
                made, codeHash: effects.hash(effects.code(of: made.id, generation: made.generation)),
                emailHash: effects.emailHash(email))
        }
        return made
    }

    func code(of invitation: Invitation) -> String {
        house.effects.code(of: invitation.id, generation: invitation.generation)
    }

    /// Somebody asks for a new link of an offer that expired.
    func request() async throws -> ID<InvitationRequest> {
        let offer = try await invitation()
        house.clock.advance(by: InvitationLife.usual)
        let asked = InvitationRequest(
            id: Sample.id(), organization: id, invitation: offer.id, otherEmail: nil, askedAt: house.clock.now)
        _ = try await house.store.write { try $0.ask(asked) }
        return asked.id
    }

    func joinRequest() async throws -> ID<JoinRequest> {
        let (user, now) = (try await person("grace").user, house.clock.now)
        let request = JoinRequest(
            id: Sample.id(), organization: id, user: user.id, domain: "example.com", role: .user, askedAt: now,
            expiresAt: now + .days(7))
        _ = try await house.store.write { try $0.add(request) }
        return request.id
    }

    /// A domain whose record is there; proved when `joining` is anything.
    func domain(_ client: any TestClientProtocol, joining: String? = nil) async throws -> String {
        let usher = client.usher(.apiKey(try await house.key(.owner)))
        let made = try await usher.createDomain(
            .init(domain: "example.com", joining: joining ?? "off"), of: id.rawValue)
        house.records.set([made.record.value], at: made.record.name)
        if joining != nil { _ = try await usher.verifyDomain(made.id, of: id.rawValue) }
        return made.id
    }

    /// The owner offers a member to take their place.
    func transfer(_ client: any TestClientProtocol) async throws -> HTTPFields {
        let member = try await house.member("mia", role: .admin)
        let offer = OnceCall(
            "/api/organization/\(id)/transfer", try await owner(), #"{"user_id":"\#(member.id)"}"#)
        _ = try await offer.ask(client, key: nil)
        return .asking(id, session: try await house.session(of: member))
    }
}
