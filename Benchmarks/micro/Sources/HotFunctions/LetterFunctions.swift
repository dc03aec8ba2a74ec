@testable import UsherDomain
@testable import UsherMail
@testable import UsherText
@testable import UsherUseCases

private let writer: LetterWriter = {
    let settings = LetterSettings(
        from: "invitations@example.com", appName: "Example App", publicURL: "https://usher.example.com")
    guard let writer = try? LetterWriter(settings: settings, effects: effects) else {
        preconditionFailure("the settings are not taken")
    }
    return writer
}()

private func letter(_ locale: String, organization name: String) throws -> Letter {
    let created = Timestamp(milliseconds: 1_795_476_024_000)
    let app = try WebURL(parsing: "https://app.example.com", field: "app_url")
    return Letter(
        id: ID(rawValue: "0190a5a0-0000-7000-8000-000000000003"),
        recipient: try EmailAddress(parsing: "newcomer@example.org"), locale: locale, notAfter: nil,
        createdAt: created,
        content: .invitation(
            InvitationLetter(
                invitation: ID(rawValue: "0190a5a0-0000-7000-8000-000000000002"), generation: 1,
                organization: organization, organizationName: DisplayName(stored: name), inviterName: "Ada",
                inviterEmail: try EmailAddress(parsing: "ada@example.com"), role: .admin, appURL: app,
                redirectURI: try WebURL(parsing: "https://app.example.com/welcome?from=1", field: "redirect_uri"),
                expiresAt: Timestamp(milliseconds: created.milliseconds + 604_800_000))))
}

private let english = try? letter("en", organization: "Example")
private let arabic = try? letter("ar", organization: "مثال")
private let plain = String(
    repeating: "A line of a letter that is as long as most of them are, and is plain.\n", count: 100)
private let accented = String(
    repeating: "Größe, Maß & Übung: ein Satz, der viele Umlaute enthält, öfter als üblich.\n", count: 100)

/// What writes a letter.
let letterFunctions: [HotFunction] = [
    HotFunction("letter-english") { keep(try english.map(writer.write)) },
    HotFunction("letter-arabic") { keep(try arabic.map(writer.write)) },
    HotFunction("quoted-printable-plain") { keep(QuotedPrintable.encode(plain)) },
    HotFunction("quoted-printable-accented") { keep(QuotedPrintable.encode(accented)) },
    HotFunction("encoded-words") {
        keep(try Header(.subject, text: "Ada lädt Sie ein, bei „Größe und Maß“ mitzumachen, als Verwalterin"))
    },
    HotFunction("shown-name") { keep(try ShownName("www.example.com +1 555 0100 200", field: "name")) },
]
