import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

@testable import UsherHTTP

/// `Idempotency-Key` on every POST of the document: CON-11, VAL-18, CRS-26.
@Suite(.timeLimit(.minutes(10))) struct OnceTests {
    private static let key = "once-0123456789"

    /// A POST that is not in the table, or that the document does not give the field to, fails here.
    @Test func `every POST of the API takes the field, and is in the table`() throws {
        let document = try #require(OpenAPI.current)
        let posts = document.operations.filter { $0.method == "POST" && $0.path.hasPrefix("/api/") }
        #expect(Set(OnceCase.all.map(\.route)) == Set(posts.map(\.route)))
        #expect(OnceCase.all.count == posts.count)
        for post in posts {
            #expect(post.parameters.contains("IdempotencyKey"), "\(post.route)")
            let reads = OnceCase.all.contains { $0.route == post.route && $0.reads }
            #expect(post.statuses.contains("400") && post.statuses.contains("422") != reads, "\(post.route)")
        }
    }

    @Test(arguments: OnceCase.all, Engine.available)
    func `CON-11 repeated with its key, a request has one effect and one answer`(
        _ row: OnceCase, _ engine: Engine
    ) async throws {
        let it = try await OnceHouse(engine)
        try await it.house.serve { client in
            let call = try await row.prepare(it, client)
            let before = try await it.counts()
            for malformed in ["a b", "\"open", String(repeating: "k", count: 256)] {
                let told = try await call.ask(client, key: malformed)
                #expect((told.status, told.code) == (400, "idempotency_key_invalid"))
            }
            #expect(try await it.counts() == before)
            let first = try await call.ask(client, key: Self.key)
            #expect((200..<300).contains(first.status), "\(first.body)")
            let after = try await it.counts()
            #expect((after != before) != row.reads)
            // Later, so that a time in the answer would tell that it was made anew.
            it.house.clock.advance(by: .minutes(3))
            for _ in 0..<2 {
                let again = try await call.ask(client, key: Self.key)
                #expect(again.answer == first.answer)
            }
            #expect(try await it.counts() == after)
            guard !row.reads else { return }
            try await expectMismatch(row, call, client)
            #expect(try await it.counts() == after)
            try await expectSealed(first, it)
            try await expectNothingWithoutTheRight(call, it, client)
        }
    }

    private func expectMismatch(
        _ row: OnceCase, _ call: OnceCall, _ client: any TestClientProtocol
    ) async throws {
        var others: [OnceCall] = []
        if let body = row.otherBody { others.append(OnceCall(call.path, call.fields, body)) }
        if call.fields.isEmpty {
            // Who has no credential is told by the code.
            let body = (call.body ?? "").dropLast() + #","reason":"other"}"#
            others.append(OnceCall(call.path, call.fields, String(body)))
        } else {
            others.append(call.elsewhere)
        }
        for other in others where other.path != call.path || other.body != call.body {
            let told = try await other.ask(client, key: Self.key)
            #expect((told.status, told.code) == (422, "idempotency_mismatch"), "\(other.path) \(told.body)")
        }
    }

    /// Neither the key nor what it opens can be read in the database.
    private func expectSealed(_ told: Told, _ it: OnceHouse) async throws {
        let texts = try await it.texts("SELECT actor || key || fingerprint || subject || answer FROM idempotency")
        #expect(texts.count == 1)
        for text in texts {
            #expect(!text.contains(Self.key))
            for secret in ["ush_", "code=", "api_key"] { #expect(!text.contains(secret)) }
            if !told.body.isEmpty { #expect(!text.contains(told.body)) }
        }
    }

    /// The right is asked each time: what was answered before is no secret kept for whoever lost it.
    private func expectNothingWithoutTheRight(
        _ call: OnceCall, _ it: OnceHouse, _ client: any TestClientProtocol
    ) async throws {
        guard !call.fields.isEmpty else { return }
        if call.fields[.authorization] != nil {
            try await it.change("UPDATE api_keys SET role = 0")
            #expect(try await call.ask(client, key: Self.key).status == 403)
        } else {
            try await it.change("DELETE FROM sessions")
            #expect(try await call.ask(client, key: Self.key).status == 401)
        }
    }

    @Test(arguments: OnceCase.all.filter { !$0.reads }, Engine.available)
    func `CON-11 of twenty at once with one key, one has the effect and all have the answer`(
        _ row: OnceCase, _ engine: Engine
    ) async throws {
        let (alone, _) = try await effect(of: row, engine, times: 1)
        let (effect, answers) = try await effect(of: row, engine, times: 20)
        #expect(effect == alone)
        #expect(answers.count == 20)
        // Who finds no place, or waits too long on a busy machine, is told so, and nothing is done.
        let done = answers.filter { $0[0] != "503" }
        if row.sends {
            #expect(Set(done.map(\.[0])).isSubset(of: ["202", "204"]), "\(answers)")
        } else {
            #expect(Set(done).count == 1, "\(answers)")
            #expect(done.first?[0].hasPrefix("2") == true)
        }
    }

    private func effect(
        of row: OnceCase, _ engine: Engine, times: Int
    ) async throws -> (counts: [String: Int], answers: [[String]]) {
        let it = try await OnceHouse(engine)
        return try await it.house.serve { client in
            let call = try await row.prepare(it, client)
            let before = try await it.counts()
            let answers = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<times { group.addTask { try await call.ask(client, key: Self.key).answer } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let after = try await it.counts()
            return (after.merging(before) { $0 - $1 }, answers)
        }
    }

    @Test(arguments: Engine.available)
    func `CON-11 a key is its caller's own, and free again after a day`(_ engine: Engine) async throws {
        let it = try await OnceHouse(engine)
        let (first, second) = (try await it.person("ada").fields, try await it.person("bob").fields)
        let call: @Sendable (HTTPFields) -> OnceCall = { OnceCall("/api/organization", $0, #"{"name":"New"}"#) }
        try await it.house.serve { client in
            let mine = try await call(first).ask(client, key: Self.key)
            let theirs = try await call(second).ask(client, key: Self.key)
            #expect(mine.status == 200 && theirs.status == 200 && mine.body != theirs.body)
            it.house.clock.advance(by: .hours(24) - .milliseconds(1))
            #expect(try await call(first).ask(client, key: Self.key).answer == mine.answer)
            it.house.clock.advance(by: .milliseconds(1))
            let late = try await call(first).ask(client, key: Self.key)
            #expect(late.status == 200 && late.body != mine.body)
            let now = it.house.clock.now
            _ = try await it.house.store.write { try $0.prune(limit: 100, at: now) }
            #expect(try await it.texts("SELECT actor FROM idempotency").count == 1)
        }
    }

    /// What changed nothing leaves a row for its key, too. Where the call has no limit of its own, that row meets the
    /// caller's; a call that is added with a way around it fails here.
    @Test(arguments: OnceCase.all.filter { !$0.reads }, Engine.available)
    func `CON-11 keys of answers that change nothing are bounded by the caller's limit`(
        _ row: OnceCase, _ engine: Engine
    ) async throws {
        var quotas = Quotas.off
        (quotas.actor, quotas.domain) = (Quota(.actor, 6, per: .hours(1)), Quota(.domain, 6, per: .hours(1)))
        let it = try await OnceHouse(engine, quotas: quotas)
        try await it.house.serve { client in
            let call = try await row.prepare(it, client)
            let first = try await call.ask(client, key: nil)
            #expect((200..<300).contains(first.status), "\(first.body)")
            var (unchanged, codes) = (0, Set<String>())
            for number in 0..<10 {
                let before = try await it.counts()
                let told = try await call.ask(client, key: "again-\(number)")
                let isDone = (200..<300).contains(told.status), isSame = try await it.counts() == before
                if isDone && isSame { unchanged += 1 }
                if let code = told.code { codes.insert(code) }
            }
            #expect(unchanged <= 6)
            #expect((unchanged > 0) == Self.repeatable.contains(row.route), "\(unchanged)")
            if unchanged > 0 { #expect(codes == ["limited"]) }
            let kept = try await it.texts("SELECT actor FROM idempotency").count
            #expect(kept <= 6 || unchanged == 0)
            // Without a key there is nothing to bound.
            guard row.route == "POST /api/suppression" else { return }
            for _ in 0..<10 { #expect(try await call.ask(client, key: nil).status == 200) }
        }
    }

    /// Where doing it again is no error.
    private static let repeatable: Set = [
        "POST /api/invitation/{invitation_id}/approve", "POST /api/invitation/revoke",
        "POST /api/invitation/plan/{plan_id}/apply", "POST /api/invitation/request/{request_id}/approve",
        "POST /api/invitation/request/{request_id}/refuse", "POST /api/organization/{organization_id}/domain",
        "POST /api/organization/{organization_id}/domain/{domain_id}/verify", "POST /api/suppression",
        "POST /api/organization/{organization_id}/join_request/{request_id}/approve",
        "POST /api/organization/{organization_id}/join_request/{request_id}/refuse",
        "POST /api/auth/me/invitation/{invitation_id}/accept", "POST /api/auth/me/organization/{organization_id}/join",
    ]

    /// A refusal keeps nothing: what was wrong can be put right under the same key.
    @Test(arguments: Engine.available)
    func `a refused request leaves its key free`(_ engine: Engine) async throws {
        let it = try await OnceHouse(engine)
        let (fields, path) = (try await it.admin(), "/api/organization/\(it.id)/role")
        try await it.house.serve { client in
            let made = OnceCall(path, fields, #"{"name":"Taken","permissions":{}}"#)
            let first = try await made.ask(client, key: nil)
            #expect(first.status == 200)
            #expect(try await made.ask(client, key: Self.key).code == "role_name_taken")
            #expect(try await OnceCall(path, fields, "{}").ask(client, key: Self.key).code == "invalid_body")
            #expect(try await it.texts("SELECT actor FROM idempotency").isEmpty)
            let other = OnceCall(path, fields, #"{"name":"Free","permissions":{}}"#)
            #expect(try await other.ask(client, key: Self.key).status == 200)
        }
    }

    @Test(arguments: Engine.available)
    func `CRS-26 wherever the server dies, effect and answer are there both or neither`(
        _ engine: Engine
    ) async throws {
        let it = try await OnceHouse(engine)
        let call = OnceCall("/api/organization/api_key", try await it.admin(), #"{"name":"made","role":1}"#)
        try await it.house.serve { client in
            let before = try await it.counts()
            var deaths = 0
            while true {
                it.database.breakAfter(deaths)
                let told = try await call.ask(client, key: Self.key)
                it.database.breakAfter(nil)
                guard told.status >= 500 else { break }
                deaths += 1
                #expect(try await it.counts() == before)
                #expect(try await it.texts("SELECT actor FROM idempotency").isEmpty)
            }
            #expect(deaths >= 5)
            let after = try await it.counts()
            #expect(after["api_keys"] == (before["api_keys"] ?? 0) + 1)
            #expect(try await call.ask(client, key: Self.key).body.contains("ush_"))
            #expect(try await it.counts() == after)
        }
    }

    /// Many are withdrawn some at a time: what died on the way goes on, and tells the whole.
    @Test(arguments: Engine.available)
    func `CRS-26 a withdrawal of many that died on the way goes on under its key`(_ engine: Engine) async throws {
        let it = try await OnceHouse(engine)
        for number in 0..<250 { try await it.invitation(to: "p\(number)") }
        let call = OnceCall("/api/invitation/revoke", try await it.admin(), #"{"all":true}"#)
        try await it.house.serve { client in
            it.database.breakAfter(200)
            #expect(try await call.ask(client, key: Self.key).status == 500)
            it.database.breakAfter(nil)
            let left = try await it.texts("SELECT id FROM invitations WHERE status = 'pending'").count
            #expect((1..<250).contains(left))
            let told = try await call.ask(client, key: Self.key)
            #expect(told.body == #"{"more":false,"revoked":250}"#)
            #expect(try await call.ask(client, key: Self.key).answer == told.answer)
            #expect(try await it.texts("SELECT id FROM invitations WHERE status = 'pending'").isEmpty)
        }
    }
}
