import Foundation
import Testing
import UsherSMTP
import UsherUseCases

/// EML-14: what is secret or is a mail is not told to whoever stands in between.
@Suite(.serialized, .timeLimit(.minutes(15))) struct TLSTests {
    static let credentials = [
        "user", "pass word", "dXNlcg", "cGFzcyB3b3Jk", Data("\0user\0pass word".utf8).base64EncodedString(),
    ]

    /// Neither an envelope nor a credential in the clear.
    private func isSilent(_ relay: ScriptedRelay) throws -> Bool {
        try relay.records(1).allSatisfy { record in
            record.messages.isEmpty
                && !record.clear.contains { line in
                    line.hasPrefix("MAIL") || line.hasPrefix("AUTH") || Self.credentials.contains { line.contains($0) }
                }
        }
    }

    @Test(arguments: [["PLAIN"], ["LOGIN"], ["PLAIN LOGIN"], ["XOAUTH2"]])
    func `sign-in and mail go through STARTTLS`(_ mechanisms: [String]) async throws {
        let relay = try ScriptedRelay(
            .init(extensions: ["STARTTLS"], extensionsInTLS: mechanisms.map { "AUTH \($0)" }))
        defer { relay.stop() }
        let auth = mechanisms == ["XOAUTH2"] ? "&auth=xoauth2" : ""
        let url = "smtp://user:pass%20word@localhost:\(relay.port)?tls=required&ca=\(relay.authorities)\(auth)"
        try await withPost(url) { post in
            for _ in 0..<2 { #expect(await post.hand(parcel()).isAccepted) }
        }
        let record = try #require(try relay.records().first)
        #expect(record.clear.map { $0.prefix(8) }.allSatisfy { $0.hasPrefix("EHLO") || $0 == "STARTTLS" })
        #expect(record.encrypted.contains { $0.hasPrefix("AUTH") })
        #expect(record.messages.count == 2)
    }

    @Test func `smtps speaks TLS from the first byte`() async throws {
        let relay = try ScriptedRelay(.init(isImplicitTLS: true))
        defer { relay.stop() }
        let verdict = try await withPost("smtps://localhost:\(relay.port)?ca=\(relay.authorities)") {
            await $0.hand(parcel())
        }
        #expect(verdict.isAccepted)
        #expect(try relay.records().first?.clear == [])
    }

    @Test func `no STARTTLS, no mail, where TLS is required`() async throws {
        let relay = try ScriptedRelay(.init(extensions: ["AUTH PLAIN LOGIN"]))
        defer { relay.stop() }
        let verdict = try await withPost("smtp://user:pass%20word@localhost:\(relay.port)?tls=required") {
            await $0.hand(parcel())
        }
        #expect(verdict.isDeferred)
        #expect(try isSilent(relay))
    }

    @Test func `credentials stay here when an opportunistic relay offers no TLS`() async throws {
        let relay = try ScriptedRelay(.init(extensions: ["AUTH PLAIN LOGIN"]))
        defer { relay.stop() }
        let verdict = try await withPost("smtp://user:pass%20word@localhost:\(relay.port)?tls=opportunistic") {
            await $0.hand(parcel())
        }
        #expect(verdict.isDeferred)
        #expect(try isSilent(relay))
    }

    @Test(arguments: ["454 4.7.0 not now", "drop", "500 what?"])
    func `a refused STARTTLS ends the attempt`(_ reply: String) async throws {
        let relay = try ScriptedRelay(.init(extensions: ["STARTTLS", "AUTH PLAIN"], replies: ["STARTTLS": reply]))
        defer { relay.stop() }
        let verdict = try await withPost("smtp://user:pass%20word@localhost:\(relay.port)?tls=required") {
            await $0.hand(parcel())
        }
        #expect(verdict.isDeferred)
        #expect(try isSilent(relay))
    }

    @Test(arguments: ["bad", "good"])
    func `a certificate that does not prove the host ends the attempt`(_ certificate: String) async throws {
        let relay = try ScriptedRelay(.init(extensions: ["STARTTLS", "AUTH PLAIN"], certificate: certificate))
        defer { relay.stop() }
        // The bad one is for another host; the good one is signed by nobody whom the system trusts.
        let authorities = certificate == "bad" ? "&ca=\(relay.folder.path)/bad.pem" : ""
        let url = "smtp://user:pass%20word@localhost:\(relay.port)?tls=required\(authorities)"
        let verdict = try await withPost(url) { await $0.hand(parcel()) }
        #expect(verdict == .deferred(code: nil, reason: "the relay's certificate is not trusted"))
        #expect(try isSilent(relay))
    }

    @Test func `clear text that came with the go-ahead is not taken for the relay's word`() async throws {
        // Whoever stands in between adds a whole conversation to the last clear reply.
        let injected =
            "220 go ahead\r\n250-fake\r\n250 AUTH PLAIN\r\n235 fine\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken"
        let relay = try ScriptedRelay(.init(extensions: ["STARTTLS"], replies: ["STARTTLS": injected]))
        defer { relay.stop() }
        let verdict = try await withPost("smtp://localhost:\(relay.port)?tls=required&ca=\(relay.authorities)") {
            await $0.hand(parcel())
        }
        let messages = try relay.records().flatMap(\.messages)
        #expect(verdict.isAccepted ? messages.count == 1 : messages.isEmpty)
        #expect(try relay.records().allSatisfy { !$0.clear.contains { $0.hasPrefix("MAIL") } })
    }

    @Test func `without credentials an opportunistic relay gets mail with TLS and without`() async throws {
        let secure = try ScriptedRelay(.init(extensions: ["STARTTLS"]))
        defer { secure.stop() }
        let plain = try ScriptedRelay(.init())
        defer { plain.stop() }
        for relay in [secure, plain] {
            // The default for this machine itself.
            let verdict = try await withPost("smtp://localhost:\(relay.port)") { await $0.hand(parcel()) }
            #expect(verdict.isAccepted)
        }
        #expect(try secure.records().first?.clear.contains { $0.hasPrefix("MAIL") } == false)
    }

    @Test func `a wrong password defers, and is in no verdict (EML-15)`() async throws {
        let relay = try ScriptedRelay(
            .init(
                extensions: ["STARTTLS"], extensionsInTLS: ["AUTH PLAIN"],
                replies: ["AUTH": "535 5.7.8 wrong, you said cGFzcyB3b3Jk"]))
        defer { relay.stop() }
        let url = "smtp://user:pass%20word@localhost:\(relay.port)?tls=required&ca=\(relay.authorities)"
        let verdict = try await withPost(url) { await $0.hand(parcel()) }
        guard case .deferred(let code, let reason) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(code == 535)
        #expect(!reason.contains("pass word"))
        #expect(try relay.records().allSatisfy { $0.messages.isEmpty })
    }

    @Test func `credentials go in the clear only where TLS is off in so many words`() async throws {
        let relay = try ScriptedRelay(.init(extensions: ["AUTH PLAIN"]))
        defer { relay.stop() }
        let verdict = try await withPost("smtp://user:pass%20word@localhost:\(relay.port)?tls=off") {
            await $0.hand(parcel())
        }
        #expect(verdict.isAccepted)
    }
}
