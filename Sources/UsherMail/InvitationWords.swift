import UsherDomain

/// What the letter of an invitation says.
struct InvitationWords {
    private let letter: Letter
    private let invitation: InvitationLetter
    private let settings: LetterSettings
    private let words: Localized<LetterText>
    private let organization: String
    private let inviter: String
    private let role: String
    private let values: PlaceValues
    private let quote: LetterBody.Quote?

    init(
        _ letter: Letter, _ invitation: InvitationLetter, settings: LetterSettings, words: Localized<LetterText>
    ) throws(LetterProblem) {
        self.letter = letter
        self.invitation = invitation
        self.settings = settings
        self.words = words
        organization = try ShownName(invitation.organizationName.text, field: "organization's name").text
        inviter = try Self.inviter(of: invitation, otherwise: organization)
        let roleName = try invitation.roleName.map { name throws(LetterProblem) in
            try ShownName(name.text, field: "role's name").text
        }
        role = roleName ?? words.word(for: invitation.role)
        values = words.isolated([
            "inviter": inviter, "organization": organization, "app": settings.appName,
            "recipient": letter.recipient.typed, "role": role,
            "origin": invitation.appURL.origin.text,
        ])
        quote = try Self.quote(invitation.message, words(.inviterMessage, values))
    }

    func content(links: LetterLinks) throws(LetterProblem) -> LetterContent {
        try OneLine.checkURL(invitation.appURL.origin.text, field: "app_url")
        let url = try links.invitation(invitation)
        return LetterContent(
            from: words(.invitationFrom, values),
            subject: words(isReminder ? .reminderSubject : .invitationSubject, values),
            replyTo: settings.replyToInviter ? invitation.inviterEmail : nil,
            identifier: isFirst
                ? Self.identifier(of: invitation, generation: invitation.generation) : letter.id.rawValue,
            refersTo: isFirst && invitation.generation == 1 ? nil : Self.identifier(of: invitation, generation: 1),
            unsubscribe: links.unsubscribe(invitation.invitation, of: invitation.organization),
            body: body(url: url, links: links)
        )
    }

    /// The first letter with its code.
    private var isFirst: Bool { if case .offer = invitation.occasion { true } else { false } }
    private var isReminder: Bool { if case .reminder = invitation.occasion { true } else { false } }

    private func body(url: String, links: LetterLinks) -> LetterBody {
        LetterBody(
            language: words.language, direction: words.direction,
            title: words(isReminder ? .reminderTitle : .invitationTitle, values),
            intro: words(isReminder ? .reminderIntro : .invitationIntro, values),
            facts: [
                .init(label: words(.invitedBy), value: inviterLine),
                .init(label: words(.invitedAddress), value: words.isolated(letter.recipient.typed)),
                .init(label: words(.organization), value: words.isolated(organization)),
                .init(label: words(.role), value: invitation.roleName == nil ? role : words.isolated(role)),
                .init(
                    label: words(.validUntil), value: words.until(invitation.expiresAt, from: letter.createdAt)),
            ],
            quote: quote,
            action: .init(label: words(.invitationButton), lead: words(.invitationLink), url: url),
            code: .init(
                lead: words(.invitationCode, words.isolated(["address": links.shortCode])),
                text: links.shortCode(invitation).shown),
            notes: notes(links),
            signature: settings.appName
        )
    }

    private func notes(_ links: LetterLinks) -> [String] {
        let notes = [
            words(.invitationBound, values), settings.appDescription ?? words(.aboutApp, values),
            words(.invitationWhy, values), words(.invitationIgnore, values),
        ]
        guard isReminder else { return notes }
        return notes + [
            words(.reminderStop, values), links.unsubscribe(invitation.invitation, of: invitation.organization),
        ]
    }

    /// The inviter's words are as hostile as names: no part of them can become a link.
    private static func quote(
        _ message: InviterMessage?, _ label: String
    ) throws(LetterProblem) -> LetterBody.Quote? {
        guard let message else { return nil }
        var paragraphs: [String] = []
        for line in message.paragraphs {
            let shown = try ShownName(line, field: "message", maximumBytes: InviterMessage.maximumBytes)
            paragraphs.append(shown.text)
        }
        return LetterBody.Quote(label: label, paragraphs: paragraphs)
    }

    /// Name and address. The address is a proved one, so it is shown as it is.
    private var inviterLine: String {
        guard let email = invitation.inviterEmail?.typed, email != inviter else { return words.isolated(inviter) }
        return "\(words.isolated(inviter)) (\(words.isolated(email)))"
    }

    /// A person without a name is called by their address; an organization's key speaks for the organization.
    private static func inviter(
        of invitation: InvitationLetter, otherwise organization: String
    ) throws(LetterProblem) -> String {
        let email = invitation.inviterEmail?.typed
        if let email { try OneLine.checkAddress(email, field: "inviter's address", asciiOnly: false) }
        guard let name = invitation.inviterName else { return email ?? organization }
        if name == email { return name }
        return try ShownName(name, field: "inviter's name").text
    }

    /// The same at each attempt, another for each resend.
    private static func identifier(of invitation: InvitationLetter, generation: Int) -> String {
        "\(invitation.invitation).\(generation)"
    }
}
