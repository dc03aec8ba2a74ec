import Testing
import UsherDomain
import UsherMail
import UsherUseCases

/// The inviter's own words in a letter.
@Suite struct InviterMessageTests {
    private func mail(_ message: String, locale: String? = nil) throws -> ReadMessage {
        try ReadMessage(
            Sample.writer().write(Sample.invitation(message: InviterMessage(stored: message), locale: locale)).bytes)
    }

    @Test func `the inviter's words stand in both parts, marked as theirs, line by line`() throws {
        let mail = try mail("Hello Ada\n\nwe start on Monday")
        #expect(mail.defects == [])
        #expect(mail.text.contains("Ada writes:\n\n> Hello Ada\n> we start on Monday\n\n"))
        #expect(mail.html.contains("Ada writes:</p>"))
        #expect(mail.html.contains(">Hello Ada</p>"))
        #expect(mail.html.contains(">we start on Monday</p>"))
        #expect(try self.mail("Hallo", locale: "de").text.contains("schreibt:\n\n> Hallo"))
        #expect(try self.mail("Hallo", locale: "ar").text.contains("> Hallo"))
    }

    @Test(arguments: [
        "https://evil.example.org/login", "www.evil.example.org", "mallory@evil.example.org",
        "http:\\\\evil.example.org", "call +49 30 1234567",
    ])
    func `nothing in the inviter's words becomes a link (EML-03)`(_ text: String) throws {
        let mail = try mail("Go to \(text) now")
        #expect(!mail.text.contains(text))
        #expect(!mail.html.contains(text))
        #expect(mail.html.ranges(of: "<a ").count == 1)
    }

    @Test(arguments: ["<script>alert(1)</script>", "</p><a href=x>", "{{url}}", "\" onmouseover=\"x"])
    func `markup in the inviter's words is text (EML-03)`(_ text: String) throws {
        let (mail, plain) = (try mail(text), try mail("x"))
        func names(_ html: String) -> [Substring] {
            html.matches(of: /<\/?[A-Za-z][^>]*/).compactMap { $0.0.split(separator: " ").first }
        }
        #expect(names(mail.html) == names(plain.html))
    }

    @Test(arguments: ["a\rb", "a\u{2028}b", "a\0b"])
    func `a stored message with a control is refused as a whole (EML-02)`(_ text: String) throws {
        #expect(throws: LetterProblem.self) { try mail(text) }
    }

    @Test func `the longest message fits into a letter`() throws {
        let lines = Array(repeating: String(repeating: "ß", count: 19), count: 50).joined(separator: "\n")
        #expect(try mail(lines).text.contains("> ßßß"))
    }
}
