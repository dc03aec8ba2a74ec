import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherTestKit
import UsherUseCases

@testable import UsherHTTP

/// Many invitations at once, as the wire has them.
@Suite(.timeLimit(.minutes(15)))
struct PlanHTTPTests {
    private static let path = "/api/invitation/plan"
    private static let csv: HTTPField = .init(name: .contentType, value: "text/csv")

    private func table(_ told: Told) throws -> PlanBody {
        try JSONDecoder().decode(PlanBody.self, from: Data(told.body.utf8))
    }

    private func advance(_ house: House) async throws {
        while case .worked = try await house.useCases.advancePlans(node: "node") {}
    }

    /// Sends a table, and tells what came of it.
    private func send(_ text: String, to house: House, query: String = "") async throws -> Told {
        try await send(Array(text.utf8), to: house, query: query)
    }

    private func send(_ bytes: [UInt8], to house: House, query: String = "") async throws -> Told {
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key()).with(.contentType, "text/csv")
        return try await house.serve { try await $0.ask(.post, Self.path + query, fields, bytes: bytes) }
    }

    @Test func `INV-29 CSV of every kind makes the same plan as JSON`() async throws {
        let house = try await House()
        let plans = [
            "email,role,name\r\na@example.org,admin,Ada\r\nb@example.org,,\r\nx,user,\r\n",
            "\u{FEFF}name;EMAIL;Role\nAda;a@example.org;1\n;b@example.org;0\n;x;\n",
            "role\tname\temail\r\nADMIN\t\"Ada\"\ta@example.org\r\n\t\tb@example.org\r\nuser\t\tx\r\n",
        ]
        let key = try await house.key()
        let json = CreatePlan(rows: [
            CreatePlanRow(email: "a@example.org", role: "admin", name: "Ada"), CreatePlanRow(email: "b@example.org"),
            CreatePlanRow(email: "x", role: "user"),
        ])
        let expected = try await house.serve { [id = house.organization.id] in
            try await $0.usher(.apiKey(key)).plan(json, in: id.rawValue)
        }
        #expect(expected.rows?.map(\.outcome) == ["would_invite", "would_invite", "invalid"])
        #expect(expected.rows?.map(\.role) == [1, 0, 0])
        #expect(expected.state == "planned")
        #expect(expected.progress == ["waiting": 2, "failed": 1, "done": 0, "unneeded": 0, "cancelled": 0])
        for text in plans {
            let told = try await send(text, to: house)
            #expect(told.status == 201)
            let plan = try table(told)
            #expect(told.headers[.location] == "\(Self.path)/\(plan.id)")
            #expect(plan.rows == expected.rows)
        }
        #expect(try await house.invitations().isEmpty)
    }

    @Test func `the defaults of the links are this server, and the query names others`() async throws {
        let house = try await House()
        let plain = try table(try await send("email\na@example.org\n", to: house))
        #expect(plain.appURL == "http://localhost" && plain.redirectURI == "http://localhost")
        let named = try table(
            try await send(
                "email\na@example.org\n", to: house,
                query: "?app_url=http%3A%2F%2Flocalhost%3A3000&redirect_uri=http%3A%2F%2Flocalhost%2Fin"))
        #expect(named.appURL == "http://localhost:3000" && named.redirectURI == "http://localhost/in")
        let foreign = try await send(
            "email\na@example.org\n", to: house, query: "?app_url=https%3A%2F%2Fevil.example")
        #expect(foreign.code == "origin_not_allowed")
        #expect(try await send("email\na@example.org\n", to: house, query: "?other=1").code == "invalid_query")
    }

    @Test func `what is no table is refused, with the reason`() async throws {
        let house = try await House(quotas: .off)
        for (text, words) in [
            ("email,phone,team\na@example.org,1,2\n", "\"phone\", \"team\""), ("name\nAda\n", "no column email"),
            ("", "no rows"), ("email\n", "no rows"), ("email,Email\na@example.org,b\n", "twice"),
            ("email\n\"a@example.org\n", "never closed"), ("email,metadata.\na@example.org,x\n", "\"metadata.\""),
        ] {
            let told = try await send(text, to: house)
            #expect(told.status == 400)
            #expect(told.code == "invalid_csv")
            #expect(told.problem?.message.contains(words) == true, "\(told.body)")
        }
        let latin = try await send([0x65, 0x6D, 0x61, 0x69, 0x6C, 0x0A, 0xE9, 0x40, 0x0A], to: house)
        #expect(latin.code == "invalid_csv")
        #expect(latin.problem?.message.contains("UTF-8") == true)
        let many = "email\n" + (0...10_000).map { "p\($0)@example.org\n" }.joined()
        #expect(try await send(many, to: house).problem?.message.contains("10000") == true)
        let large = try await send([UInt8](repeating: 0x61, count: (8 << 20) + 1), to: house)
        #expect(large.status == 413)
        #expect(large.problem?.message.contains("8388608") == true)
    }

    @Test func `bodies that are no plan are refused by member`() async throws {
        let house = try await House(quotas: .off)
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        try await house.serve { client in
            for (body, pointer) in [
                (#"{}"#, "/rows"), (#"{"rows":[]}"#, "/rows"), (#"{"rows":[1]}"#, "/rows/0"),
                (#"{"rows":[{"email":1}]}"#, "/rows/0/email"), (#"{"rows":[{"mail":"a"}]}"#, "/rows/0/mail"),
                (#"{"rows":[{"email":"a@example.org","metadata":{"a":1}}]}"#, "/rows/0/metadata"),
                (#"{"rows":[{"email":"a@example.org"}],"more":1}"#, "/more"),
            ] {
                let told = try await client.ask(.post, Self.path, fields, body: body)
                #expect(told.code == "invalid_body")
                #expect(told.problem?.errors?.first?.pointer == pointer, "\(body)")
            }
        }
    }

    @Test func `VAL-21 what failed comes back as it was, without formulas, and can be sent again`() async throws {
        let house = try await House(quotas: .off)
        let key = try await house.key(.admin)
        let (id, organization) = (house.organization.id, house.organization.id.rawValue)
        let sent = """
            email,role,name,message,locale,expires_at,metadata.Team,metadata.x
            ok@example.org,user,,,,,,
            bad,user,=1+1,"Hello, ""Ada""
            bye",xx,,"@sum","'=2"
            boss@example.org,owner,Bo,,,,,
            ok@example.org,,,,,,,
            """
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let plan = try await usher.plan(csv: Array(sent.utf8), in: organization)
            #expect(plan.rows?.map(\.outcome) == ["would_invite", "invalid", "above_ceiling", "duplicate"])
            #expect(plan.rows?[3].duplicateOf == 1)
            let told = try await client.ask(
                .get, "\(Self.path)/\(plan.id)/failed", .asking(id, key: key))
            #expect(told.headers[.contentType] == "text/csv; charset=utf-8; header=present")
            #expect(told.headers[.contentDisposition]?.contains("attachment") == true)
            let lines = told.body.components(separatedBy: "\r\n")
            #expect(
                lines[0] == "email,role,name,message,locale,expires_at,metadata.Team,metadata.x,outcome,detail")
            #expect(lines[1].hasPrefix("bad,user,'=1+1,\"Hello, \"\"Ada\"\"\nbye\",xx,,'@sum,'=2,invalid,"))
            #expect(lines[2].hasPrefix("boss@example.org,owner,Bo,,,,,,above_ceiling,"))
            #expect(lines.count == 4)
            // As it is: the columns that tell the outcome are no trouble.
            let again = try await usher.plan(csv: Array(told.body.utf8), in: organization)
            #expect(again.rows?.map(\.name) == ["=1+1", "Bo"])
            let twice = try await usher.failedPlanRows(again.id, of: organization)
            #expect(String(decoding: twice, as: UTF8.self) == told.body)
        }
    }

    @Test func `the client plans, applies, waits and reads row by row`() async throws {
        let house = try await House(quotas: .off)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        let text = "email\n" + (1...2_100).map { "p\($0)@example.org\n" }.joined() + "x\n"
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let plan = try await usher.plan(csv: Array(text.utf8), in: organization, idempotencyKey: "k")
            let same = try await usher.plan(csv: Array(text.utf8), in: organization, idempotencyKey: "k")
            #expect(same.id == plan.id)
            await #expect(throws: UsherError.self) {
                try await usher.plan(csv: Array("email\na\n".utf8), in: organization, idempotencyKey: "k")
            }
            var numbers: [Int] = []
            for try await row in usher.planRows(plan.id, of: organization) { numbers.append(row.row) }
            #expect(numbers == Array(1...2_101))
            var invalid: [Int] = []
            for try await row in usher.planRows(plan.id, of: organization, outcomes: ["invalid"]) {
                invalid.append(row.row)
            }
            #expect(invalid == [2_101])
            #expect(try await usher.applyPlan(plan.id, of: organization).state == "applying")
        }
        // Nobody takes letters here: more than the bound are not written.
        for _ in 0..<100 { _ = try await house.useCases.advancePlans(node: "node") }
        try await house.serve { client in
            let usher = client.usher(.apiKey(key))
            let same = try await usher.plan(
                csv: Array(text.utf8), in: organization, idempotencyKey: "k")
            #expect(same.progress["done"] == 0)
            let plan = try await usher.plan(same.id, of: organization)
            #expect(plan.progress["done"] == 500)
            #expect(plan.waitingFor == "relay")
            try await usher.cancelPlan(plan.id, of: organization)
            let ended = try await usher.waitForPlan(plan.id, of: organization)
            #expect(ended.state == "cancelled")
            #expect(ended.progress["cancelled"] == 1_600)
        }
    }

    @Test func `rows are asked for by outcome, state and page`() async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let plan = try table(try await send("email\na@example.org\nx\nb@example.org\ny\n", to: house))
        let other = try table(try await send("email\na@example.org\nb@example.org\n", to: house))
        try await house.serve { client in
            func rows(_ query: String, of other: PlanBody? = nil) async throws -> Told {
                try await client.ask(.get, "\(Self.path)/\((other ?? plan).id)/row\(query)", fields)
            }
            let first = try await rows("?limit=2&state=waiting,failed")
            let link = try #require(first.headers[.link])
            #expect(link.contains("state=waiting%2Cfailed"))
            let next = link.split(separator: ">")[0].dropFirst("<http://localhost".count)
            let second = try await client.ask(.get, String(next), fields)
            #expect(second.status == 200)
            #expect(second.body.contains(#""row":3"#) && second.body.contains(#""row":4"#))
            #expect(second.headers[.link] == nil)
            let cursor = try #require(next.split(separator: "cursor=").last)
            for query in ["?limit=0", "?limit=x", "?outcome=none", "?state=", "?cursor=1", "?x=1"] {
                #expect(try await rows(query).code == "invalid_query", "\(query)")
            }
            #expect(try await rows("?cursor=\(cursor)", of: other).code == "invalid_query", "AZ-16")
        }
    }

    @Test func `a plan's paths are not those of an invitation`() async throws {
        let house = try await House()
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        try await house.serve { client in
            let told = try await client.ask(.get, Self.path, fields)
            #expect(told.status == 405)
            #expect(told.headers[.allow] == "POST")
            for tail in ["", "/row", "/failed", "/event"] {
                for id in ["7", Sample.id(InvitationPlan.self).rawValue] {
                    #expect(try await client.ask(.get, "\(Self.path)/\(id)\(tail)", fields).code == "plan_not_found")
                }
            }
        }
    }

    /// By a client on a socket, byte by byte as it comes.
    @Test func `INV-29 events tell the progress, and end with the plan`() async throws {
        var house = try await House(quotas: .off)
        house.settings.eventInterval = .milliseconds(20)
        let fields = HTTPFields.asking(house.organization.id, key: try await house.key())
        let plan = try table(
            try await send("email\n" + (1...120).map { "p\($0)@example.org\n" }.joined(), to: house))
        let text = try await house.serve(.live) { [house] client in
            let applied = try await client.ask(.post, "\(Self.path)/\(plan.id)/apply", fields)
            #expect(applied.status == 202)
            let advancing = Task {
                for _ in 0..<4 {
                    try await Task.sleep(for: .seconds(1))
                    _ = try await house.useCases.advancePlans(node: "node")
                }
            }
            let told = try await client.ask(.get, "\(Self.path)/\(plan.id)/event", fields)
            #expect(told.headers[.contentType] == "text/event-stream; charset=utf-8")
            #expect(told.headers[.cacheControl]?.contains("no-store") == true)
            try await advancing.value
            return told.body
        }
        let events = text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
        #expect(events.first == "retry: 2000")
        let named = events.dropFirst().map { $0.split(separator: "\n") }
        #expect(named.map { $0[0] } == named.dropLast().map { _ in "event: progress" } + ["event: done"])
        #expect(named.map { $0[1] }.contains("id: 50") && named.last?[1] == "id: 120")
        for event in named { #expect(event.count == 3 && event[2].hasPrefix("data: {")) }
        #expect(named.last?[2].contains(#""state":"applied""#) == true)
    }
}
