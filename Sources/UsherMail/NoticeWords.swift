import UsherDomain

/// What a notice says.
struct NoticeWords {
    let letter: Letter
    let notice: Notice
    let settings: LetterSettings
    let words: Localized<LetterText>

    func content(links: LetterLinks) throws(LetterProblem) -> LetterContent {
        let organization = try notice.organizationName.map { name throws(LetterProblem) in
            try ShownName(name.text, field: "organization's name").text
        }
        let person = try notice.person.map { name throws(LetterProblem) in
            try ShownName(name, field: "person's name").text
        }
        let roleName = try notice.roleName.map { name throws(LetterProblem) in
            try ShownName(name.text, field: "role's name").text
        }
        let until = notice.until.map { words.until($0, from: letter.createdAt) }
        let values = words.isolated([
            "app": settings.appName, "recipient": letter.recipient.typed, "organization": organization ?? "",
            "person": person ?? "",
        ])
        let keys = notice.kind.texts
        let facts: [LetterBody.Fact?] = [
            organization.map { .init(label: words(.organization), value: words.isolated($0)) },
            notice.role.map { role in
                .init(label: words(.role), value: roleName.map { words.isolated($0) } ?? words.word(for: role))
            },
            until.map { .init(label: words(.validUntil), value: $0) },
        ]
        return LetterContent(
            from: settings.appName, subject: words(keys.subject, values), identifier: letter.id.rawValue,
            body: LetterBody(
                language: words.language, direction: words.direction, title: words(keys.title, values),
                intro: words(keys.intro, values), facts: facts.compactMap(\.self),
                action: .init(label: words(keys.button, values), lead: words(.noticeLink), url: links.notice(notice)),
                notes: [words(keys.note, values)], signature: settings.appName))
    }
}

/// The texts of one kind of notice.
struct NoticeTexts {
    let subject, title, intro, button, note: LetterText
}

extension Notice.Kind {
    var texts: NoticeTexts {
        switch self {
        case .newLinkRequested:
            NoticeTexts(
                subject: .newLinkSubject, title: .newLinkTitle, intro: .newLinkIntro, button: .newLinkButton,
                note: .newLinkNote)
        case .otherAddressRequested:
            NoticeTexts(
                subject: .otherAddressSubject, title: .otherAddressTitle, intro: .otherAddressIntro,
                button: .newLinkButton, note: .newLinkNote)
        case .membershipEnding:
            NoticeTexts(
                subject: .endingSubject, title: .endingTitle, intro: .endingIntro, button: .endingButton,
                note: .endingNote)
        case .ownershipOffered:
            NoticeTexts(
                subject: .ownershipSubject, title: .ownershipTitle, intro: .ownershipIntro, button: .ownershipButton,
                note: .ownershipNote)
        case .joinProof:
            NoticeTexts(
                subject: .joinSubject, title: .joinTitle, intro: .joinIntro, button: .joinButton, note: .joinNote)
        case .joinRequested:
            NoticeTexts(
                subject: .joinRequestedSubject, title: .joinRequestedTitle, intro: .joinRequestedIntro,
                button: .newLinkButton, note: .joinRequestedNote)
        case .joinApproved:
            NoticeTexts(
                subject: .joinApprovedSubject, title: .joinApprovedTitle, intro: .joinApprovedIntro,
                button: .endingButton, note: .joinApprovedNote)
        case .joinRefused:
            NoticeTexts(
                subject: .joinRefusedSubject, title: .joinRefusedTitle, intro: .joinRefusedIntro,
                button: .endingButton, note: .joinRefusedNote)
        case .domainProof:
            NoticeTexts(
                subject: .domainSubject, title: .joinTitle, intro: .domainIntro, button: .domainButton,
                note: .domainNote)
        case .domainKnown:
            NoticeTexts(
                subject: .domainKnownSubject, title: .domainKnownTitle, intro: .domainKnownIntro,
                button: .domainKnownButton, note: .domainKnownNote)
        }
    }
}
