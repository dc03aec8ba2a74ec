import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit
import UsherUseCases

/// The suppression list, as admins use it (EML-20, EML-21).
@Suite struct SuppressionTests {
    private func invite(_ client: UsherClient, _ email: String, _ house: House) async throws -> String? {
        do {
            _ = try await client.invite(.to(email), to: house.organization.id.rawValue)
            return nil
        } catch let error as UsherError { return error.code.rawValue }
    }

    private func says(_ error: any Error, _ code: ErrorCode, _ status: Int) -> Bool {
        guard let error = error as? UsherError else { return false }
        return error.code == code && error.status == status
    }

    /// EML-21: the catalogue would have the invitation made and not mailed. The frozen contract says 400 and
    /// `recipient_suppressed` for this call, and 204 there means that the mail was sent; so nothing is made.
    @Test(arguments: Engine.available)
    func `EML-21 an admin suppresses an address, and lifts what an admin asked for`(_ engine: Engine) async throws {
        let house = try await House(engine)
        let key = try await house.key(.admin)
        let id = house.organization.id.rawValue
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let made = try await usher.suppress("Ada@Example.com", in: id)
            #expect(made.source == "admin" && made.hash.utf8.count == 43)
            #expect(try await usher.suppress("ada@example.com", in: id) == made)
            #expect(try await usher.suppression(of: "ADA@example.com", in: id) == made)
            #expect(try await usher.suppressions(of: id).elements == [made])
            #expect(try await invite(usher, "ada@example.com", house) == "recipient_suppressed")
            #expect(house.desk.letters.isEmpty)
            try await usher.removeSuppression(of: "ada@example.com", in: id)
            await #expect { try await usher.removeSuppression(of: "ada@example.com", in: id) } throws: {
                says($0, .suppressionNotFound, 404)
            }
            #expect(try await invite(usher, "ada@example.com", house) == nil)
            let actions = try await usher.audit(of: id).elements.map(\.action)
            #expect(actions == ["invitation.created", "suppression.removed", "suppression.created"])
        }
    }

    @Test(arguments: Engine.available)
    func `EML-20 no admin lifts what the owner of the address asked for, or learns who it is`(_ engine: Engine)
        async throws
    {
        let house = try await House(engine)
        let key = try await house.key(.owner)
        let (organization, id) = (house.organization.id, house.organization.id.rawValue)
        let hash = house.effects.emailHash(Sample.email("ada"))
        try await house.store.write { try $0.suppress(hash, in: organization, at: house.clock.now) }
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            await #expect { try await usher.removeSuppression(of: "ada@example.com", in: id) } throws: {
                says($0, .suppressionProtected, 400)
            }
            // Asking for it again does not make it theirs.
            #expect(try await usher.suppress("ada@example.com", in: id).source == "invitee")
            await #expect(throws: UsherError.self) { try await usher.removeSuppression(of: "ada@example.com", in: id) }
            #expect(try await invite(usher, "ada@example.com", house) == "recipient_suppressed")
            let told = try await client.ask(.get, "/api/suppression", .asking(organization, key: key))
            // Whole: hexadecimal digits may make three letters of it.
            #expect(!told.body.contains("ada@"))
        }
        let operatorList = house.useCases.suppressions
        try await operatorList.removeByOperator(Sample.email("ada"), in: organization)
        #expect(try await house.store.read { try $0.suppression(of: hash, in: organization) } == nil)
    }

    @Test func `pages follow each other; cursors and bodies that are none are refused`() async throws {
        let house = try await House()
        let other = try await house.organization(named: "Other")
        let (key, theirs) = (try await house.key(), try await house.key(of: other))
        let id = house.organization.id.rawValue
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            for index in 0..<5 {
                _ = try await usher.suppress("a\(index)@example.com", in: id)
                house.clock.advance(by: .seconds(1))
            }
            var (seen, cursor): ([SuppressionBody], String?) = ([], nil)
            repeat {
                let page = try await usher.suppressions(of: id, limit: 2, after: cursor)
                (seen, cursor) = (seen + page.elements, page.next)
            } while cursor != nil
            #expect(seen.count == 5 && seen.map(\.createdAt) == seen.map(\.createdAt).sorted(by: >))
            let mine = try #require(try await usher.suppressions(of: id, limit: 1).next)
            for (organization, text, query) in [
                (other.id, theirs, "cursor=\(mine)"), (house.organization.id, key, "cursor=1.x.y"),
                (house.organization.id, key, "limit=0"), (house.organization.id, key, "email=ada@example.com"),
            ] {
                let told = try await client.ask(
                    .get, "/api/suppression?\(query)", .asking(organization, key: text))
                #expect((told.status, told.code) == (400, "invalid_query"), "\(query)")
            }
            let fields = HTTPFields.asking(house.organization.id, key: key)
            for path in ["/api/suppression", "/api/suppression/remove", "/api/suppression/check"] {
                for (body, code) in [
                    (#"{"email":"x"}"#, "invalid_email"), ("{}", "invalid_body"),
                    (#"{"email":"a@example.com","source":"invitee"}"#, "invalid_body"),
                ] {
                    let told = try await client.ask(.post, path, fields, body: body)
                    #expect((told.status, told.code) == (400, code), "\(path) \(body)")
                }
            }
        }
    }
}
