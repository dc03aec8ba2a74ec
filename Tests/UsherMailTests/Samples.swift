import Foundation
import UsherDomain
import UsherMail
import UsherUseCases

/// Letters and writers to try things with.
enum Sample {
    static let created = Timestamp(milliseconds: 1_795_476_024_000)
    static let organization = ID<Organization>(rawValue: "0190a5a0-0000-7000-8000-000000000001")
    static let invitation = ID<Invitation>(rawValue: "0190a5a0-0000-7000-8000-000000000002")
    static let letterID = ID<Letter>(rawValue: "0190a5a0-0000-7000-8000-000000000003")

    static let effects = Effects(
        now: { created }, newID: { "0190a5a0-0000-7000-8000-00000000000f" },
        newSecret: { String(repeating: "A", count: 43) }, hash: { $0 },
        derive: { purpose, text in
            let tail = "\(purpose.rawValue).\(text)".filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            return String((tail + String(repeating: "A", count: 43)).prefix(43))
        })

    static func writer(
        replyToInviter: Bool = true, appName: String = "Example App", publicURL: String = "https://usher.example.com/"
    ) throws -> LetterWriter {
        try LetterWriter(
            settings: LetterSettings(
                from: "invitations@example.com", appName: appName, publicURL: publicURL,
                replyToInviter: replyToInviter),
            effects: effects)
    }

    static func address(_ text: String) -> EmailAddress {
        EmailAddress(typed: text, canonical: text.lowercased(), wire: text)
    }

    static func url(_ text: String) -> WebURL { WebURL(text: text, origin: Origin(stored: "https://app.example.com")) }

    static func invitation(
        to recipient: EmailAddress = address("invitee@example.org"), inviter: String? = "Ada",
        inviterEmail: EmailAddress? = address("ada@example.com"), organization name: String = "Example Org",
        message: InviterMessage? = nil, locale: String? = nil, generation: Int = 1,
        appURL: String = "https://app.example.com/",
        redirect: String = "https://app.example.com/start?a=1&b=ü".filter(\.isASCII),
        occasion: InvitationLetter.Occasion = .offer
    ) -> Letter {
        Letter(
            id: letterID, recipient: recipient, locale: locale, notAfter: nil, createdAt: created,
            content: .invitation(
                InvitationLetter(
                    invitation: invitation, generation: generation, organization: organization,
                    organizationName: DisplayName(stored: name), inviterName: inviter, inviterEmail: inviterEmail,
                    role: .admin, appURL: url(appURL), redirectURI: url(redirect),
                    expiresAt: created + .days(7), occasion: occasion, message: message)))
    }

    static func reset(locale: String? = nil) -> Letter {
        Letter(
            id: letterID, recipient: address("invitee@example.org"), locale: locale,
            notAfter: created + .minutes(30), createdAt: created,
            content: .passwordReset(
                LinkLetter(
                    link: ID(rawValue: "0190a5a0-0000-7000-8000-000000000004"), expiresAt: created + .minutes(30))))
    }

    static func changed(locale: String? = nil) -> Letter {
        Letter(
            id: letterID, recipient: address("invitee@example.org"), locale: locale, notAfter: nil,
            createdAt: created, content: .passwordChanged)
    }

    static func notice(_ kind: Notice.Kind, locale: String? = nil) -> Letter {
        Letter(
            id: letterID, recipient: address("admin@example.com"), locale: locale, notAfter: nil, createdAt: created,
            content: .notice(
                Notice(
                    kind, organization: organization, organizationName: DisplayName(stored: "Example Org"),
                    person: "invitee@example.org", role: .user, until: created + .days(7), path: "/somewhere?i=1")))
    }

    /// Every kind of letter in a language.
    static func all(locale: String?) -> [Letter] {
        [
            invitation(locale: locale), invitation(locale: locale, occasion: .reminder), reset(locale: locale),
            changed(locale: locale),
        ]
            + Notice.Kind.allCases.map { notice($0, locale: locale) }
    }
}

/// A message as Python's `email` package reads it: an implementation that shares nothing with ours.
struct ReadMessage: Decodable {
    let headers: [[String]]
    let text: String
    let html: String
    let partTypes: [String]
    let defects: [String]

    func all(_ name: String) -> [String] {
        headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] }
    }

    func only(_ name: String) -> String? { all(name).count == 1 ? all(name)[0] : nil }

    init(_ bytes: [UInt8]) throws {
        let program = """
            import sys, json, email, email.policy
            m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
            parts = [p for p in m.walk() if not p.is_multipart()]
            read = lambda p: p.get_payload(decode=True).decode("utf-8").replace("\\r\\n", "\\n")
            print(json.dumps({"headers": [[k, str(v)] for k, v in m.items()], "text": read(parts[0]),
                "html": read(parts[1]), "partTypes": [p.get_content_type() for p in parts],
                "defects": [repr(d) for p in m.walk() for d in p.defects]
                    + [repr(d) for v in m.values() for d in v.defects]}))
            """
        self = try JSONDecoder().decode(ReadMessage.self, from: python(program, input: Data(bytes)))
    }
}

/// Runs a Python program; its standard output.
func python(_ program: String, input: Data) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program]
    let source = Pipe()
    let sink = Pipe()
    process.standardInput = source
    process.standardOutput = sink
    try process.run()
    try source.fileHandleForWriting.write(contentsOf: input)
    try source.fileHandleForWriting.close()
    let output = try sink.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return output
}

extension [UInt8] {
    /// The lines of a message, split at CRLF.
    var lines: [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for byte in self {
            line.append(byte)
            if line.suffix(2) == [0x0D, 0x0A] {
                lines.append(line.dropLast(2))
                line = []
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
