import UsherDomain
import UsherUseCases

/// What a letter is about, as ids: no text of it is stored.
struct OutboxRow {
    var kind: Kind
    var organization: ID<Organization>?
    var invitation: ID<Invitation>?
    var generation: Int?
    var link: ID<OneTimeLink>?
    var notice: String?
    var noticeKind: String?

    enum Kind: String, CaseIterable, SQLBindable, SQLReadable {
        case invitation
        case invitationAgain = "invitation_again"
        case reminder
        case passwordReset = "password_reset"
        case passwordChanged = "password_changed"
        case notice
    }

    /// Small goes first: who is locked out waits least.
    var priority: Int {
        switch kind {
        case .passwordReset: 0
        case .invitation, .invitationAgain, .passwordChanged, .notice: 1
        case .reminder: 2
        }
    }

    init(_ content: Letter.Content) throws {
        switch content {
        case .invitation(let letter):
            kind = Kind(letter.occasion)
            organization = letter.organization
            invitation = letter.invitation
            generation = letter.generation
        case .passwordReset(let letter):
            kind = .passwordReset
            link = letter.link
        case .passwordChanged: kind = .passwordChanged
        case .notice(let about):
            kind = .notice
            organization = about.organization
            link = about.link
            notice = try NoticeText.write(about)
            noticeKind = about.kind.rawValue
        }
    }
}

extension OutboxRow.Kind {
    fileprivate init(_ occasion: InvitationLetter.Occasion) {
        self =
            switch occasion {
            case .offer: .invitation
            case .again: .invitationAgain
            case .reminder: .reminder
            }
    }

    fileprivate var occasion: InvitationLetter.Occasion {
        switch self {
        case .invitationAgain: .again
        case .reminder: .reminder
        case .invitation, .passwordReset, .passwordChanged, .notice: .offer
        }
    }
}

/// An outcome, in columns.
struct Verdict: Hashable {
    let word: String
    let state: String
    let delivery: Invitation.Delivery
    let code: Int?
    let reason: String?
    /// When it is tried again.
    var again: Timestamp?
    var endsInvitation = false

    init(_ outcome: LetterOutcome) {
        switch outcome {
        case .handedOver(let code):
            (word, state, delivery, self.code, reason) = ("handed_over", "sent", .handedOver, code, nil)
        case .refused(let code, let reason):
            (word, state, delivery, self.code, self.reason) = ("refused", "refused", .failed, code, Self.clean(reason))
            endsInvitation = true
        case .delayed(let until, let code, let reason):
            (word, state, delivery, self.code, self.reason) = ("delayed", "pending", .delayed, code, Self.clean(reason))
            again = until
        case .failed(let code, let reason):
            (word, state, delivery, self.code, self.reason) = ("failed", "failed", .failed, code, Self.clean(reason))
        }
    }

    /// A reason comes from a foreign server: no controls (PostgreSQL stores no NUL at all), and not without end.
    private static func clean(_ reason: String) -> String {
        let printable = reason.unicodeScalars.prefix(500).filter { $0.properties.generalCategory != .control }
        return String(String.UnicodeScalarView(printable))
    }
}

extension Letter {
    /// Nil: what it is about is not there any more, or does not want it.
    init?(_ row: SQLRow) throws {
        var columns = row.columns
        let id: ID<Letter> = try columns.next()
        let recipient = try EmailAddress(&columns)
        let locale: String? = try columns.nextIfAny()
        let notAfter: Timestamp? = try columns.nextIfAny()
        let createdAt: Timestamp = try columns.next()
        let attempt: Int = try columns.next()
        guard let content = try Content(&columns) else { return nil }
        self.init(
            id: id, recipient: recipient, locale: locale, notAfter: notAfter, createdAt: createdAt, attempt: attempt,
            content: content)
    }
}

extension Letter.Content {
    fileprivate init?(_ columns: inout SQLColumns) throws {
        let kind: OutboxRow.Kind = try columns.next()
        let link: ID<OneTimeLink>? = try columns.nextIfAny()
        let linkEnd: Timestamp? = try columns.nextIfAny()
        let notice: String? = try columns.nextIfAny()
        switch kind {
        case .passwordChanged: self = .passwordChanged
        case .passwordReset:
            guard let link, let linkEnd else { return nil }
            self = .passwordReset(LinkLetter(link: link, expiresAt: linkEnd))
        case .invitation, .invitationAgain, .reminder:
            guard let letter = try InvitationLetter(&columns, kind.occasion) else { return nil }
            self = .invitation(letter)
        case .notice:
            guard let notice, let about = try NoticeText.read(notice), (about.link == nil) == (link == nil) else {
                return nil
            }
            self = .notice(about)
        }
    }
}

extension InvitationLetter {
    fileprivate init?(_ columns: inout SQLColumns, _ occasion: Occasion) throws {
        guard let organization: ID<Organization> = try columns.nextIfAny() else { return nil }
        let organizationName: DisplayName = try columns.next()
        let invitation: ID<Invitation> = try columns.next()
        let generation: Int = try columns.next()
        let role: Role = try columns.next()
        let roleName: DisplayName? = try columns.nextIfAny()
        let appURL = try WebURL(&columns)
        let redirectURI = try WebURL(&columns)
        let expiresAt: Timestamp = try columns.next()
        let inviterName: String? = try columns.nextIfAny()
        let inviterEmail = try EmailAddress(ifAny: &columns)
        self.init(
            invitation: invitation, generation: generation, organization: organization,
            organizationName: organizationName, inviterName: inviterName ?? inviterEmail?.typed,
            inviterEmail: inviterEmail, role: role, roleName: roleName, appURL: appURL, redirectURI: redirectURI,
            expiresAt: expiresAt, occasion: occasion, message: try columns.nextIfAny())
    }
}
