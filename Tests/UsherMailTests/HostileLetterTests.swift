import Foundation
import Testing
import UsherDomain
import UsherMail
import UsherUseCases

/// What must not get into a letter, or not with the meaning that somebody wants it to have.
@Suite struct HostileLetterTests {
    static let lineEnds = ["\r", "\n", "\r\n", "\u{2028}", "\u{2029}", "\u{85}", "\0", "\u{1B}", "\r\n.\r\nMAIL FROM:"]

    @Test(arguments: lineEnds)
    func `a row with a line end where one line belongs is refused as a whole (EML-01, EML-02, VAL-20)`(
        _ end: String
    ) throws {
        let writer = try Sample.writer()
        let poison = "Bad\(end)Bcc: other@example.com"
        let letters = [
            Sample.invitation(inviter: poison),
            Sample.invitation(organization: poison),
            Sample.invitation(to: Sample.address("a\(end)b@example.org")),
            Sample.invitation(inviterEmail: Sample.address("a\(end)b@example.org")),
            Sample.invitation(appURL: "https://app.example.com/\(end)x"),
            Sample.invitation(redirect: "https://app.example.com/\(end)x"),
        ]
        for letter in letters { #expect(throws: LetterProblem.self) { try writer.write(letter) } }
        // A locale chooses a catalogue, and is never written.
        let mail = try ReadMessage(writer.write(Sample.invitation(locale: "de\(end)Bcc: other@example.com")).bytes)
        #expect(mail.all("Bcc") == [])
        #expect(mail.only("Content-Language") == "en")
    }

    @Test(arguments: [
        "a@example.org,b@example.org", "a@example.org;b@example.org", "a@example.org b@example.org",
        "<a@example.org>", "\"a\"@example.org", "a@b@example.org", "@example.org", "a", "",
    ])
    func `a recipient is one address (EML-08)`(_ text: String) throws {
        let writer = try Sample.writer()
        #expect(throws: LetterProblem.self) { try writer.write(Sample.invitation(to: Sample.address(text))) }
    }

    @Test(arguments: [
        "<img src=x onerror=alert(1)>", "</a><a href=\"https://evil.example.org\">x</a>", "\" onmouseover=\"alert(1)",
        "' style='x", "<script>alert(1)</script>", "{{title}}", "{{{url}}}", "{app}", "&lt;b&gt;",
        // A combining mark makes one character of what is before it and itself.
        "<\u{301}img src=x>", "\"\u{301} onmouseover=\u{301}x",
    ])
    func `markup in a name is text (EML-03)`(_ name: String) throws {
        let mail = try ReadMessage(
            try Sample.writer().write(Sample.invitation(inviter: name, organization: name)).bytes)
        let plain = try ReadMessage(try Sample.writer().write(Sample.invitation()).bytes)
        func tags(_ html: String) -> [Substring] { html.matches(of: /<\/?[A-Za-z][^>]*/).map { $0.0 } }
        func names(_ html: String) -> [Substring] { tags(html).compactMap { $0.split(separator: " ").first } }
        #expect(names(mail.html) == names(plain.html))
        #expect(tags(mail.html).count { $0.hasPrefix("<a ") } == 1)
        #expect(!mail.html.contains("<\u{301}") && !mail.html.contains("onerror=alert(1)>"))
        let shown = try Data(ShownName(name, field: "name").text.utf8)
        let unescaped = try python(
            "import sys, html; sys.stdout.write(html.unescape(sys.stdin.read()))", input: Data(mail.html.utf8))
        #expect(unescaped.range(of: shown) != nil)
        #expect(Data(mail.text.utf8).range(of: shown) != nil)
    }

    @Test func `no link of a letter leads anywhere but http and https (EML-03)`() throws {
        let writer = try Sample.writer()
        for url in ["javascript:alert(1)", "//evil.example.org", "data:text/html,x", "https://a b"] {
            #expect(throws: LetterProblem.self) { try writer.write(Sample.invitation(appURL: url)) }
        }
    }

    @Test(arguments: [
        "evil.com", "http://evil", "https://evil.example.org/x", "www.x", "a@evil.com", "evil。com", "evil．com",
        "mailto:a", "tel:112", "\\\\evil\\share", "+1 555 010 9999", "(555) 010-9999", "5550109999", "٠١٢٣٤٥٦٧٨",
    ])
    func `a name is nothing that a mail program makes a link of (EML-04)`(_ name: String) throws {
        let mail = try ReadMessage(
            try Sample.writer().write(Sample.invitation(inviter: name, organization: name)).bytes)
        let shown = try ShownName(name, field: "name").text
        for part in [mail.text, mail.html] {
            #expect(!part.contains(name))
            #expect(part.contains(shown))
        }
        #expect(!(mail.only("Subject") ?? name).contains(name))
        // What people read is the same.
        #expect(shown.replacing("\u{200A}", with: "") == name)
        // Nothing between white space is a host, an address, a scheme with something behind it, or a number to call.
        for piece in shown.split(whereSeparator: \.isWhitespace) {
            #expect(piece.firstMatch(of: /[.。．｡:@\\]./) == nil, "\(piece)")
            #expect(piece.count { $0.isNumber } <= 3)
        }
    }

    @Test(arguments: ["Ada", "Dr. No", "Class of 2026", "Zoë & Co", "株式会社", "O'Neil-Smith", "Öffis 24/7"])
    func `an honest name stays as it is`(_ name: String) throws {
        #expect(try ShownName(name, field: "name").text == name)
    }

    @Test func `the address of who invites is proved, so it is shown as it is`() throws {
        let mail = try ReadMessage(try Sample.writer().write(Sample.invitation(inviter: "ada@example.com")).bytes)
        #expect(mail.text.contains("Invited by: ada@example.com\n"))
        #expect(mail.only("From") == "\"ada@example.com via Example App\" <invitations@example.com>")
    }

    @Test(arguments: ["\"Bank\" <security@bank.example>", "=?utf-8?q?Bank?=", "Bank\\", "a, b", "Bank\u{202E}nigol"])
    func `From is always ours, whatever the name says (EML-06)`(_ name: String) throws {
        let program = """
            import sys, json, email, email.header, email.utils
            m = email.message_from_bytes(sys.stdin.buffer.read())
            words = lambda text: str(email.header.make_header(email.header.decode_header(text)))
            print(json.dumps([[words(name), address] for name, address in email.utils.getaddresses(m.get_all("From"))]))
            """
        let bytes = try Sample.writer().write(Sample.invitation(inviter: name)).bytes
        let read = try JSONDecoder().decode([[String]].self, from: python(program, input: Data(bytes)))
        let shown = try ShownName(name, field: "name").text
        #expect(read == [["\(shown) via Example App", "invitations@example.com"]])
        #expect(!shown.unicodeScalars.contains("\u{202E}"))
    }

    @Test func `names cannot push a letter beyond its size`() throws {
        let writer = try Sample.writer()
        #expect(throws: LetterProblem.tooLong(field: "inviter's name")) {
            try writer.write(Sample.invitation(inviter: String(repeating: "a", count: 401)))
        }
        let longest = String(repeating: "😀", count: 100)
        let app = "https://app.example.com/" + String(repeating: "a", count: 4000)
        let bytes = try writer.write(
            Sample.invitation(inviter: longest, organization: longest, appURL: app, redirect: app)
        ).bytes
        #expect(bytes.count < 100_000)
    }

    @Test func `a name in the other direction cannot move what stands after it`() throws {
        let mail = try ReadMessage(try Sample.writer().write(Sample.invitation(inviter: "محمد")).bytes)
        #expect(mail.text.contains("\u{2068}محمد\u{2069} invited you"))
        let arabic = try ReadMessage(try Sample.writer().write(Sample.invitation(locale: "ar")).bytes)
        #expect(arabic.text.contains("\u{2068}Example Org\u{2069}"))
    }
}
