import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit
import UsherUseCases

@testable import UsherHTTP

@Suite struct HardeningTests {
    private static let bodies: [String] = [
        #"{"email":"a@example.com","email":"b@example.com"}"#, "\u{FEFF}{}", #"{"email":"\ud800"}"#, "[]", "7", "null",
        "\"x\"", "", "{} {}", "{", #"{"email":NaN}"#, #"{"x":1e400}"#, #"{"x":9007199254740993}"#, "{/**/}",
        String(repeating: "[", count: 60_000), String(repeating: #"{"a":"#, count: 10_000),
        "[" + String(repeating: "9", count: 60_000) + "]", "[" + String(repeating: "0,", count: 30_000) + "0]",
    ]

    /// VAL-01, RES-06.
    @Test(arguments: bodies)
    func `a hostile body is 400, and nothing happens`(_ body: String) async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let told = try await house.serve { try await $0.ask(.post, "/api/invitation", fields, body: body) }
        #expect((told.status, told.code) == (400, "invalid_body"))
        #expect(house.desk.letters.isEmpty)
    }

    /// VAL-01, RES-07.
    @Test(
        arguments: [
            (.contentType, "text/json"), (.contentType, "application/json; charset=utf-7"),
            (.contentType, "application/json; charset=utf-16"), (.contentType, "application/jsonx"),
            (.contentEncoding, "gzip"), (.contentEncoding, "br"),
        ] as [(HTTPField.Name, String)])
    func `a body of another kind is 415`(_ name: HTTPField.Name, _ value: String) async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key()).with(name, value)
        let told = try await house.serve { try await $0.ask(.post, "/api/invitation", fields, body: invitationJSON()) }
        #expect((told.status, told.code) == (415, "unsupported_media_type"))
    }

    @Test(arguments: ["application/json", "Application/JSON; Charset=UTF-8", "application/json;charset=\"utf-8\""])
    func `JSON in UTF-8 is taken however it is spelled`(_ type: String) async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key()).with(.contentType, type)
        let told = try await house.serve { try await $0.ask(.post, "/api/invitation", fields, body: invitationJSON()) }
        #expect(told.status == 204)
    }

    /// RES-05.
    @Test func `a body at the limit is read and one byte more is not`() async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let base = invitationJSON()
        let limit = house.settings.bodyLimit
        try await house.serve { client in
            let full = base + String(repeating: " ", count: limit - base.utf8.count)
            #expect(try await client.ask(.post, "/api/invitation", fields, body: full).status == 204)
            let told = try await client.ask(.post, "/api/invitation", fields, body: full + " ")
            #expect((told.status, told.code) == (413, "body_too_large"))
            #expect(told.headers[.connection] == "close")
        }
        #expect(house.desk.letters.count == 1)
    }

    /// RES-04.
    @Test func `oversize URLs and fields are refused`() async throws {
        let house = try await House()
        try await house.serve { client in
            let uri = try await client.ask(.get, "/api/health?" + String(repeating: "x", count: 9000))
            #expect((uri.status, uri.code) == (414, "uri_too_long"))
            let fields = try await client.ask(
                .get, "/api/health", [.userAgent: String(repeating: "x", count: 33_000)])
            #expect((fields.status, fields.code) == (431, "headers_too_large"))
        }
    }

    /// RES-04, over a socket: what the parser itself stops.
    @Test func `the parser stops what is far too long`() async throws {
        let house = try await House()
        try await house.serve(.live) { client in
            let fields = try? await client.ask(.get, "/livez", [.userAgent: String(repeating: "x", count: 200_000)])
            #expect(fields == nil || [400, 431].contains(fields?.status))
            let uri = try? await client.ask(.get, "/livez?" + String(repeating: "x", count: 200_000))
            #expect(uri == nil || [400, 414].contains(uri?.status))
        }
        try await house.serve(.live) { client async throws in
            #expect(try await client.ask(.get, "/livez").status == 200)
        }
    }

    /// WEB-01, WEB-02, WEB-19, VAL-16.
    @Test func `every answer carries the fields that protect it`() async throws {
        let house = try await House(publicURL: "https://usher.example.com")
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        try await house.serve { client in
            let answers = [
                try await client.ask(.get, "/livez"), try await client.ask(.get, "/readyz"),
                try await client.ask(.get, "/api/health"), try await client.ask(.get, "/openapi.json"),
                try await client.ask(.get, "/nothing"), try await client.ask(.put, "/api/auth"),
                try await client.ask(.get, "/api/auth?inv_code=x"), try await client.ask(.get, "/api/auth/me"),
                try await client.ask(.post, "/api/invitation", fields, body: invitationJSON()),
                try await client.ask(.post, "/api/invitation", fields, body: "{"),
                try await client.ask(
                    .options, "/api/invitation",
                    [.origin: "https://evil.example", .accessControlRequestMethod: "POST"]),
            ]
            for told in answers {
                #expect(told.headers[.xContentTypeOptions] == "nosniff")
                #expect(told.headers[.referrerPolicy] == "no-referrer")
                #expect(told.headers[.openerPolicy] == "same-origin")
                #expect(told.headers[.crossOriginResourcePolicy] == "same-origin")
                #expect(told.headers[.permissionsPolicy] != nil)
                #expect(told.headers[.cacheControl] == "no-store")
                #expect(told.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
                #expect(told.headers[.strictTransportSecurity] != nil)
                #expect(told.headers[.requestID] != nil)
                #expect(told.headers[.server] == nil)
                #expect(told.headers[.accessControlAllowOrigin] == nil)
                guard told.status >= 400 else { continue }
                #expect(told.headers[.contentType] == "application/problem+json; charset=utf-8")
                #expect(told.problem?.status == told.status)
                #expect(told.problem?.requestID == told.headers[.requestID])
            }
        }
        let plain = try await House()
        let told = try await plain.serve { try await $0.ask(.get, "/livez") }
        #expect(told.headers[.strictTransportSecurity] == nil)
    }

    @Test(
        arguments: [
            (nil, "problem+json"), ("*/*", "problem+json"), ("application/json", "json"),
            ("application/json, application/problem+json", "problem+json"), ("text/html", "problem+json"),
            ("text/plain, application/json;q=0.9", "json"),
        ] as [(String?, String)])
    func `a client that knows only JSON gets the same bytes as JSON`(_ accept: String?, _ type: String) async throws {
        let house = try await House()
        let fields = HTTPFields().with(.accept, accept).with(.requestID, "same")
        let told = try await house.serve { try await $0.ask(.get, "/api/auth/me", fields) }
        #expect(told.headers[.contentType] == "application/\(type); charset=utf-8")
        #expect(told.problem?.requestID == "same")
        #expect(told.code == "not_signed_in")
    }

    /// VAL-20.
    @Test(arguments: [
        ("abc-1._Z", true), ("", false), ("a b", false), (String(repeating: "x", count: 65), false), ("é", false),
    ])
    func `a harmless request id is echoed and another is replaced`(_ id: String, _ echoed: Bool) async throws {
        let house = try await House()
        let told = try await house.serve { try await $0.ask(.get, "/livez", [.requestID: id]) }
        #expect((told.headers[.requestID] == id) == echoed)
        #expect(told.headers[.requestID]?.isEmpty == false)
    }

    /// WEB-18.
    @Test func `a request for another host is not answered here`() async throws {
        var house = try await House(publicURL: "https://usher.example.com", isDevelopment: false)
        house.settings.hosts = ["usher.example.com"]
        let foreign = try await house.serve { try await $0.ask(.get, "/api/health") }
        #expect((foreign.status, foreign.code) == (421, "misdirected_request"))
        let probe = try await house.serve { try await $0.ask(.get, "/livez") }
        #expect(probe.status == 200)
        let check = CheckRequest(hosts: ["usher.example.com"])
        for host in ["usher.example.com:444", "usher.example.com.evil.example", "192.0.2.1", "evil.example", ""] {
            let request = Request(
                head: HTTPRequest(method: .get, scheme: "https", authority: host, path: "/"),
                body: RequestBody(buffer: ByteBuffer()))
            #expect(throws: HTTPFault.self, "\(host)") { try check.checkHost(request) }
        }
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "https", authority: "Usher.Example.com", path: "/"),
            body: RequestBody(buffer: ByteBuffer()))
        #expect(throws: Never.self) { try check.checkHost(request) }
    }

    /// VAL-20, VAL-22.
    @Test func `control characters make no new line in a field or the log`() async throws {
        let house = try await House()
        try await house.serve { client in
            let told = try await client.ask(
                .get, "/api/auth?inv_code=a%0d%0aSet-Cookie:x%3d1&redirect_uri=%0a%1b%5b31m&next=//evil.example&x=1")
            #expect(told.status == 303)
            #expect(told.headers[.location] == "/auth?inv_code=a%0D%0ASet-Cookie%3Ax%3D1&redirect_uri=%0A%1B%5B31m")
            #expect(told.headers[.setCookie] == nil)
        }
        #expect(!house.log.text.contains("\u{1b}"))
        #expect(!house.log.text.contains("Set-Cookie"))
    }

    /// INV-19.
    @Test(arguments: Engine.available)
    func `no secret, address or path reaches the log`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let key = try await house.key()
        let session = try await house.session(of: house.owner)
        let fields = HTTPFields.asking(house.organization.id, key: key)
        let code = try await house.serve { client in
            _ = try await client.ask(.post, "/api/invitation", fields, body: invitationJSON())
            let made = try #require(try await house.invitations().first)
            let code = house.effects.code(of: made.id, generation: made.generation)
            _ = try await client.ask(.get, "/api/auth?inv_code=\(code)&redirect_uri=x")
            _ = try await client.ask(.get, "/api/invitations/\(code)", fields)
            _ = try await client.ask(.get, "/\(code)", [.cookie: "usher_session=\(session)"])
            _ = try await client.ask(.post, "/api/invitation", fields, body: "{\"\(code)\"")
            return code
        }
        let log = house.log.text
        for secret in [code, key, session, "ada@example.com", "inv_code"] { #expect(!log.contains(secret)) }
        #expect(house.log.all.filter { $0.contains("handled") }.count == 5)
        #expect(log.contains("/api/invitations/"))
    }

    @Test func `a fault tells the client nothing and the log everything, once`() async throws {
        let broken = BrokenStore(error: Fault())
        let house = try await House()
        let useCases = UseCases(
            store: broken, effects: house.effects, hasher: NoHasher(), passwordPolicy: house.useCases.passwordPolicy,
            rules: house.useCases.rules, dispatch: house.desk)
        let key = try await house.key()
        let router = makeRouter(
            useCases, settings: house.settings, readiness: { Readiness(parts: ["database": false]) }, pages: { _ in })
        let app = Application(router: router, logger: house.log.logger)
        try await app.test(.router) { client in
            let told = try await client.ask(.get, "/api/auth/me", [.authorization: key])
            #expect((told.status, told.code) == (500, "internal"))
            #expect(!told.body.contains("secret detail"))
            broken.error = StoreUnavailable("the database is away", retryAfter: .seconds(3))
            let away = try await client.ask(.get, "/api/auth/me", [.authorization: key])
            #expect((away.status, away.code, away.headers[.retryAfter]) == (503, "unavailable", "3"))
            let ready = try await client.ask(.get, "/readyz")
            #expect((ready.status, ready.body) == (503, #"{"parts":{"database":false},"status":"unavailable"}"#))
            #expect(try await client.ask(.get, "/livez").status == 200)
        }
        #expect(house.log.all.filter { $0.contains("secret detail") }.count == 1)
    }
}

private struct Fault: Error { let text = "secret detail" }

private final class BrokenStore: Store, @unchecked Sendable {
    // Written between requests only.
    var error: any Error

    init(error: any Error) { self.error = error }

    func read<R: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws -> R) async throws -> R { throw error }
    func write<R: Sendable>(_ body: @escaping @Sendable (any StoreWriter) throws -> R) async throws -> R { throw error }
}
