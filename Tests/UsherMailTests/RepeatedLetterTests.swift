import Testing
import UsherDomain
import UsherMail
import UsherUseCases

/// Letters that repeat an offer: the same link and code, a Message-ID of their own, a reference to the first.
@Suite struct RepeatedLetterTests {
    private static let first = "<0190a5a0-0000-7000-8000-000000000002.1@example.com>"
    private static let own = "<0190a5a0-0000-7000-8000-000000000003@example.com>"

    private func read(
        _ occasion: InvitationLetter.Occasion, _ locale: String? = "en", generation: Int = 1
    ) throws -> ReadMessage {
        try ReadMessage(
            Sample.writer().write(Sample.invitation(locale: locale, generation: generation, occasion: occasion)).bytes)
    }

    @Test(arguments: ["en", "de", "ar"])
    func `a reminder says so, until when, and how to stop it`(_ locale: String) throws {
        let (reminder, offer) = (try read(.reminder, locale), try read(.offer, locale))
        #expect(reminder.only("Message-ID") == Self.own)
        #expect(reminder.only("In-Reply-To") == Self.first)
        #expect(reminder.only("References") == Self.first)
        #expect(reminder.only("Subject") != offer.only("Subject"))
        #expect(reminder.only("List-Unsubscribe") == offer.only("List-Unsubscribe"))
        let subject = try #require(reminder.only("Subject"))
        #expect(["Reminder", "Erinnerung", "تذكير"].contains { subject.contains($0) })
        for text in [reminder.text, reminder.html] {
            #expect(text.contains("letter/unsubscribe?i=0190a5a0-0000-7000-8000-000000000002"))
            #expect(text.contains("inv_code="))
            #expect(text.contains("P8D2-QDZ7"), "the same short code")
            #expect(text.contains("2026"), "until when")
        }
        #expect(offer.text.contains("P8D2-QDZ7"))
        #expect(!offer.text.contains("letter/unsubscribe"))
        #expect(reminder.defects.isEmpty)
    }

    /// Mail programs keep one of two letters with the same Message-ID.
    @Test func `the same letter once more is another message with the same words`() throws {
        let (again, offer) = (try read(.again, generation: 2), try read(.offer, generation: 2))
        #expect(again.only("Message-ID") == Self.own)
        #expect(again.only("Message-ID") != offer.only("Message-ID"))
        #expect(again.only("References") == Self.first)
        #expect(again.only("Subject") == offer.only("Subject"))
        #expect(again.text == offer.text)
    }

    // INV-27
    @Test(arguments: ["en", "de", "ar"])
    func `INV-27 the short code stands alone on its line, below the address where it is typed`(
        _ locale: String
    ) throws {
        let lines = try read(.offer, locale).text.split(separator: "\n", omittingEmptySubsequences: false)
        let place = try #require(lines.firstIndex(of: "P8D2-QDZ7"))
        #expect(lines[place - 1].isEmpty && lines[place + 1].isEmpty)
        #expect(lines[place - 2].contains("https://usher.example.com/code"))
    }
}
