import Testing
import UsherDomain

@Suite struct ValueTests {
    // INV-10: the exact boundary.
    @Test(arguments: Invitation.Status.allCases)
    func `an offer whose time ran out is expired, an ended one keeps its end (INV-10)`(_ status: Invitation.Status) {
        let end = Timestamp(milliseconds: 1_000_000)
        let invitation = Self.invitation(status, expiresAt: end)
        let isOpen = [.pending, .needsApproval, .waitlisted].contains(status)
        #expect(invitation.status(at: end - .milliseconds(1)) == status)
        #expect(invitation.status(at: end) == (isOpen ? .expired : status))
        #expect(invitation.status(at: end + .seconds(1)) == (isOpen ? .expired : status))
    }

    private static func invitation(_ status: Invitation.Status, expiresAt: Timestamp) -> Invitation {
        let email = EmailAddress(typed: "a@example.com", canonical: "a@example.com", wire: "a@example.com")
        let url = WebURL(text: "https://example.com", origin: Origin(stored: "https://example.com"))
        let start = Timestamp(milliseconds: 0)
        return Invitation(
            id: ID(rawValue: "i"), organization: ID(rawValue: "o"), email: email, role: .user, scopes: nil,
            inviter: .user(ID(rawValue: "u")), status: status, appURL: url, redirectURI: url, expiresAt: expiresAt,
            createdAt: start, updatedAt: start)
    }

    @Test(arguments: [
        "http://localhost", "https://localhost:3000", "http://app.localhost:1", "http://127.0.0.1:8080",
        "http://127.255.0.3", "http://[::1]", "https://[::1]:8443",
    ])
    func `this machine is loopback`(_ origin: String) { #expect(Origin(stored: origin).isLoopback) }

    @Test(arguments: [
        "https://example.com", "https://localhost.example.com", "https://notlocalhost", "http://127.0.0.1.example.com",
        "http://128.0.0.1", "http://127.0.0", "http://127.0.0.256", "http://[::2]", "http://[::]", "localhost", "",
    ])
    func `another machine is not`(_ origin: String) { #expect(!Origin(stored: origin).isLoopback) }

    @Test func `an id is a UUID, kept in lower case`() {
        let text = "0192F0C4-7A3B-7DEF-8123-456789ABCDEF"
        #expect(ID<User>(parsing: text)?.rawValue == text.lowercased())
        for wrong in [
            "", "null", "0", String(text.dropLast()), text + "0", "{\(text)}", " \(text)", "\(text)\n",
            text.filter { $0 != "-" }, text.replacing("F", with: "G"), text.replacing("0192", with: "\u{FF10}192"),
            "0192F0C47-A3B-7DEF-8123-456789ABCDEF", "' OR 1=1 --", String(repeating: "a", count: 50_000),
        ] {
            #expect(ID<User>(parsing: wrong) == nil, "\(wrong.prefix(60))")
        }
    }

    @Test func `times go from millisecond to millisecond`() {
        let moment = Timestamp(milliseconds: 1_000)
        #expect(moment + .minutes(1) == Timestamp(milliseconds: 61_000))
        #expect(moment - .milliseconds(1) < moment)
        #expect(moment + .days(7) - moment == .hours(168))
        #expect(Duration.microseconds(1_999).wholeMilliseconds == 1)
    }

    @Test func `an address shows itself only to its owner`() {
        let email = EmailAddress(typed: "Robin@example.com", canonical: "robin@example.com", wire: "Robin@example.com")
        #expect(email.masked == "R•••@example.com")
        #expect(!email.masked.contains("obin"))
    }
}

extension String {
    fileprivate func replacing(_ old: String, with new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
