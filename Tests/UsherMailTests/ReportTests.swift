import Foundation
import Testing
import UsherDomain
import UsherMail
import UsherSecrets
import UsherUseCases

/// What mail systems send back, and whoever pretends to be one.
struct ReportTests {
    private let effects = Effects.live(key: ServerKey())
    private let now = Sample.created

    private func returnPath(_ address: String = "bounces@example.com", _ effects: Effects? = nil) throws -> ReturnPath {
        try #require(ReturnPath(address, effects: effects ?? self.effects))
    }

    /// The envelope's sender of an invitation's letter.
    private func sender(_ path: ReturnPath, generation: Int = 1) throws -> String {
        let writer = try LetterWriter(
            settings: LetterSettings(
                from: "invitations@example.com", appName: "Example App", publicURL: "https://usher.example.com/",
                returnPath: path),
            effects: effects)
        return try writer.write(Sample.invitation(generation: generation)).sender
    }

    private func bounce(
        to address: String, _ status: String = "Action: failed\r\nStatus: 5.1.1", field: String = "To",
        diagnosis: String = "Diagnostic-Code: smtp; 550 5.1.1 <invitee@example.org>: no such person\r\n"
    ) -> String {
        """
        Return-Path: <>\r
        From: MAILER-DAEMON@mail.example.net\r
        \(field): \(address)\r
        Subject: Undelivered Mail Returned to Sender\r
        Auto-Submitted: auto-replied\r
        MIME-Version: 1.0\r
        Content-Type: multipart/report; report-type=delivery-status;\r
        \tboundary="A1.2/mail.example.net"\r
        \r
        This is a MIME-encapsulated message.\r
        \r
        --A1.2/mail.example.net\r
        Content-Type: text/plain; charset=us-ascii\r
        \r
        I'm sorry to have to inform you.\r
        \r
        --A1.2/mail.example.net\r
        Content-Type: message/delivery-status\r
        \r
        Reporting-MTA: dns; mail.example.net\r
        \r
        Final-Recipient: rfc822; invitee@example.org\r
        \(status)\r
        \(diagnosis)\r
        --A1.2/mail.example.net\r
        Content-Type: message/rfc822\r
        \r
        Subject: the letter\r
        \r
        --A1.2/mail.example.net--\r
        """
    }

    private func read(_ text: String, _ path: ReturnPath, at moment: Timestamp? = nil) -> DeliveryReport? {
        ReportReader(path).report(in: Array(text.utf8), at: moment ?? now)
    }

    @Test func `each invitation's letter has a return path of its own, other letters the plain one`() throws {
        let path = try returnPath()
        let (first, second) = (try sender(path), try sender(path, generation: 2))
        #expect(first.hasPrefix("bounces+") && first.hasSuffix("@example.com"))
        #expect(first == first.lowercased() && first != second && first.utf8.count <= 64 + 12)
        #expect(first == (try sender(path)))
        #expect(!first.contains(Sample.invitation.rawValue))
        let tag = ReturnPath.Tag(invitation: Sample.invitation, generation: 1)
        #expect(path.tag(in: first, at: now) == tag)
        // Mail systems change the case.
        #expect(path.tag(in: first.uppercased(), at: now) == tag)
        let writer = try LetterWriter(
            settings: LetterSettings(
                from: "invitations@example.com", appName: "App", publicURL: "https://usher.example.com/",
                returnPath: path),
            effects: effects)
        #expect(try writer.write(Sample.reset()).sender == "bounces@example.com")
        #expect(ReturnPath("sixteen.letters1@example.com", effects: effects) == nil)
        #expect(ReturnPath("none", effects: effects) == nil)
    }

    @Test func `EML-10 no tag, a wrong one, another server's, and one of a month ago are nobody's`() throws {
        let path = try returnPath()
        let good = try sender(path)
        #expect(read(bounce(to: good), path) != nil)
        let other = try returnPath("bounces@example.com", Effects.live(key: ServerKey()))
        let position = good.index(good.startIndex, offsetBy: 20)
        let changed = good.replacingCharacters(in: position...position, with: good[position] == "a" ? "b" : "a")
        for address in [
            "bounces@example.com", "bounces+@example.com", "bounces+\(String(repeating: "a", count: 48))@example.com",
            changed, good.replacing("@example.com", with: "@example.net"), good.replacing("bounces+", with: "other+"),
            String(good.dropFirst()), try sender(other), "",
        ] {
            #expect(read(bounce(to: address), path) == nil, "\(address)")
        }
        #expect(path.tag(in: good, at: now + .days(30)) != nil)
        #expect(path.tag(in: good, at: now + .days(32)) == nil)
        #expect(path.tag(in: good, at: now - .days(1)) != nil)
        #expect(path.tag(in: good, at: now - .days(3)) == nil)
    }

