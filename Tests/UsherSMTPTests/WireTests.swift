import Foundation
import Testing
import UsherDomain
import UsherSMTP
import UsherUseCases

/// What goes over the wire, byte by byte.
@Suite(.serialized, .timeLimit(.minutes(15))) struct WireTests {
    @Test(arguments: [
        ".\r\n", "..\r\nx\r\n", "a\r\n.\r\nMAIL FROM:<x@example.com>\r\nRCPT TO:<y@example.com>\r\nDATA\r\n",
        "a\r\n.", "a\r\n..\r\n...\r\n", "Subject: x\r\n\r\n.leading\r\n", "no line end",
    ])
    func `dots are stuffed once, and no text ends the message early (EML-02)`(_ text: String) async throws {
        let relay = try ScriptedRelay(.init())
        defer { relay.stop() }
        let verdict = try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off") { await $0.hand(parcel(text)) }
        #expect(verdict.isAccepted)
        let record = try #require(try relay.records().first)
        #expect(record.messages.count == 1)
        #expect(record.commands.count { $0.hasPrefix("MAIL") } == 1)
        #expect(record.commands.count { $0.hasPrefix("RCPT") } == 1)
        let wire = String(decoding: try #require(record.wireMessages.first), as: UTF8.self)
        let lines = wire.components(separatedBy: "\r\n")
        let unstuffed = lines.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }.joined(separator: "\r\n")
        #expect(unstuffed == (text.hasSuffix("\r\n") ? text : text + "\r\n"))
        #expect(!lines.contains("."))
    }

    @Test(arguments: [
        "a\nb\r\n", "a\rb\r\n", "a\n.\nb\r\n", "a\n.\r\nb\r\n", "a\r.\rb\r\n", "a\r\r\nb\r\n", "a\r", "\n", "",
    ])
    func `a bare CR or LF never reaches the wire (EML-02)`(_ text: String) async throws {
        let relay = try ScriptedRelay(.init())
        defer { relay.stop() }
        let verdict = try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off") { await $0.hand(parcel(text)) }
        #expect(verdict.isRefused)
        #expect(try relay.records().isEmpty)
    }

    @Test(arguments: [
        "a@example.org>\r\nRCPT TO:<b@example.org", "a@example.org\r\nDATA", "a@example.org b@example.org",
        "<a@example.org>", "a\0@example.org", "a", "",
    ])
    func `an address is one argument of one command, or nothing is said (EML-01, EML-08)`(
        _ recipient: String
    ) async throws {
        let relay = try ScriptedRelay(.init())
        defer { relay.stop() }
        let verdict = try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off") {
            await $0.hand(parcel(to: recipient))
        }
        #expect(verdict.isRefused)
        #expect(try relay.records().isEmpty)
    }

    @Test func `the connection is kept, and nothing but the message is sent anew`() async throws {
        let relay = try ScriptedRelay(.init())
        defer { relay.stop() }
        try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off") { post in
            for _ in 0..<20 { #expect(await post.hand(parcel()).isAccepted) }
        }
        let records = try relay.records()
        #expect(records.count == 1)
        #expect(records.first?.commands.count { $0.hasPrefix("EHLO") } == 1)
        #expect(records.first?.messages.count == 20)
        #expect(records.first?.commands.count { $0.hasPrefix("RCPT") } == 20)
    }

    @Test(arguments: [nil, "421 4.4.2 idle for too long"])
    func `a connection that the relay closed meanwhile costs nothing (EML-13)`(_ word: String?) async throws {
        let relay = try ScriptedRelay(.init(closeAfter: 1, closingWord: word), .init())
        defer { relay.stop() }
        try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off") { post in
            #expect(await post.hand(parcel()).isAccepted)
            try await Task.sleep(for: .milliseconds(200))
            #expect(await post.hand(parcel()).isAccepted)
        }
        #expect(try relay.records(2).map(\.messages.count) == [1, 1])
    }

    @Test func `a relay that drops the second message at MAIL is asked once more, one that has it is not (EML-13)`()
        async throws
    {
        let fallen = try ScriptedRelay(.init(replies: [".": "drop"]), .init())
        defer { fallen.stop() }
        try await withPost("smtp://127.0.0.1:\(fallen.port)?tls=off") { post in
            #expect(await post.hand(parcel()).isDeferred)
        }
        #expect(try fallen.records().map(\.messages.count) == [1])
    }

    @Test func `a reply that comes too late is not taken for the next message's`() async throws {
        let relay = try ScriptedRelay(.init(replies: [".": "late"]), .init(replies: ["RCPT": "550 no"]), .init())
        defer { relay.stop() }
        try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off", timeout: .milliseconds(1500)) { post in
            #expect(await post.hand(parcel()).isDeferred)
            try await Task.sleep(for: .milliseconds(1500))
            #expect(await post.hand(parcel()).isRefused)
            #expect(await post.hand(parcel()).isAccepted)
        }
        #expect(try relay.records(3).map(\.messages.count) == [1, 0, 1])
    }

    @Test(arguments: [
        ("550 5.1.1 <invitee@example.org>: unknown", 550), ("552 5.2.2 full", 552), ("554 5.7.1 no", 554),
    ])
    func `a refusal carries what the relay said`(_ reply: String, _ code: Int) async throws {
        let relay = try ScriptedRelay(.init(replies: ["RCPT": reply]))
        defer { relay.stop() }
        let verdict = try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off") { await $0.hand(parcel()) }
        #expect(verdict == .refused(code: code, reason: reply))
        #expect(try relay.records().allSatisfy { $0.messages.isEmpty })
    }

    @Test(arguments: ["530 5.7.0 Authentication required", "503 5.5.1 Bad sequence"])
    func `a reply that is about the session does not condemn the recipient`(_ reply: String) async throws {
        let relay = try ScriptedRelay(.init(replies: ["RCPT": reply]))
        defer { relay.stop() }
        let verdict = try await withPost("smtp://127.0.0.1:\(relay.port)?tls=off") { await $0.hand(parcel()) }
        #expect(verdict.isDeferred)
    }

    @Test func `an address beyond ASCII goes out only where SMTPUTF8 is offered (EML-16)`() async throws {
        let recipient = "jürgen@xn--bcher-kva.example.org"
        let able = try ScriptedRelay(.init(extensions: ["SMTPUTF8", "8BITMIME"]))
        defer { able.stop() }
        try await withPost("smtp://127.0.0.1:\(able.port)?tls=off") { post in
            // The second goes over the kept connection, which says no EHLO.
            for _ in 0..<2 { #expect(await post.hand(parcel(to: recipient)).isAccepted) }
            #expect(await post.hand(parcel()).isAccepted)
        }
        let mails = try #require(try able.records().first).commands.filter { $0.hasPrefix("MAIL") }
        #expect(mails.map { $0.contains("SMTPUTF8") } == [true, true, false])

        let unable = try ScriptedRelay(.init())
        defer { unable.stop() }
        try await withPost("smtp://127.0.0.1:\(unable.port)?tls=off") { post in
            let verdict = await post.hand(parcel(to: recipient))
            #expect(verdict.isRefused && verdict.reason.contains("SMTPUTF8"))
            // A domain alone needs nothing: it goes as A-labels.
            #expect(await post.hand(parcel(to: "jurgen@xn--bcher-kva.example.org")).isAccepted)
        }
        let commands = try unable.records().flatMap(\.commands)
        #expect(commands.filter { $0.hasPrefix("RCPT") } == ["RCPT TO:<jurgen@xn--bcher-kva.example.org>"])
    }
}
