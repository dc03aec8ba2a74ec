import HummingbirdTesting
import Synchronization
import Testing
import UsherAPI
import UsherClient
import UsherDomain
import UsherHTTP
import UsherTestKit
import UsherUseCases

/// The client's stream of a plan's progress: against the real server, and against ones that do everything wrong.
@Suite(.timeLimit(.minutes(5))) struct PlanProgressTests {
    /// 3,000 rows on a wire, by the client's own connections.
    @Test(arguments: Engine.available)
    func `INV-29 a plan of thousands of rows is followed to its end`(_ engine: Engine) async throws {
        var house = try await House(store: engine.makeStore(), publicURL: "http://localhost", quotas: .off)
        house.settings.eventInterval = .milliseconds(5)
        let (key, organization) = (try await house.key(), house.organization.id.rawValue)
        let text = "email_address,status\n" + (1...3_000).map { "p\($0)@example.org,pending\n" }.joined()
        try await house.serve(.live) { [house] client in
            let usher = UsherClient.onWire(try #require(client.port), .apiKey(key))
            let held = ImportSource(format: "clerk", isHeld: true)
            let plan = try await usher.plan(csv: Array(text.utf8), from: held, in: organization)
            _ = try await usher.applyPlan(plan.id, of: organization)
            let advancing = Task {
                for _ in 0..<200 { _ = try await house.useCases.advancePlans(node: "node") }
            }
            var done: [Int] = []
            var last: PlanBody?
            for try await told in usher.planProgress(plan.id, of: organization) {
                done.append(told.progress["done"] ?? -1)
                last = told
            }
            try await advancing.value
            #expect(done.count > 5 && done == done.sorted(), "\(done)")
            #expect(done.last == 3_000 && last?.state == "applied" && last?.rows == nil)
            var seen = 0
            let ended = try await usher.waitForPlan(plan.id, of: organization) { _ in seen += 1 }
            #expect(ended == last && seen == 1, "what has ended is told once")
        }
    }

    @Test func `a refusal is the server's, by its code`() async throws {
        let house = try await House()
        let (key, organization) = (try await house.key(.admin), house.organization.id.rawValue)
        try await house.serve(.live) { client in
            let port = try #require(client.port)
            let unknown = "01900000-0000-7000-8000-000000000001"
            for (credential, code) in [
                (UsherClient.Credential.apiKey(key), ErrorCode.planNotFound), (.none, .notSignedIn),
            ] {
                let usher = UsherClient.onWire(port, credential)
                let error = await #expect(throws: UsherError.self) {
                    for try await _ in usher.planProgress(unknown, of: organization) {}
                }
                #expect(error?.code.known == code && error?.requestID != nil)
                let waited = await #expect(throws: UsherError.self) {
                    try await usher.waitForPlan(unknown, of: organization)
                }
                #expect(waited?.code.known == code)
            }
        }
    }

    @Test func `a loop that is cancelled or left closes its connection`() async throws {
        for isCancelled in [true, false] {
            let server = try EndlessServer(ScriptedServer.head + ScriptedServer.event(1))
            let hangUp = server.untilHungUp()
            let usher = UsherClient(baseURL: "http://127.0.0.1:\(server.port)", credential: .none)
            let (got, signal) = AsyncStream<Void>.makeStream()
            let reading = Task {
                for try await _ in usher.planProgress("p", of: "o") {
                    signal.yield()
                    if !isCancelled { break }
                }
            }
            for await _ in got { break }
            if isCancelled { reading.cancel() }
            switch await reading.result {
            case .success: #expect(!isCancelled)
            case .failure(let error): #expect(isCancelled && error is CancellationError, "\(error)")
            }
            #expect(await hangUp.value, "the server was left hanging")
        }
    }

    @Test func `what breaks is made anew, with the last id, and no value is told twice`() async throws {
        let script = ScriptedServer([
            .stream(["retry: 1\n\n", ScriptedServer.event(1), "event: progr"]), .refusal(502), .broken, .refusal(503),
            .stream([ScriptedServer.event(1) + ScriptedServer.event(2)]),
            .stream([ScriptedServer.event(2), ScriptedServer.event(5, ends: true)]),
        ])
        var done: [Int?] = []
        for try await plan in script.client.planProgress("p", of: "o") { done.append(plan.progress["done"]) }
        #expect(done == [1, 2, 5])
        #expect(script.lastEventIDs == [nil, "1", "1", "1", "1", "2"])
    }

    @Test func `what does not come back is given up, and a refusal ends it at once`() async throws {
        let gone = ScriptedServer(
            [.stream(["retry: 1\n\n", ScriptedServer.event(1)])] + Array(repeating: .broken, count: 9))
        await #expect(throws: ScriptedServer.Broken.self) {
            for try await _ in gone.client.planProgress("p", of: "o", reconnections: 2) {}
        }
        #expect(gone.lastEventIDs.count == 3)
        let refused = ScriptedServer([
            .stream(["retry: 1\n\n", ScriptedServer.event(1)]), .refusal(403), .stream([ScriptedServer.event(2)]),
        ])
        let error = await #expect(throws: UsherError.self) {
            for try await _ in refused.client.planProgress("p", of: "o") {}
        }
        #expect(error?.status == 403 && refused.lastEventIDs.count == 2)
        for wrong in [ScriptedServer.Step.page, .stream(["data: x\nevent: progress\n\n"])] {
            let script = ScriptedServer([wrong, wrong, wrong])
            await #expect(throws: (any Error).self) {
                for try await _ in script.client.planProgress("p", of: "o") {}
            }
            #expect(script.lastEventIDs.count == 1)
        }
    }

    @Test func `without the stream a plan is waited for by asking`() async throws {
        for first in [
            ScriptedServer.Step.refusal(503), .broken, .page, .stream([]), .stream(["data: x\nevent: done\n\n"]),
        ] {
            let script = ScriptedServer([first])
            var seen: [Int?] = []
            let ended = try await script.client.waitForPlan("p", of: "o", every: .milliseconds(1)) {
                seen.append($0.progress["done"])
            }
            #expect(ended.state == "applied" && seen == [1, 2, 3])
        }
        let plain = ScriptedServer([])
        var client = plain.client
        client.streaming = nil
        #expect(try await client.waitForPlan("p", of: "o", every: .milliseconds(1)).state == "applied")
        let asking = client
        await #expect(throws: StreamingUnavailable.self) {
            for try await _ in asking.planProgress("p", of: "o") {}
        }
    }

    /// Pulled, never pushed: what nobody asks for stays with the transport.
    @Test func `a slow reader collects nothing`() async throws {
        let pulled = Atomic(0)
        let endless = Endless(pulled: { pulled.add(1, ordering: .relaxed).newValue })
        var client = UsherClient(baseURL: "", credential: .none) { _ in throw ScriptedServer.Broken() }
        client.streaming = { _ in
            UsherStream(status: 200, headers: [("content-type", "text/event-stream")], body: endless)
        }
        var count = 0
        for try await plan in client.planProgress("p", of: "o") {
            count += 1
            #expect(plan.progress["done"] == count)
            if count == 50 { break }
            await Task.yield()
        }
        #expect(pulled.load(ordering: .relaxed) == 50)
    }
}

/// A body that has always more.
private struct Endless: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let pulled: @Sendable () -> Int

    func makeAsyncIterator() -> Endless { self }
    mutating func next() async throws -> [UInt8]? { Array(ScriptedServer.event(pulled()).utf8) }
}

extension UsherClient {
    /// The published client over its own connections, to a server that knows its name and not its port.
    fileprivate static func onWire(_ port: Int, _ credential: Credential) -> UsherClient {
        let named = { @Sendable (request: UsherRequest) in
            var request = request
            request.headers.append((name: "Host", value: "localhost"))
            return request
        }
        let (single, going) = (httpTransport(), httpStreaming())
        var client = UsherClient(baseURL: "http://127.0.0.1:\(port)", credential: credential) {
            try await single(named($0))
        }
        client.streaming = { try await going(named($0)) }
        return client
    }
}
