package import UsherDomain
package import UsherUseCases

/// Turns a queued letter into the message that a relay takes (RFC 5322, RFC 2045 to 2047). Everything is computed from
/// the row and the server's key, so the same letter has the same bytes at each attempt.
package struct LetterWriter: Sendable {
    private let settings: LetterSettings
    let links: LetterLinks
    private let template: LetterTemplate
    private let messageIDDomain: String

    /// Refuses settings that no letter could be written with.
    package init(settings: LetterSettings, effects: Effects) throws(LetterProblem) {
        try OneLine.checkAddress(settings.from, field: "sender", asciiOnly: true)
        try OneLine.check(settings.appName, field: "application's name", maximumBytes: 400)
        try OneLine.check(settings.appDescription ?? "", field: "application's description", maximumBytes: 1000)
        let domain = settings.messageIDDomain ?? String(settings.from.drop { $0 != "@" }.dropFirst())
        try OneLine.checkAddress("id@\(domain)", field: "message-id domain", asciiOnly: true)
        self.settings = settings
        messageIDDomain = domain
        links = try LetterLinks(publicURL: settings.publicURL, effects: effects)
        template = try LetterTemplate()
    }

    /// - Throws: `LetterProblem` when the row holds what no letter may hold. Trying again would not help.
    package func write(_ letter: Letter) throws -> Parcel {
        let address = letter.recipient.wire
        try OneLine.checkAddress(address, field: "recipient", asciiOnly: false)
        try OneLine.check(letter.recipient.typed, field: "recipient", maximumBytes: 320)
        let words = LetterText.catalogues.localized(for: letter.locale)
        let content = try content(of: letter, in: words)
        let charset: Header.Charset = letter.recipient.needsSMTPUTF8 ? .utf8 : .ascii
        var headers = [
            try Header(.from, displayName: content.from, address: settings.from, charset: charset),
            try Header(.to, address: address, charset: charset),
            try Header(.subject, text: content.subject, charset: charset),
            Header(.date, date: letter.createdAt),
            try Header(.messageID, identifier: "\(content.identifier)@\(messageIDDomain)"),
            Header(.autoSubmitted, fixed: "auto-generated"),
            Header(.autoResponseSuppress, fixed: "All"),
            try Header(.contentLanguage, text: words.language),
        ]
        if let replyTo = content.replyTo, charset == .utf8 || !replyTo.needsSMTPUTF8 {
            headers.append(try Header(.replyTo, address: replyTo.wire, charset: charset))
        }
        if let first = content.refersTo {
            headers.append(try Header(.inReplyTo, identifier: "\(first)@\(messageIDDomain)"))
            headers.append(try Header(.references, identifier: "\(first)@\(messageIDDomain)"))
        }
        if let unsubscribe = content.unsubscribe {
            headers.append(try Header(.listUnsubscribe, url: unsubscribe))
            headers.append(Header(.listUnsubscribePost, fixed: "List-Unsubscribe=One-Click"))
        }
        headers.append(Header(.mimeVersion, fixed: "1.0"))
        let message = Message(
            headers: headers, boundary: letter.id.rawValue, body: content.body, template: template)
        return Parcel(sender: sender(of: letter), recipient: letter.recipient, bytes: try message.bytes())
    }

    /// In the envelope: what comes back to it tells by itself which invitation it is about.
    private func sender(of letter: Letter) -> String {
        guard let returnPath = settings.returnPath else { return settings.from }
        guard case .invitation(let about) = letter.content else { return returnPath.address }
        return returnPath.address(of: about.invitation, generation: about.generation, at: letter.createdAt)
            ?? returnPath.address
    }

    private func content(of letter: Letter, in words: Localized<LetterText>) throws(LetterProblem) -> LetterContent {
        switch letter.content {
        case .invitation(let invitation):
            try InvitationWords(letter, invitation, settings: settings, words: words).content(links: links)
        case .passwordReset(let link):
            passwordReset(letter, link, in: words)
        case .passwordChanged:
            passwordChanged(letter, in: words)
        case .notice(let notice):
            try NoticeWords(letter: letter, notice: notice, settings: settings, words: words).content(links: links)
        }
    }

    private func passwordReset(_ letter: Letter, _ link: LinkLetter, in words: Localized<LetterText>) -> LetterContent {
        let values = words.isolated(["app": settings.appName, "recipient": letter.recipient.typed])
        return LetterContent(
            from: settings.appName,
            subject: words(.resetSubject, values),
            identifier: letter.id.rawValue,
            body: LetterBody(
                language: words.language, direction: words.direction, title: words(.resetTitle, values),
                intro: words(.resetIntro, values),
                facts: [
                    .init(label: words(.validUntil), value: words.until(link.expiresAt, from: letter.createdAt))
                ],
                action: .init(
                    label: words(.resetButton), lead: words(.resetLink), url: links.passwordReset(link.link)),
                notes: [words(.resetIgnore, values)],
                signature: settings.appName
            )
        )
    }

    private func passwordChanged(_ letter: Letter, in words: Localized<LetterText>) -> LetterContent {
        let values = words.isolated([
            "app": settings.appName, "recipient": letter.recipient.typed, "until": words.moment(letter.createdAt),
        ])
        return LetterContent(
            from: settings.appName,
            subject: words(.changedSubject, values),
            identifier: letter.id.rawValue,
            body: LetterBody(
                language: words.language, direction: words.direction, title: words(.changedTitle, values),
                intro: words(.changedIntro, values), facts: [], action: nil,
                notes: [words(.changedWarning, values), links.publicURL], signature: settings.appName
            )
        )
    }
}

/// What sets one letter apart from another.
struct LetterContent {
    /// Display name in From.
    let from: String
    let subject: String
    var replyTo: EmailAddress?
    /// Left side of the Message-ID.
    let identifier: String
    /// Left side of the Message-ID of the letter that this one repeats.
    var refersTo: String?
    var unsubscribe: String?
    let body: LetterBody
}
