import Testing
import UsherSMTP
import UsherUseCases

/// Against Postfix's smtp-sink: every way to fail at every command.
@Suite(.serialized, .timeLimit(.minutes(15))) struct SMTPSinkTests {
    enum Expected: String, Sendable {
        case accepted, refused, deferred
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let options: [String]
        let expected: Expected
        var code: Int?
        var testDescription: String { options.joined(separator: " ") }

        init(_ options: String, _ expected: Expected, _ code: Int? = nil) {
            self.options = options.split(separator: " ").map(String.init)
            self.expected = expected
            self.code = code
        }
    }

    static let faults = [
        Fault("", .accepted, 250),
        // Refused for good.
        Fault("-f CONNECT", .deferred, 500), Fault("-f EHLO", .accepted, 250), Fault("-f MAIL", .deferred, 500),
        Fault("-f RCPT", .refused, 500), Fault("-f DATA", .refused, 500), Fault("-f .", .refused, 500),
        Fault("-f QUIT", .accepted, 250),
        // Refused for now.
        Fault("-r CONNECT", .deferred, 450), Fault("-r EHLO", .accepted, 250), Fault("-r MAIL", .deferred, 450),
        Fault("-r RCPT", .deferred, 450), Fault("-r DATA", .deferred, 450), Fault("-r .", .deferred, 450),
        Fault("-r QUIT", .accepted, 250),
        // Dropped without a word.
        Fault("-q CONNECT", .deferred), Fault("-q EHLO", .deferred), Fault("-q MAIL", .deferred),
        Fault("-q RCPT", .deferred), Fault("-q DATA", .deferred), Fault("-q .", .deferred),
        Fault("-q QUIT", .accepted, 250),
        // Dropped with a word.
        Fault("-Q CONNECT", .deferred, 421), Fault("-Q EHLO", .deferred, 421), Fault("-Q MAIL", .deferred, 421),
        Fault("-Q RCPT", .deferred, 421), Fault("-Q DATA", .deferred, 421), Fault("-Q .", .deferred, 421),
        Fault("-Q QUIT", .accepted, 250),
        // Old and odd servers (EML-17).
        Fault("-e", .accepted, 250), Fault("-8", .accepted, 250), Fault("-N", .accepted, 250),
        Fault("-p", .accepted, 250), Fault("-8 -e -N -E -a", .accepted, 250),
    ]

    @Test(arguments: faults)
    func `a verdict is what the relay said, and a message is there once or not at all (EML-13, EML-17)`(
        _ fault: Fault
    ) async throws {
        let sink = try SMTPSink(fault.options)
        defer { sink.stop() }
        let verdict = try await withPost("smtp://127.0.0.1:\(sink.port)?tls=off") { await $0.hand(parcel()) }
        switch (verdict, fault.expected) {
        case (.accepted(let code), .accepted): #expect(code == fault.code)
        case (.refused(let code, _), .refused), (.deferred(let code, _), .deferred): #expect(code == fault.code)
        default: Issue.record("\(verdict)")
        }
        if fault.expected == .accepted { #expect(try sink.count() == 1) }
    }

    @Test func `a relay that breaks off within DATA has not taken the message (EML-13)`() async throws {
        let sink = try SMTPSink(["-A", "0"])
        defer { sink.stop() }
        let verdict = try await withPost("smtp://127.0.0.1:\(sink.port)?tls=off") { await $0.hand(parcel()) }
        #expect(!verdict.isAccepted)
    }

    @Test func `each message has one recipient and goes out once, over few connections (EML-08)`() async throws {
        let sink = try SMTPSink([])
        defer { sink.stop() }
        let verdicts = try await withPost("smtp://127.0.0.1:\(sink.port)?tls=off", lanes: 4) { post in
            await withTaskGroup(of: RelayVerdict.self) { group in
                for number in 0..<200 { group.addTask { await post.hand(parcel(to: "invitee\(number)@example.org")) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(verdicts.count == 200 && verdicts.allSatisfy(\.isAccepted))
        #expect(try sink.count() == 200)
    }

    @Test func `a relay that is not there defers at once`() async throws {
        let port = SMTPSink.freePort()
        let verdict = try await withPost("smtp://127.0.0.1:\(port)?tls=off") { await $0.hand(parcel()) }
        #expect(verdict == .deferred(code: nil, reason: "the relay does not answer"))
    }
}
