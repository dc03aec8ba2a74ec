import Foundation
import Testing
import UsherDomain
import UsherSecrets
import UsherUseCases

@testable import UsherMailbox

/// A folder that is gone when nobody holds it any more.
private final class TemporaryFolder: Sendable {
    let path: String

    init() { path = FileManager.default.temporaryDirectory.appendingPathComponent("usher-\(UUID().uuidString)").path }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
}

private let effects = Effects.live(key: ServerKey())

private func parcel(_ raw: String, to address: String = "newcomer@example.org") -> Parcel {
    let recipient = EmailAddress(typed: address, canonical: address, wire: address)
    return Parcel(sender: "usher@example.com", recipient: recipient, bytes: Array(raw.utf8))
}

@Suite struct MailboxTests {
    @Test func `what was accepted is in the folder, and is there after a restart, newest first`() async throws {
        let folder = TemporaryFolder()
        let mailbox = try Mailbox(folder: folder.path, effects: effects)
        #expect(await mailbox.hand(parcel("Subject: one\r\n\r\nfirst\r\n")) == .accepted(code: 250))
        #expect(
            await mailbox.hand(parcel("Subject: two\r\n\r\nsecond\r\n", to: "b@example.org")) == .accepted(code: 250))
        #expect(mailbox.all().map(\.content.subject) == ["two", "one"])
        #expect(folder.files.count == 2)
        #expect(folder.files.allSatisfy { $0.hasSuffix(".json") })

        let again = try Mailbox(folder: folder.path, effects: effects)
        #expect(again.all().map(\.to) == ["b@example.org", "newcomer@example.org"])
        #expect(again.all().first?.raw == "Subject: two\r\n\r\nsecond\r\n")
        #expect(again.all().map(\.receivedAt) == mailbox.all().map(\.receivedAt))
    }

    @Test func `only the newest thousand are kept`() async throws {
        let folder = TemporaryFolder()
        let mailbox = try Mailbox(folder: folder.path, effects: effects)
        for number in 0..<(Mailbox.capacity + 3) { _ = await mailbox.hand(parcel("Subject: \(number)\r\n\r\nx")) }
        #expect(mailbox.all().count == Mailbox.capacity)
        #expect(mailbox.all().last?.content.subject == "3")
        #expect(folder.files.count == Mailbox.capacity)
    }

    @Test func `what cannot be kept is not accepted`() async throws {
        let folder = TemporaryFolder()
        let mailbox = try Mailbox(folder: folder.path, effects: effects)
        try FileManager.default.removeItem(atPath: folder.path)
        guard case .deferred = await mailbox.hand(parcel("Subject: x\r\n\r\nx")) else {
            Issue.record("it was accepted")
            return
        }
        #expect(mailbox.all().isEmpty)
    }

    @Test func `a spoilt file hides no other`() async throws {
        let folder = TemporaryFolder()
        let mailbox = try Mailbox(folder: folder.path, effects: effects)
        _ = await mailbox.hand(parcel("Subject: whole\r\n\r\nx"))
        try "{".write(toFile: folder.path + "/0.json", atomically: true, encoding: .utf8)
        #expect(try Mailbox(folder: folder.path, effects: effects).all().map(\.content.subject) == ["whole"])
    }

    @Test func `a folder that cannot be made is said so`() throws {
        #expect(throws: MailboxError.self) { try Mailbox(folder: "/dev/null/mailbox", effects: effects) }
    }
}

@Suite struct MessageReaderTests {
    private static let message = [
        "Subject: =?utf-8?q?J=C3=BCrgen_invited_?=", " =?utf-8?b?ZWlu?= to join",
        "Content-Type: multipart/alternative;", " boundary=\"b-1\"", "", "preamble", "--b-1",
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
        "Gr=C3=BC=C3=9Fe, a long =", "line =3D one", "", "--b-1", "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: base64", "", "PHA+SGk8L3A+", "--b-1--", "epilogue",
    ].joined(separator: "\r\n")

    @Test func `subject, text and HTML are read as they were meant`() {
        let message = MessageReader(Self.message)
        #expect(message.subject == "Jürgen invited ein to join")
        #expect(message.text == "Grüße, a long line = one\n")
        #expect(message.html == "<p>Hi</p>")
    }

    @Test(arguments: ["", "Subject", "no headers\r\n\r\n", "Content-Type: multipart/mixed\r\n\r\nx", "\r\n\r\n\r\n"])
    func `what is no letter of ours is shown without harm`(_ raw: String) {
        #expect(MessageReader(raw).html.isEmpty)
    }

    @Test func `a letter cannot leave its frame's head`() {
        #expect(MailboxRoutes.openingLinksOnTop("<html><head><title>x") == "<html><head><base target=\"_top\"><title>x")
    }
}
