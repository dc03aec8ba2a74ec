import FoundationEssentials
import UsherAPI

/// Calls an Usher server.
///
/// ```swift
/// let client = UsherClient(baseURL: "https://usher.example.com", apiKey: key)
/// let outcome = try await client.invite(
///     CreateInvitation(
///         email: "ada@example.com", userRole: 0, appURL: "https://app.example.com",
///         redirectURI: "https://app.example.com/welcome"),
///     to: organization)
/// ```
///
/// A value: copy it as you like. It holds no connection; the transport does.
public struct UsherClient: Sendable {
    /// Sends one request and returns its answer, whatever its status. It must not follow redirects: the credential
    /// is for this server only.
    public typealias Transport = @Sendable (UsherRequest) async throws -> UsherResponse

    /// Sends one request and returns as soon as its answer begins. It must not follow redirects either.
    public typealias StreamingTransport = @Sendable (UsherRequest) async throws -> UsherStream

    private let baseURL: String
    private let credential: Credential
    private let transport: Transport

    /// How often a request is sent again when no answer came, or 503: what reads, and each POST with an idempotency key.
    /// With one retry or more, a POST without a key gets a random one, so that it has one effect however often it is
    /// sent. The pauses are half a second, one, two, four, then eight; or as the server asks, up to 30 seconds.
    public var retries = 0

    /// How answers travel that go on for long. Nil, as with a transport of one's own: they do not, and `waitForPlan` asks
    /// again and again instead.
    public var streaming: StreamingTransport?

    /// What the server knows the caller by.
    public enum Credential: Sendable {
        /// A key of an organization or a person.
        case apiKey(String)
        /// The value of a signed-in browser's session cookie.
        case session(String)
        /// Nobody.
        case none
    }

    /// - Parameters:
    ///   - baseURL: the server's public URL, without a path.
    ///   - credential: sent with every request.
    ///   - transport: how requests travel.
    public init(baseURL: String, credential: Credential, transport: @escaping Transport) {
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.credential = credential
        self.transport = transport
    }

    /// A client over HTTP: `httpTransport()` and `httpStreaming()`.
    public init(baseURL: String, credential: Credential) {
        self.init(baseURL: baseURL, credential: credential, transport: Self.httpTransport())
        streaming = Self.httpStreaming()
    }

    /// A client with an API key, over HTTP.
    public init(baseURL: String, apiKey: String) { self.init(baseURL: baseURL, credential: .apiKey(apiKey)) }
}

// MARK: - One call

extension UsherClient {
    /// - Throws: `UsherError` when the server says no, `DecodingError` when it makes no sense, or what the transport
    ///   throws when there is no answer.
    func call(
        _ method: String, _ path: String, organization: String? = nil, body: (any Encodable)? = nil,
        csv: [UInt8]? = nil, idempotencyKey: String? = nil, headers: [(String, String)] = []
    ) async throws -> UsherResponse {
        let key = idempotencyKey ?? (method == "POST" && retries > 0 ? Self.newKey() : nil)
        let request = try request(
            method, path, organization: organization, body: body, csv: csv,
            headers: headers + (key.map { [("Idempotency-Key", Self.quoted($0))] } ?? []))
        let response = try await answer(to: request, retries: method == "GET" || key != nil ? retries : 0)
        guard (200..<300).contains(response.status) else { throw UsherError(response) }
        return response
    }

    func request(
        _ method: String, _ path: String, organization: String?, body: (any Encodable)? = nil, csv: [UInt8]? = nil,
        headers: [(String, String)], accept: String = "application/json, application/problem+json"
    ) throws -> UsherRequest {
        var fields = headers + [("Accept", accept)]
        if let organization { fields.append(("TR-Organization", organization)) }
        switch credential {
        case .apiKey(let key): fields.append(("Authorization", key))
        case .session(let secret): fields.append(("Cookie", "Authorization=\(secret)"))
        case .none: break
        }
        var bytes = csv
        if csv != nil { fields.append(("Content-Type", "text/csv; charset=utf-8")) }
        if let body {
            // The same request has the same bytes, or its idempotency key would not know it again.
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            bytes = Array(try encoder.encode(body))
            fields.append(("Content-Type", "application/json"))
        }
        return UsherRequest(method: method, url: baseURL + path, headers: fields, body: bytes)
    }

    /// The first answer that is not "try again".
    private func answer(to request: UsherRequest, retries: Int) async throws -> UsherResponse {
        for attempt in 0..<max(retries, 0) {
            var pause = Duration.milliseconds(500 << min(attempt, 4))
            do {
                let response = try await transport(request)
                guard response.status == 503 else { return response }
                pause = max(pause, min(UsherError(response).retryAfter ?? .zero, .seconds(30)))
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // Nobody knows what became of it: that is what the key is for.
            }
            try await Task.sleep(for: pause)
        }
        return try await transport(request)
    }

    /// 128 random bits, in hexadecimal.
    private static func newKey() -> String {
        (0..<2).map { _ in String(UInt64.random(in: 1 << 60 ... .max), radix: 16) }.joined()
    }

    /// RFC 3986 section 2.3: everything but the unreserved characters is escaped.
    static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if isPlain || "-._~".utf8.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" + digits : digits)
        }.joined()
    }

    func decode<Body: Decodable>(_ type: Body.Type = Body.self, from response: UsherResponse) throws -> Body {
        try JSONDecoder().decode(type, from: Data(response.body))
    }
}

/// One request as a transport takes it.
public struct UsherRequest: Sendable {
    /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`.
    public var method: String
    /// Absolute.
    public var url: String
    /// In order; names may repeat. Holds the credential: don't log it.
    public var headers: [(name: String, value: String)]
    /// JSON, if anything.
    public var body: [UInt8]?

    /// Describes a request.
    public init(method: String, url: String, headers: [(String, String)], body: [UInt8]?) {
        self.method = method
        self.url = url
        self.headers = headers.map { (name: $0.0, value: $0.1) }
        self.body = body
    }
}

/// One answer as a transport returns it.
public struct UsherResponse: Sendable {
    /// The HTTP status.
    public var status: Int
    /// In order; names may repeat.
    public var headers: [(name: String, value: String)]
    /// Empty when there is none.
    public var body: [UInt8]

    /// Describes an answer.
    public init(status: Int, headers: [(String, String)], body: [UInt8]) {
        self.status = status
        self.headers = headers.map { (name: $0.0, value: $0.1) }
        self.body = body
    }

    /// The first field of a name, in any case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
