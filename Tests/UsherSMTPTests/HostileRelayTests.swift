import Testing
import UsherSMTP
import UsherUseCases

/// EML-27: a relay that is broken or means harm takes bounded bytes and bounded time, and the next letter goes on.
@Suite(.serialized, .timeLimit(.minutes(15))) struct HostileRelayTests {
    struct Harm: Sendable, CustomTestStringConvertible {
        let command: String
        let reply: String
        var testDescription: String { "\(command): \(reply.prefix(20))" }
    }

    static let harms = ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."].flatMap { command in
        ["flood", "long", "slow", "hang", "hello\0there", "999 what", "25", "-1 x", "\u{FF}\u{FE}\u{FD}"].map {
            Harm(command: command, reply: $0)
        }
    }.filter {
        // Whatever is wrong with EHLO, HELO may do.
        $0.command != "EHLO" || $0.reply != "999 what"
    }

    @Test(arguments: harms)
    func `harm is bounded, and the next letter goes out`(_ harm: Harm) async throws {
        let relay = try ScriptedRelay(.init(replies: [harm.command: harm.reply]), .init())
        defer { relay.stop() }
        let start = ContinuousClock.now
        try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off", timeout: .seconds(2)) { post in
            let verdict = await post.hand(parcel())
            #expect(!verdict.isAccepted)
            #expect(verdict.reason.utf8.count <= 220)
            #expect(verdict.reason.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            #expect(await post.hand(parcel()).isAccepted)
        }
        #expect(start.duration(to: .now) < .seconds(60))
    }

    @Test func `who stops waiting breaks the attempt off`() async throws {
        let relay = try ScriptedRelay(.init(replies: ["MAIL": "hang"]))
        defer { relay.stop() }
        try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off") { post in
            let start = ContinuousClock.now
            let task = Task { await post.hand(parcel()) }
            try await Task.sleep(for: .milliseconds(300))
            task.cancel()
            #expect(await task.value.isDeferred)
            #expect(start.duration(to: .now) < .seconds(8))
        }
    }

    @Test func `a closed post defers`() async throws {
        let post = try SMTPPost(SMTPSettings(host: "127.0.0.1", port: 1))
        await post.close()
        #expect(await post.hand(parcel()).isDeferred)
    }
}