    @Test(arguments: ["To", "Delivered-To", "X-Original-To", "Envelope-To"])
    func `a bounce tells code and reason, wherever the address stands`(_ field: String) throws {
        let path = try returnPath()
        let report = try #require(read(bounce(to: "Somebody <\(try sender(path))>", field: field), path))
        #expect(report.invitation == Sample.invitation && report.generation == 1 && report.verdict == .bounced)
        #expect(report.code == 550)
        #expect(report.reason == "5.1.1 550 5.1.1 <invitee@example.org>: no such person")
    }

    @Test(arguments: [
        ("Action: failed\r\nStatus: 5.7.1 (refused)", DeliveryReport.Verdict?.some(.bounced)),
        // Days of trouble.
        ("Action: failed\r\nStatus: 4.4.7", .bounced), ("Action: delayed\r\nStatus: 4.4.1", .delayed),
        ("ACTION: Delivered (to a mailbox)\r\nStatus: 2.0.0", .delivered),
        ("Action: relayed\r\nStatus: 2.0.0", nil), ("Action: failed", nil), ("Action: failed\r\nStatus: 2.0.0", nil),
        ("Action: delayed\r\nStatus: 5.0.0", nil), ("Action: failed\r\nStatus: 5", nil),
        ("Action: failed\r\nStatus: 5.1.x", nil), ("Status: 5.1.1", nil),
        ("Action: failed\r\nStatus: 5.1.1\r\n\r\nAction: delivered\r\nStatus: 2.0.0", nil),
        ("Action: failed\r\nStatus: 5.1.1\r\n\r\nAction: failed\r\nStatus: 5.2.2", .bounced),
    ])
    func `EML-11 action and status must agree`(_ status: String, _ verdict: DeliveryReport.Verdict?) throws {
        let path = try returnPath()
        #expect(read(bounce(to: try sender(path), status), path)?.verdict == verdict)
    }

    @Test func `a complaint is one about the return path of the letter that it sends back`() throws {
        let path = try returnPath()
        let complaint = { (kind: String, sender: String) in
            """
            To: bounces@example.com
            Content-Type: multipart/report; report-type=feedback-report; boundary=b

            --b
            Content-Type: text/plain

            This is an email abuse report.
            --b
            Content-Type: message/feedback-report

            Feedback-Type: \(kind)
            User-Agent: Reporter/1.0
            Version: 1
            Original-Mail-From: <\(sender)>
            --b--
            """
        }
        let address = try sender(path)
        #expect(read(complaint("abuse", address), path)?.verdict == .complained)
        #expect(read(complaint("not-spam", address), path) == nil)
        #expect(read(complaint("abuse", "bounces@example.com"), path) == nil)
    }

    @Test func `EML-23 answers of people and of their absence are no reports`() throws {
        let path = try returnPath()
        let address = try sender(path)
        for text in [
            "To: \(address)\r\nAuto-Submitted: auto-replied\r\nSubject: Out of office\r\n\r\nBack on Monday.",
            "To: \(address)\nContent-Type: text/plain\n\nAction: failed\nStatus: 5.1.1\n",
            bounce(to: address).replacing("multipart/report", with: "multipart/mixed"),
        ] {
            #expect(read(text, path) == nil)
        }
    }

    @Test func `EML-11 hostile reports are read in bounds, and end nothing`() throws {
        let path = try returnPath()
        let address = try sender(path)
        let head = "To: \(address)\nContent-Type: multipart/report; boundary=b\n\n"
        var nested = head
        for depth in 0..<1000 { nested += "--b\nContent-Type: multipart/mixed; boundary=b\(depth)\n\n" }
        let huge =
            Array("To: \(address)\nContent-Type: multipart/report; boundary=b\n".utf8)
            + Array(repeating: UInt8(ascii: "x"), count: 50 << 20)
        let encoded = bounce(to: address).replacing(
            "Content-Type: message/delivery-status\r\n",
            with: "Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n")
        #expect(read(nested, path) == nil)
        #expect(ReportReader(path).report(in: huge, at: now) == nil)
        #expect(read(encoded, path) == nil)
        for text in [
            "", "\n", ":", "\u{0}", head, "\(head)--b", "\(head)--b--",
            "\(head)--b\nContent-Type: message/delivery-status",
            "Content-Type: multipart/report; boundary=\"", "Content-Type: multipart/report; boundary=\n\n--\n--\n",
            String(repeating: "To: \(address)\n", count: 5000) + head,
            head + String(repeating: "--b\n\n", count: 100_000),
        ] {
            #expect(read(text, path) == nil)
        }
        var random = SystemRandomNumberGenerator()
        let good = Array(bounce(to: address).utf8)
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let report = ReportReader(path).report(in: Array(bytes.prefix(Int.random(in: 0...bytes.count))), at: now)
            #expect(report.map { $0.invitation == Sample.invitation && $0.generation == 1 } ?? true)
            #expect(report?.reason?.utf8.allSatisfy { (0x20...0x7E).contains($0) } ?? true)
        }
    }
}
