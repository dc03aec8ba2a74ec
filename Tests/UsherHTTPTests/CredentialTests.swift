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

@Suite struct CredentialTests {
    private func status(_ house: House, _ fields: HTTPFields, _ uri: String = "/api/auth/me") async throws -> Int {
        try await house.serve { try await $0.ask(.get, uri, fields).status }
    }

    @Test func `a key is taken bare, as a bearer, and from its own field`() async throws {
        let house = try await House()
        let key = try await house.key(user: house.owner)
        for fields: HTTPFields in [
            [.authorization: key], [.authorization: "Bearer \(key)"], [.authorization: "bEARER  \(key)"],
            [.apiKey: key], [.authorization: key, .apiKey: key], [.authorization: "", .apiKey: key],
        ] { #expect(try await status(house, fields) == 200) }
    }

    /// AUT-19, AUT-21, AUT-22.
    @Test func `anything else is nobody`() async throws {
        let house = try await House()
        let key = try await house.key(user: house.owner)
        let other = try await house.key(user: house.owner)
        let session = try await house.session(of: house.owner)
        let wrong = key.dropLast() + (key.hasSuffix("0") ? "1" : "0")
        let bad: [HTTPFields] = [
            [:], [.authorization: ""], [.authorization: "Basic \(key)"], [.authorization: "Bearer"],
            [.authorization: "Token \(key)"], [.authorization: String(key.dropLast())], [.authorization: key + "A"],
            [.authorization: String(wrong)], [.authorization: key.uppercased()], [.authorization: key + "="],
            [.authorization: key + "%20"], [.authorization: "null"], [.authorization: "[]"], [.authorization: "{}"],
            [.authorization: "0"], [.authorization: key, .apiKey: other], [.cookie: "Authorization=\(key)"],
            [.cookie: "usher_session=\(key)"], [.authorization: session], [.cookie: "usher_session="],
            [.cookie: "usher_session=null"], [.cookie: "usher_session=\(session)="],
            [.cookie: "usher_session=\(session.dropLast())"], [.cookie: "usher_session=\(session)A"],
            [.cookie: "usher_session=\(session); usher_session=\(session)"],
        ]
        for fields in bad { #expect(try await status(house, fields) == 401, "\(fields)") }
        #expect(try await status(house, [:], "/api/auth/me?api_key=\(key)&Authorization=\(key)") == 401)
    }

    @Test func `a key that came along wins over a cookie, also when it is wrong`() async throws {
        let house = try await House()
        let session = try await house.session(of: house.owner)
        let cookie = "usher_session=\(session)"
        #expect(try await status(house, [.cookie: cookie]) == 200)
        #expect(try await status(house, [.cookie: cookie, .authorization: "ush_wrong"]) == 401)
        #expect(try await status(house, [.cookie: "Authorization=\(session)"]) == 200)
    }

    @Test func `over TLS only the cookie with the prefix is ours`() async throws {
        let house = try await House(publicURL: "https://usher.example.com", isDevelopment: false)
        let session = try await house.session(of: house.owner)
        #expect(try await status(house, [.cookie: "usher_session=\(session)"]) == 401)
        #expect(try await status(house, [.cookie: "__Host-usher_session=\(session)"]) == 200)
    }

    @Test func `an organization's key is nobody in particular`() async throws {
        let house = try await House()
        let key = try await house.key()
        let told = try await house.serve { try await $0.ask(.get, "/api/auth/me", [.authorization: key]) }
        #expect((told.status, told.code) == (400, "person_required"))
    }

    @Test func `a person learns who they are`() async throws {
        let house = try await House()
        let session = try await house.session(of: house.owner)
        let me = try await house.serve { try await $0.usher(.session(session)).me() }
        #expect(me.id == house.owner.id.rawValue)
        #expect(me.email == "owner@example.com")
        #expect(me.orgs.map(\.name) == ["Example"])
        #expect(me.userOrgs.map(\.role) == [2])
    }

    /// AUT-02, WEB-15.
    @Test func `signing out ends the session for real`() async throws {
        let house = try await House()
        let session = try await house.session(of: house.owner)
        try await house.serve { client async throws in
            let told = try await client.ask(.delete, "/api/auth", [.cookie: "usher_session=\(session)"])
            #expect(told.status == 200)
            #expect(told.body == #"{"logout_url":"http://localhost/sign-in"}"#)
            #expect(told.headers[.setCookie]?.hasPrefix("usher_session=; Path=/; Max-Age=0") == true)
            #expect(told.headers[.clearSiteData] != nil)
            #expect(try await client.ask(.get, "/api/auth/me", [.cookie: "usher_session=\(session)"]).status == 401)
            #expect(try await client.ask(.delete, "/api/auth").status == 200)
        }
    }

    /// WEB-04.
    @Test(
        arguments: [
            [.secFetchSite: "cross-site"], [.secFetchSite: "same-site"], [.origin: "null"],
            [.origin: "https://evil.example"],
            [.origin: "http://sub.localhost"], [.origin: "http://localhost.evil.example"], [.origin: ""],
            [.secFetchSite: "same-origin", .origin: "https://evil.example"],
        ] as [HTTPFields])
    func `another site's page cannot use a session`(_ site: HTTPFields) async throws {
        let house = try await House()
        let session = try await house.session(of: house.owner)
        var fields = HTTPFields.asking(house.organization.id, session: session)
        for field in site { fields[field.name] = field.value }
        let headers = fields
        try await house.serve { client async throws in
            let invited = try await client.ask(.post, "/api/invitation", headers, body: invitationJSON())
            #expect((invited.status, invited.code) == (403, "cross_site"))
            #expect(try await client.ask(.delete, "/api/auth", headers).status == 403)
            #expect(try await client.ask(.get, "/api/auth/me", headers).status == 200)
        }
        #expect(house.desk.letters.isEmpty)
    }

    /// WEB-04.
    @Test func `our own pages and programs can, and only with JSON`() async throws {
        let house = try await House()
        let session = try await house.session(of: house.owner)
        let key = try await house.key()
        let (cookie, program) = (
            HTTPFields.asking(house.organization.id, session: session),
            HTTPFields.asking(house.organization.id, key: key)
        )
        try await house.serve { client async throws in
            func send(_ fields: HTTPFields, _ email: String) async throws -> Int {
                let body = invitationJSON(["email": "\"\(email)\""])
                return try await client.ask(.post, "/api/invitation", fields, body: body).status
            }
            let own = cookie.with(.secFetchSite, "same-origin").with(.origin, "http://localhost")
            #expect(try await send(own, "a@example.com") == 204)
            #expect(try await send(cookie, "b@example.com") == 204)
            #expect(try await send(program.with(.origin, "https://app.example.com"), "c@example.com") == 204)
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
                #expect(try await send(cookie.with(.contentType, type), "d@example.com") == 415)
            }
        }
        #expect(house.desk.letters.count == 3)
    }

    /// AUT-15.
    @Test func `only a trusted proxy tells whose address it is`() async throws {
        func peer(_ proxies: [String], _ forwarded: String?) async throws -> String {
            var house = try await House(quotas: .usual)
            house.settings.trustedProxies = proxies
            let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
                .with(.forwardedFor, forwarded)
            let settings = house.settings
            let told = Identify(settings: settings, effects: house.effects)
            return told.peer(fields, connection: "192.0.2.1")
        }
        #expect(try await peer([], "198.51.100.9") == "192.0.2.1")
        #expect(try await peer(["192.0.2.1"], "198.51.100.9") == "198.51.100.9")
        #expect(try await peer(["192.0.2.1"], "203.0.113.5, 198.51.100.9") == "198.51.100.9")
        #expect(try await peer(["192.0.2.1", "198.51.100.9"], "203.0.113.5, 198.51.100.9") == "203.0.113.5")
        #expect(try await peer(["192.0.2.1"], "junk") == "192.0.2.1")
        #expect(try await peer(["192.0.2.1"], nil) == "192.0.2.1")
    }
}
