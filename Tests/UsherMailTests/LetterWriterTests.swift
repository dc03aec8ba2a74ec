import Testing
import UsherDomain
import UsherMail
import UsherUseCases

@Suite struct LetterWriterTests {
    @Test func `an invitation says who invites whom to what, and how to accept (EML-09)`() throws {
        let parcel = try Sample.writer().write(Sample.invitation())
        let mail = try ReadMessage(parcel.bytes)
        #expect(parcel.sender == "invitations@example.com")
        #expect(mail.defects == [])
        #expect(mail.only("From") == "Ada via Example App <invitations@example.com>")
        #expect(mail.only("To") == "invitee@example.org")
        #expect(mail.only("Reply-To") == "ada@example.com")
        #expect(mail.only("Subject") == "Ada invited you to join Example Org on Example App")
        #expect(mail.only("Date") == "Mon, 23 Nov 2026 23:20:24 +0000")
        #expect(mail.partTypes == ["text/plain", "text/html"])
        let url =
            "https://app.example.com/auth?inv_code=invitation-code0190a5a0-0000-7000-8000-0000"
            + "&organization_id=\(Sample.organization)"
            + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fstart%3Fa%3D1%26b%3D"
        #expect(url.utf8.count > 76)
        // INV-27: alone on its line, whole after decoding, with a letter or a digit at its end.
        #expect(mail.text.split(separator: "\n").count { $0 == url } == 1)
        #expect(url.last.map { $0.isLetter || $0.isNumber } == true)
        #expect(mail.html.contains("href=\"\(url.split(separator: "&").joined(separator: "&amp;"))\""))
        for part in [mail.text, mail.html] {
            for word in [
                "Ada", "ada@example.com", "Example Org", "Admin", "invitee@example.org",
                "30 November 2026, 23:20 UTC (7 days)", "nothing happens unless you accept",
            ] {
                #expect(part.contains(word), "\(word)")
            }
        }
    }

