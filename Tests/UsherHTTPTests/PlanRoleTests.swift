import Foundation
import HTTPTypes
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit
import UsherUseCases

@testable import UsherHTTP

/// Roles of an organization's own in a plan, as the wire has them.
@Suite(.timeLimit(.minutes(2)))
struct PlanRoleHTTPTests {
    static let words: [(text: String, role: PlannedRole?)] = [
        ("", .base(.user)), (" Admin ", .base(.admin)), ("OWNER", .base(.owner)), ("2", .base(.owner)),
        ("3", .own("3")), (" Head of IT ", .own("Head of IT")), ("Recruiter", .own("Recruiter")), ("a\nb", nil),
        (String(repeating: "x", count: 61), nil), ("\u{202E}nimda", nil),
    ]

    @Test(arguments: words)
    func `AZ-12 the words of the three roles come before the names of others`(_ one: (text: String, role: PlannedRole?))
    {
        #expect(PlannedRole(text: one.text) == one.role)
    }

    @Test func `INV-29 CSV and JSON name a role of the organization's own, and JSON its id`() async throws {
        let house = try await House(quotas: .off)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let scout = try await usher.createRole(
                CreateCustomRole(name: "Head, of Scouts", permissions: ["invitation": ["read"]]), of: organization)
            let sent = "email,role\na@example.org,\"HEAD, of scouts\"\nb@example.org,Nobody's\nc@example.org,1\n"
            let table = try await usher.plan(csv: Array(sent.utf8), in: organization)
            let object = try await usher.plan(
                CreatePlan(rows: [
                    CreatePlanRow(email: "a@example.org", role: "head, OF scouts"),
                    CreatePlanRow(email: "b@example.org", role: "Nobody's"),
                    CreatePlanRow(email: "c@example.org", role: "admin"),
                ]), in: organization)
            #expect(table.rows == object.rows)
            #expect(table.rows?.map(\.outcome) == ["would_invite", "invalid", "would_invite"])
            #expect(table.rows?.map(\.role) == [nil, nil, 1])
            #expect(table.rows?.map(\.roleName) == ["Head, of Scouts", "Nobody's", "admin"])
            #expect(table.rows?[1].detail?.contains("no role \"Nobody's\". usher role list") == true)

            let byID = try await usher.plan(
                CreatePlan(rows: [
                    CreatePlanRow(email: "a@example.org", roleID: scout.id),
                    CreatePlanRow(email: "b@example.org", role: "0", roleID: scout.id),
                    CreatePlanRow(email: "c@example.org", role: "admin", roleID: scout.id),
                    CreatePlanRow(email: "d@example.org", roleID: organization),
                ]), in: organization)
            #expect(byID.rows?.map(\.outcome) == ["would_invite", "would_invite", "invalid", "invalid"])
            #expect(byID.rows?.map(\.roleName) == ["Head, of Scouts", "Head, of Scouts", "admin", organization])
            _ = try await usher.applyPlan(byID.id, of: organization)
            while case .worked = try await house.useCases.advancePlans(node: "node") {}
            let filter = InvitationFilter(roleID: scout.id)
            let made = try await usher.invitations(of: organization, matching: filter).elements
            #expect(Set(made.map(\.email)) == ["a@example.org", "b@example.org"])
        }
    }

    /// RES-18: one cell may be as long as the body, and an answer is kept for a day.
    @Test func `a cell that is no address is told back in part, and comes back whole in what failed`() async throws {
        let house = try await House(quotas: .off)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        let long = String(repeating: "e\u{301}", count: 500)
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let plan = try await usher.plan(
                csv: Array("email,role,locale\n\(long),\(long),\(long)\n".utf8), in: organization)
            let row = try #require(plan.rows?.first)
            #expect(row.outcome == "invalid")
            #expect([row.email, row.roleName, row.locale].map { $0?.unicodeScalars.count } == [320, 320, 320])
            let failed = try await usher.failedPlanRows(plan.id, of: organization)
            #expect(String(decoding: failed, as: UTF8.self).contains(long))
        }
    }

    @Test(arguments: ["1", "\"x\"", "{}", "true"])
    func `VAL-03 a role_id that is no id is refused by its place`(_ value: String) async throws {
        let house = try await House(quotas: .off)
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let body = #"{"rows":[{"email":"a@example.org"},{"email":"b@example.org","role_id":\#(value)}]}"#
        let told = try await house.serve { try await $0.ask(.post, "/api/invitation/plan", fields, body: body) }
        #expect(told.code == "invalid_body")
        #expect(told.problem?.errors?.first?.pointer == "/rows/1/role_id")
    }

    /// VAL-21: what failed names its role, without formulas, and means the same when it comes again.
    @Test func `INV-29 VAL-21 what failed by its role comes back with the name, and can be sent again`() async throws {
        let house = try await House(quotas: .off)
        let (key, organization) = (try await house.key(.admin), house.organization.id.rawValue)
        let owner = try await house.key()
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            _ = try await client.usher(.apiKey(owner)).createRole(
                CreateCustomRole(name: "=Chief", permissions: ["settings": ["update"]]), of: organization)
            let sent = "email,role\na@example.org,'=chief\nb@example.org,None\n"
            let plan = try await usher.plan(csv: Array(sent.utf8), in: organization)
            #expect(plan.rows?.map(\.outcome) == ["above_ceiling", "invalid"])
            let failed = try await usher.failedPlanRows(plan.id, of: organization)
            let lines = String(decoding: failed, as: UTF8.self).components(separatedBy: "\r\n")
            #expect(lines[1].hasPrefix("a@example.org,'=Chief,,,,,above_ceiling,"))
            #expect(lines[2].hasPrefix("b@example.org,None,,,,,invalid,"))
            let again = try await client.usher(.apiKey(owner)).plan(csv: failed, in: organization)
            #expect(again.rows?.map(\.outcome) == ["would_invite", "invalid"])
            #expect(again.rows?.map(\.roleName) == ["=Chief", "None"])
        }
    }

    @Test func `INV-29 a role map leads from another system's word to a role of the organization's own`() async throws {
        let house = try await House(quotas: .off)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        let table = """
            email_address,status,role
            a@example.org,pending,org:scout
            b@example.org,pending,org:member
            c@example.org,pending,Recruiter
            d@example.org,pending,org:gone
            e@example.org,pending,"org:scout|member"
            f@example.org,pending,"org:scout,admin"
            g@example.org,pending,"org:scout,owner"
            """
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            _ = try await usher.createRole(CreateCustomRole(name: "Recruiter", permissions: [:]), of: organization)
            let source = ImportSource(
                format: "clerk", roles: ["org:boss": 1], customRoles: ["org:scout": "recruiter", "org:gone": "Gone"])
            let plan = try await usher.plan(csv: Array(table.utf8), from: source, in: organization)
            let would = "would_invite"
            #expect(
                plan.rows?.map(\.outcome) == [would, would, "invalid", "invalid", would, "invalid", would])
            #expect(
                plan.rows?.map(\.roleName) == [
                    "Recruiter", "user", "Recruiter", "Gone", "Recruiter", "org:scout,admin", "owner",
                ])
            #expect(plan.rows?[2].detail?.contains("role map") == true, "its words are not ours")
            #expect(plan.rows?[3].detail?.contains("no role \"Gone\"") == true)
            #expect(plan.rows?[5].detail?.contains("several roles") == true)
        }
    }
}
