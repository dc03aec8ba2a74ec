import Foundation
import HTTPTypes
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit
import UsherUseCases

@testable import UsherHTTP

/// Invitations in the words of other systems; the tables are made up, their columns are those that docs/import.md names.
@Suite(.timeLimit(.minutes(15)))
struct ImportHTTPTests {
    private static let now = Timestamp(milliseconds: 1_780_000_000_000)
    private static let token = "Q7rT2mXbN4vK9sLpW3dZ8cYhJ"
    private static let ticket = "g81eXXZa7hAHjjyDu9Ib1uyClMHOdBZs"
    private static let signed = "eyJhbGciOiJSUzI1NiJ9.eyJzaWQiOiJpbnYifQ.Zx0aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV3wX4yZ"

    private func read(
        _ text: String, _ format: ImportFormat, roles: String = "", mailing: PlanRow.Mailing? = nil
    ) throws -> [PlanRow] {
        try ImportReader(
            format: format, roles: #require(RoleMap(text: roles)).roles, mailing: mailing, hash: { "hash of \($0)" },
            now: Self.now
        ).rows(Array(text.utf8))
    }

    @Test func `AZ-12 a table of ours names a role as it is, where others have words of their own for it`() throws {
        let cells = ["Member", "basic_member", "org:admin", "Admin", "2"]
        let table = "email,role\n" + cells.map { "ada@example.com,\($0)\n" }.joined()
        let own = try read(table, .usher)
        #expect(own.map(\.role) == [nil, nil, nil, .admin, .owner])
        #expect(own.map(\.input.role) == ["Member", "basic_member", "org:admin", "admin", "owner"])
        #expect(try read("email_address,status,role\na@example.com,pending,org:admin\n", .clerk)[0].role == .admin)
    }

