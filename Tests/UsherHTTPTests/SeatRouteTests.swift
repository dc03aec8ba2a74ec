import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit

/// Seats and domains as clients see them.
@Suite struct SeatRouteTests {
    private func house(
        _ engine: Engine = .sqlite, _ change: (inout OrganizationSettings) -> Void
    ) async throws -> House {
        let database = try await engine.makeDatabase()
        let house = try await House(store: database.store, publicURL: "http://localhost")
        try await database.set(of: house.organization.id, change)
        return house
    }

    @Test(arguments: Engine.available)
    func `INV-22 a full organization says so, and tells how its seats stand`(_ engine: Engine) async throws {
        let house = try await house(engine) { $0.seatLimit = 2 }
        let key = try await house.key(.admin)
        let organization = house.organization.id
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            #expect(try await usher.invite(.to("ada@example.com"), to: organization.rawValue) == .sent)
            let told = try await client.ask(
                .post, "/api/invitation", .asking(organization, key: key),
                body: invitationJSON(["email": "\"grace@example.com\""]))
            #expect(told.status == 400 && told.code == "seat_limit_reached")
            let seats = try await client.ask(
                .get, "/api/organization/\(organization)/seat", .asking(organization, key: key))
            #expect(seats.body == #"{"free":0,"held":1,"limit":2,"used":1,"waiting":0,"waitlist":false}"#)
            #expect(try await usher.seats(of: organization.rawValue).free == 0)
        }
        #expect(try await house.invitations().count == 1)
    }

    @Test func `an offer that waits answers 202 with its place, and the list shows it`() async throws {
        let house = try await house {
            $0.seatLimit = 1
            $0.keepsWaitlist = true
        }
        let key = try await house.key(.admin)
        let organization = house.organization.id
        try await house.serve { client in
            let told = try await client.ask(
                .post, "/api/invitation", .asking(organization, key: key), body: invitationJSON())
            #expect(told.status == 202 && told.body.isEmpty)
            let place = try #require(told.headers[.location])
            let found = try await client.ask(.get, place, .asking(organization, key: key))
            #expect(found.body.contains(#""status":"waitlisted""#))
            #expect(found.body.contains(#""expires_at":"9999-12-31T23:59:59.999Z""#))
            #expect(try await client.usher(.apiKey(key)).seats(of: organization.rawValue).waiting == 1)
        }
        #expect(house.desk.letters.isEmpty)
    }

    @Test func `without a limit the limit is null; another organization's path is refused`() async throws {
        let house = try await house { _ in }
        let (key, organization) = (try await house.key(.admin), house.organization.id)
        let other = try await house.organization(named: "Other")
        try await house.serve { client in
            let seats = try await client.ask(
                .get, "/api/organization/\(organization)/seat", .asking(organization, key: key))
            #expect(seats.body.contains(#""free":null"#) && seats.body.contains(#""limit":null"#))
            let told = try await client.ask(.get, "/api/organization/\(other.id)/seat", .asking(organization, key: key))
            #expect(told.code == "organization_mismatch")
        }
    }

    @Test(arguments: Engine.available)
    func `AZ-13 an address of another domain answers domain_not_allowed`(_ engine: Engine) async throws {
        let house = try await house(engine) { $0.allowedDomains = ["corp.com"] }
        let (key, organization) = (try await house.key(.admin), house.organization.id)
        try await house.serve { client in
            for address in ["u@sub.corp.com", "u@corp.com.evil", "u@xcorp.com"] {
                let told = try await client.ask(
                    .post, "/api/invitation", .asking(organization, key: key),
                    body: invitationJSON(["email": "\"\(address)\""]))
                #expect(told.status == 400 && told.code == "domain_not_allowed")
            }
        }
        #expect(house.desk.letters.isEmpty)
    }
}
