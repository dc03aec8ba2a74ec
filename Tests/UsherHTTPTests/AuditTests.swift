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

/// AZ-19: who reads the audit log, and what they see of it.
@Suite struct AuditTests {
    @Test func `AZ-19 an admin reads their organization's log, page by page, and nobody else's`() async throws {
        let house = try await House()
        let other = try await house.organization(named: "Other")
        let (mine, theirs) = (try await house.key(.admin), try await house.key(of: other))
        let id = house.organization.id.rawValue
        try await house.serve { client in
            for index in 0..<5 {
                _ = try await client.usher(.apiKey(mine)).invite(.to("a\(index)@example.com"), to: id)
            }
            _ = try await client.usher(.apiKey(theirs)).invite(.to("x@example.com"), to: other.id.rawValue)
            let usher = client.usher(.apiKey(mine))
            let first = try await usher.audit(of: id, limit: 2)
            #expect(first.elements.map(\.action) == ["invitation.created", "invitation.created"])
            #expect(first.elements.allSatisfy { $0.organizationID == id && $0.actor.hasPrefix("key:") })
            #expect(first.elements.allSatisfy { $0.requestID != nil })
            let second = try await usher.audit(of: id, limit: 2, after: first.next)
            #expect(Set(first.elements.map(\.id)).isDisjoint(with: second.elements.map(\.id)))
            var all: [AuditEntryBody] = []
            for try await entry in usher.auditEntries(of: id) { all.append(entry) }
            #expect(all.prefix(4).map(\.id) == (first.elements + second.elements).map(\.id))
            #expect(all.count { $0.action == "invitation.created" } == 5)
            let about = try #require(all.last)
            let found = try await usher.audit(
                of: id, AuditFilter(action: about.action, actor: about.actor, subject: about.subject))
            #expect(found.elements == [about])
            let none = try await usher.audit(
                of: id, AuditFilter(from: APITime(milliseconds: about.at.milliseconds + 1)))
            #expect(none.elements.isEmpty)
        }
    }

    /// AZ-16, AZ-19.
    @Test(arguments: Engine.available)
    func `AZ-19 what is no filter, no cursor or another organization's cursor is refused`(_ engine: Engine) async throws
    {
        let house = try await House(engine)
        let other = try await house.organization(named: "Other")
        let (mine, theirs) = (try await house.key(), try await house.key(of: other))
        try await house.serve { client in
            for organization in [house.organization, other] {
                let key = organization == other ? theirs : mine
                for address in ["a@example.com", "b@example.com"] {
                    _ = try await client.usher(.apiKey(key)).invite(.to(address), to: organization.id.rawValue)
                }
            }
            let foreign = try await client.usher(.apiKey(theirs)).audit(of: other.id.rawValue, limit: 1).next
            let fields = HTTPFields.asking(house.organization.id, key: mine)
            for query in [
                "limit=0", "limit=1001", "limit=x", "cursor=\(try #require(foreign))", "cursor=7.x", "action=nothing",
                "actor=", "from=yesterday", "x=1", "limit=1&limit=2", "format=csv", "subject=%00",
            ] {
                let told = try await client.ask(.get, "/api/audit?\(query)", fields)
                #expect((told.status, told.code) == (400, "invalid_query"), "\(query)")
            }
            for query in ["format=xml", "limit=1", "cursor=7.x"] {
                let told = try await client.ask(.get, "/api/audit/export?\(query)", fields)
                #expect((told.status, told.code) == (400, "invalid_query"), "\(query)")
            }
            for method in [HTTPRequest.Method.delete, .put, .patch, .post] {
                #expect(try await client.ask(method, "/api/audit", fields).status == 405)
            }
        }
    }

    @Test func `AZ-19 an export holds every entry, in either form, and no formula`() async throws {
        let house = try await House()
        let key = try await house.key()
        let organization = house.organization.id
        try await house.store.write { tx in
            for index in 0..<2_101 {
                try tx.record(
                    AuditEntry(
                        id: Sample.id(), action: .invitationCreated, organization: organization, actor: "operator",
                        subject: index == 0 ? "=HYPERLINK(\"x\")" : "s\(index)", requestID: index == 1 ? "+1,2" : nil,
                        at: Sample.now))
            }
        }
        try await house.serve(.live) { client in
            let usher = client.usher(.apiKey(key))
            let lines = String(decoding: try await usher.exportAudit(of: organization.rawValue), as: UTF8.self)
                .split(separator: "\n")
            #expect(lines.count == 2_101)
            #expect(lines.last?.contains(#""subject":"=HYPERLINK(\"x\")""#) == true)
            let csv = String(
                decoding: try await usher.exportAudit(of: organization.rawValue, as: .csv), as: UTF8.self)
            let records = csv.split(separator: "\r\n")
            #expect(records.count == 2_102)
            #expect(records.first == "at,action,actor,subject,organization_id,request_id,id")
            #expect(records.last?.contains(",\"'=HYPERLINK(\"\"x\"\")\",") == true)
            #expect(records.dropLast().last?.contains(",\"'+1,2\",") == true)
            let told = try await client.ask(
                .head, "/api/audit/export?format=csv", .asking(organization, key: key))
            #expect((told.status, told.body) == (200, ""))
            #expect(told.headers[.contentDisposition] == "attachment; filename=\"audit.csv\"")
        }
    }

    @Test(arguments: [
        (["a", "b"], "a,b\r\n"), (["a,b", "c\"d"], "\"a,b\",\"c\"\"d\"\r\n"), (["", " x"], ", x\r\n"),
        (["=1", "+1", "-1", "@a"], "'=1,'+1,'-1,'@a\r\n"), (["\ta", "\ra"], "'\ta,\"'\ra\"\r\n"),
        (["a\nb"], "\"a\nb\"\r\n"), (["a=1"], "a=1\r\n"),
    ])
    func `cells are quoted by RFC 4180, and no spreadsheet takes one for a formula`(
        _ cells: [String], _ record: String
    ) {
        #expect(CSV.record(cells) == record)
    }
}