    @Test func `INV-29 Clerk's invitations`() throws {
        let rows = try read(
            """
            id,object,email_address,role,role_name,organization_id,status,public_metadata,url,expires_at,created_at
            orginv_1,organization_invitation,ada@example.com,org:admin,Admin,org_1,pending,"{""team"":""red"",""n"":3}",\
            https://clerk.example.com/v1/tickets/accept?ticket=\(Self.signed),1780500000000,1779000000000
            orginv_2,organization_invitation,bob@example.com,org:member,Member,org_1,pending,{},,1780500000000,1779000000000
            orginv_3,organization_invitation,cyd@example.com,org:billing,Billing,org_1,pending,,,,1779000000000
            orginv_4,organization_invitation,dan@example.com,org:member,Member,org_1,accepted,,,1780500000000,1
            orginv_5,organization_invitation,eve@example.com,org:member,Member,org_1,revoked,,,1780500000000,1
            orginv_6,organization_invitation,fay@example.com,org:member,Member,org_1,pending,,,1779999999999,1
            orginv_7,organization_invitation,not an address,org:member,Member,org_1,pending,,,,1
            """, .clerk)
        #expect(rows.map(\.role) == [.admin, .user, nil, .user, .user, .user, .user])
        #expect(
            rows.map(\.outcome) == [
                .wouldInvite, .wouldInvite, .invalid, .notPending, .notPending, .notPending, .invalid,
            ])
        #expect(
            rows.map(\.reason) == [nil, nil, "unknown_role", "accepted", "revoked", "expired", "invalid_email"])
        #expect(rows[0].formerCodeHash == "hash of \(Self.signed)" && rows[0].mailing == .hold)
        #expect(rows[1].formerCodeHash == nil && rows[1].mailing == .send)
        #expect(rows[0].input.metadata == #"{"n":"3","team":"red"}"#)
        #expect(rows[0].expiresAt == Timestamp(milliseconds: 1_780_500_000_000))
        #expect(rows[2].input.role == "org:billing")
        let mapped = try read(
            "email_address,status,role\ncyd@example.com,pending,org:billing\n", .clerk, roles: "org:billing=admin")
        #expect(mapped[0].role == .admin && mapped[0].state == .waiting)
    }

    @Test func `INV-29 WorkOS's invitations`() throws {
        let rows = try read(
            """
            id,email,state,accepted_at,revoked_at,expires_at,token,accept_invitation_url,organization_id,inviter_user_id
            invitation_1,ada@example.com,pending,,,2026-06-05T12:00:00.000Z,\(Self.token),\
            https://app.example.com/invite?invitation_token=\(Self.token),org_1,user_1
            invitation_2,bob@example.com,pending,,,2026-06-05T12:00:00.000Z,,,org_1,
            invitation_3,cyd@example.com,pending,,,2026-06-05T12:00:00.000Z,short,,org_1,
            invitation_4,dan@example.com,accepted,2026-05-01T12:00:00.000Z,,2026-06-05T12:00:00.000Z,\(Self.token)x,,org_1,
            """, .workos)
        #expect(rows.map(\.outcome) == [.wouldInvite, .wouldInvite, .invalid, .notPending])
        #expect(rows[2].reason == "weak_code")
        #expect(rows[0].formerCodeHash == "hash of \(Self.token)")
        #expect(rows[3].formerCodeHash == nil)
        #expect(
            try read("email,state,token\na@example.com,pending,\(Self.token)\n", .workos, mailing: .send)[0].mailing
                == .send)
        #expect(try read("email,state,token\na@example.com,pending,\n", .workos, mailing: .hold)[0].mailing == .hold)
    }

    @Test func `INV-29 Auth0's invitations, as a table and as its API lists them`() throws {
        let table = """
            id,inviter.name,invitee.email,invitee.name,invitation_url,ticket_id,created_at,expires_at,roles,app_metadata
            uinv_1,Ivy,ada@example.com,Ada,https://app.example.com/login?invitation=\(Self.ticket)&organization=org_1,\
            t1,2026-05-28T00:00:00.000Z,2026-06-10T00:00:00.000Z,rol_1,"{""team"":""red""}"
            uinv_2,Ivy,bob@example.com,,,,2026-05-28T00:00:00.000Z,2026-06-10T00:00:00.000Z,,
            """
        let json = """
            {"invitations":[
             {"id":"uinv_1","inviter":{"name":"Ivy"},"invitee":{"email":"ada@example.com","name":"Ada"},
              "invitation_url":"https://app.example.com/login?invitation=\(Self.ticket)&organization=org_1",
              "created_at":"2026-05-28T00:00:00.000Z","expires_at":"2026-06-10T00:00:00.000Z",
              "roles":["rol_1"],"app_metadata":{"team":"red"},"ticket_id":"t1"},
             {"id":"uinv_2","inviter":{"name":"Ivy"},"invitee":{"email":"bob@example.com"},"roles":[],
              "created_at":"2026-05-28T00:00:00.000Z","expires_at":"2026-06-10T00:00:00.000Z","app_metadata":{}}]}
            """
        let rows = try read(table, .auth0, roles: "rol_1=admin")
        #expect(rows == (try read(json, .auth0, roles: "rol_1=admin")))
        #expect(rows.map(\.role) == [.admin, .user])
        #expect(rows[0].formerCodeHash == "hash of \(Self.ticket)")
        #expect(rows[0].input.name == "Ada" && rows[0].input.metadata == #"{"team":"red"}"#)
        #expect(try read(table, .auth0)[0].reason == "unknown_role")
    }

    @Test func `INV-29 a table of another kind says what it lacks`() throws {
        for (text, format, words) in [
            ("email,state\na@example.com,pending\n", ImportFormat.clerk, "\"email_address\", \"status\""),
            ("email_address,status\na@example.com,pending\n", .workos, "\"email\", \"state\""),
            ("email\na@example.com\n", .auth0, "\"invitee.email\""), ("name\nAda\n", .usher, "\"email\""),
            ("[1]", .clerk, "no JSON list"), ("{\"data\":1}", .clerk, "no JSON list"), ("", .clerk, "no rows"),
            ("email_address,status\n", .clerk, "no rows"), ("[]", .workos, "lacks"),
        ] {
            let refused = #expect(throws: Refusal.self) { _ = try self.read(text, format) }
            #expect(refused?.sentence.contains(words) == true, "\(text): \(refused?.sentence ?? "")")
        }
    }

    @Test func `VAL-21 hostile cells are texts, and come back without formulas`() throws {
        let text = """
            email,role,name,message,token,status
            =cmd|' /C calc'!A0,user,=1+1,@sum,\(Self.token),pending
            a@example.com,"=HYPERLINK(""x"")",,,,pending
            b@example.com,user,,,"\(Self.token);Path=/",pending
            c@example.com,user,,,javascript:alert(1),pending
            """
        let rows = try ImportReader(
            format: .usher, hash: { _ in String(repeating: "f", count: 64) }, now: Self.now
        ).rows(Array(text.utf8))
        #expect(rows.map(\.reason) == ["invalid_email", nil, "weak_code", "weak_code"])
        #expect(rows[1].role == nil && rows[1].input.role == "=HYPERLINK(\"x\")", "a name, which no role has")
        #expect(!FailedTable(rows: rows).text.contains("former_code_hash"), "no answer has a hash")
        let failed = FailedTable(rows: rows, withCodes: true).text
        #expect(failed.contains(String(repeating: "f", count: 64)))
        #expect(!failed.contains(Self.token), "no code in clear")
        for line in failed.split(separator: "\r\n").dropFirst() {
            #expect(!line.split(separator: ",").contains { $0.first == "=" || $0.first == "@" }, "\(line)")
        }
        #expect(failed.contains("'=cmd"))
    }

    @Test func `INV-29 the call takes a table of another system, and leaves codes out`() async throws {
        let house = try await House(quotas: .off)
        let key = try await house.key()
        let table = """
            email,state,token
            ada@example.org,pending,\(Self.token)
            gone@example.org,revoked,\(Self.token)1
            """
        let plan = try await house.serve { [id = house.organization.id] in
            try await $0.usher(.apiKey(key)).plan(
                csv: Array(table.utf8), from: ImportSource(format: "workos", isHeld: true), in: id.rawValue)
        }
        #expect(plan.rows?.map(\.outcome) == ["would_invite", "not_pending"])
        #expect(plan.rows?[1].detail?.contains("revoked") == true)
        let applied = try await house.serve { [id = house.organization.id] in
            try await $0.usher(.apiKey(key)).applyPlan(plan.id, of: id.rawValue)
        }
        #expect(applied.state == "applying")
        while case .worked = try await house.useCases.advancePlans(node: "node") {}
        let (rows, details) = try await house.serve { [id = house.organization.id] client in
            let usher = client.usher(.apiKey(key))
            let rows = try await usher.planRowPage(plan.id, of: id.rawValue).elements
            return (rows, try await usher.invitationDetails(rows[0].invitationID ?? "", of: id.rawValue))
        }
        #expect(rows.map(\.outcome) == ["imported", "not_pending"])
        #expect(details.timeline.map(\.kind) == ["imported"])
        #expect(details.next.code == "resend")
        // Nobody but the operator vouches for a code.
        let page = try await house.useCases.openInvitation(code: Self.token, as: nil)
        guard case .unknown = page else {
            Issue.record("\(page)")
            return
        }
    }

    @Test func `the query of another system's table is checked`() async throws {
        let house = try await House(quotas: .off)
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key()).with(.contentType, "text/csv")
        try await house.serve { client in
            for query in [
                "format=okta", "role_map=a%3Dadmin", "letters=send", "format=clerk&role_map=x",
                "format=clerk&letters=no",
                "format=clerk&role_map=a%3Dadmin%2Ca%3Duser",
                "format=clerk&role_map=\(String(repeating: "a", count: 513))%3Dadmin",
            ] {
                let told = try await client.ask(
                    .post, "/api/invitation/plan?\(query)", fields,
                    bytes: Array("email_address,status\na@example.org,pending\n".utf8))
                #expect(told.code == "invalid_query", "\(query)")
            }
        }
    }
}