    @Test(arguments: ["en", "de", "ar"])
    func `every letter in every language has each header once, two parts and no defect (EML-09, EML-25)`(
        _ locale: String
    ) throws {
        for letter in Sample.all(locale: locale) {
            let bytes = try Sample.writer().write(letter).bytes
            let mail = try ReadMessage(bytes)
            for name in ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version"] {
                #expect(mail.all(name).count == 1, "\(name)")
            }
            #expect(mail.only("Auto-Submitted") == "auto-generated")
            #expect(mail.only("X-Auto-Response-Suppress") == "All")
            #expect(mail.only("Content-Language") == locale)
            #expect(mail.all("Cc") + mail.all("Bcc") + mail.all("Sender") == [])
            #expect(mail.partTypes == ["text/plain", "text/html"])
            #expect(mail.defects == [])
            #expect(mail.html.contains("<html lang=\"\(locale)\" dir=\"\(locale == "ar" ? "rtl" : "ltr")\">"))
            #expect(!mail.text.contains("{") && !mail.html.contains("{{"))
            #expect(bytes.count < 100_000)
            #expect(bytes.lines.allSatisfy { $0.count <= 998 && !$0.contains(0x0D) && !$0.contains(0x0A) })
            #expect(bytes.allSatisfy { $0 < 0x80 })
        }
    }

    @Test func `the link is built from app_url as it is, and from nothing else`() throws {
        func link(_ app: String, _ redirect: String = "https://app.example.com/a") throws -> String {
            let mail = try ReadMessage(
                try Sample.writer().write(Sample.invitation(appURL: app, redirect: redirect)).bytes)
            return mail.text.split(separator: "\n").first { $0.contains("inv_code") }.map(String.init) ?? ""
        }
        #expect(try link("https://app.example.com").hasPrefix("https://app.example.com/auth?inv_code="))
        #expect(try link("https://app.example.com/x//").hasPrefix("https://app.example.com/x/auth?inv_code="))
        #expect(try link("https://app.example.com/x/?t=1").hasPrefix("https://app.example.com/x/auth?t=1&inv_code="))
        #expect(try link("https://app.example.com/#/").hasPrefix("https://app.example.com/#/auth?inv_code="))
        #expect(try link("https://app.example.com", "https://app.example.com/a.").hasSuffix("%2Fa%2E"))
        #expect(try link("https://app.example.com", "https://app.example.com/%41").hasSuffix("%2F%2541"))
    }

    @Test func `a letter is the same at each attempt, and a resend refers to the first`() throws {
        let writer = try Sample.writer()
        var again = Sample.invitation()
        again.attempt = 7
        #expect(try writer.write(again).bytes == writer.write(Sample.invitation()).bytes)
        let first = try ReadMessage(writer.write(Sample.invitation()).bytes)
        let resent = try ReadMessage(writer.write(Sample.invitation(generation: 3)).bytes)
        #expect(first.all("References") == [])
        #expect(resent.only("References") == first.only("Message-ID"))
        #expect(resent.only("Message-ID") != first.only("Message-ID"))
        #expect(first.only("Message-ID")?.hasSuffix("@example.com>") == true)
    }

    @Test func `an organization's key invites in the organization's name`() throws {
        let mail = try ReadMessage(
            try Sample.writer().write(Sample.invitation(inviter: nil, inviterEmail: nil)).bytes)
        #expect(mail.only("From") == "Example Org via Example App <invitations@example.com>")
        #expect(mail.only("Subject") == "Example Org invited you to join Example Org on Example App")
        #expect(mail.all("Reply-To") == [])
    }

    @Test func `answers go to the inviter only where that is wanted`() throws {
        let mail = try ReadMessage(try Sample.writer(replyToInviter: false).write(Sample.invitation()).bytes)
        #expect(mail.all("Reply-To") == [])
    }

    @Test func `not being invited again takes one POST to an address that cannot be guessed`() throws {
        let mail = try ReadMessage(try Sample.writer().write(Sample.invitation()).bytes)
        let token = Sample.effects.unsubscribeToken(Sample.invitation, of: Sample.organization)
        #expect(
            mail.only("List-Unsubscribe")
                == "<https://usher.example.com/letter/unsubscribe?i=\(Sample.invitation)&o=\(Sample.organization)&t=\(token)>"
        )
        #expect(mail.only("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click")
        #expect(try ReadMessage(try Sample.writer().write(Sample.reset()).bytes).all("List-Unsubscribe") == [])
    }

    @Test func `a password letter has its link, and a notice of a change has none`() throws {
        let reset = try ReadMessage(try Sample.writer().write(Sample.reset()).bytes)
        let secret = Sample.effects.secret(of: ID(rawValue: "0190a5a0-0000-7000-8000-000000000004"))
        #expect(reset.text.split(separator: "\n").contains("https://usher.example.com/reset?token=\(secret)"))
        #expect(reset.text.contains("30 minutes"))
        let changed = try ReadMessage(try Sample.writer().write(Sample.changed()).bytes)
        #expect(!changed.html.contains("<a "))
        #expect(changed.text.contains("23 November 2026, 23:20 UTC"))
    }

    @Test func `an address beyond ASCII gets UTF-8 headers without encoded words (EML-16)`() throws {
        let parcel = try Sample.writer().write(
            Sample.invitation(to: Sample.address("jürgen@example.org"), inviter: "Zoë"))
        let text = String(decoding: parcel.bytes, as: UTF8.self)
        #expect(text.contains("To: <jürgen@example.org>\r\n"))
        #expect(text.contains("From: \"Zoë via Example App\" <invitations@example.com>\r\n"))
        #expect(!text.contains("=?utf-8?"))
    }

    @Test func `an inviter's address beyond ASCII does not make the letter unsendable`() throws {
        let mail = try ReadMessage(
            try Sample.writer().write(Sample.invitation(inviterEmail: Sample.address("zoë@example.com"))).bytes)
        #expect(mail.all("Reply-To") == [])
        #expect(mail.text.contains("zoë@example.com"))
    }

    @Test func `a language that is not there falls back, key by key and tag by tag (EML-25)`() throws {
        let catalogues = LetterText.catalogues
        #expect(catalogues.localized(for: "de-AT").language == "de")
        #expect(catalogues.localized(for: "AR_eg").language == "ar")
        #expect(catalogues.localized(for: "de-x-private").language == "de")
        for tag in ["tlh", "", "-", "\r\nBcc: x", nil] { #expect(catalogues.localized(for: tag).language == "en") }
        let sparse = Catalogue<LetterText>(language: "xx", texts: [.roleUser: "X"])
        let words = Catalogues(fallback: LetterText.english, others: [sparse]).localized(for: "xx")
        #expect(words(.roleUser) == "X")
        #expect(words(.roleAdmin) == "Admin")
    }

    @Test func `the catalogues are complete and have the same places`() {
        let oneForm: Set<LetterText> = [
            .dayTwo, .dayFew, .dayMany, .hourTwo, .hourFew, .hourMany, .minuteTwo, .minuteFew, .minuteMany,
        ]
        let exact: Set<LetterText> = [.dayOne, .hourOne, .minuteOne]
        func places(_ text: String) -> Set<Substring> { Set(text.matches(of: /\{[a-z]+\}/).map { $0.0 }) }
        for catalogue in [LetterText.english, LetterText.german, LetterText.arabic] {
            for key in LetterText.allCases {
                guard catalogue.language == "ar" || !oneForm.contains(key) else { continue }
                let text = catalogue.texts[key]
                #expect(text?.isEmpty == false, "\(catalogue.language) \(key)")
                guard !oneForm.contains(key), !exact.contains(key) else { continue }
                #expect(
                    places(text ?? "") == places(LetterText.english.texts[key] ?? ""), "\(catalogue.language) \(key)")
            }
            #expect(catalogue.texts[.months]?.split(separator: "|").count == 12)
        }
    }

    @Test func `numbers agree with their nouns`() {
        let arabic = LetterText.catalogues.localized(for: "ar")
        #expect(arabic.duration(.days(2)) == "يومان")
        #expect(arabic.duration(.days(7)) == "7 أيام")
        #expect(arabic.duration(.days(30)) == "30 يومًا")
        let english = LetterText.catalogues.localized(for: "en")
        #expect(english.duration(.hours(47)) == "47 hours")
        #expect(english.duration(.minutes(1)) == "1 minute")
        #expect(english.duration(.days(90)) == "90 days")
    }

    @Test func `settings that no letter could be written with are refused`() {
        let effects = Sample.effects
        for from in ["", "a@b@c", "ä@example.com", "a b@example.com", "a@example.com\r\nBcc: b@example.com"] {
            #expect(throws: LetterProblem.self) {
                try LetterWriter(
                    settings: LetterSettings(from: from, appName: "App", publicURL: "https://usher.example.com"),
                    effects: effects)
            }
        }
        #expect(throws: LetterProblem.self) { try Sample.writer(appName: "A\r\nBcc: b@example.com") }
        #expect(throws: LetterProblem.self) { try Sample.writer(publicURL: "javascript:alert(1)") }
    }
}
