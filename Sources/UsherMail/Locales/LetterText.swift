/// Every text in a letter. Places: `{inviter}` (name, or organization), `{organization}`, `{app}`, `{recipient}`,
/// `{role}`, `{until}`, `{origin}`, `{address}`, and in the small ones what their names say.
package enum LetterText: Hashable, Sendable, CaseIterable {
    // The invitation
    case invitationSubject, invitationTitle, invitationIntro, invitationFrom
    case invitationButton, invitationLink, invitationBound, invitationWhy, invitationIgnore
    /// `{address}`: where the code is typed.
    case invitationCode
    case reminderSubject, reminderTitle, reminderIntro, reminderStop
    case inviterMessage
    case invitedBy, invitedAddress, organization, role, validUntil
    case aboutApp
    // Passwords
    case resetSubject, resetTitle, resetIntro, resetButton, resetLink, resetIgnore
    case changedSubject, changedTitle, changedIntro, changedWarning
    // Notices: `{organization}`, `{person}` (whom it is about), `{app}`, `{recipient}`
    case noticeLink
    case otherAddressSubject, otherAddressTitle, otherAddressIntro
    case newLinkSubject, newLinkTitle, newLinkIntro, newLinkButton, newLinkNote
    case endingSubject, endingTitle, endingIntro, endingButton, endingNote
    case ownershipSubject, ownershipTitle, ownershipIntro, ownershipButton, ownershipNote
    case joinSubject, joinTitle, joinIntro, joinButton, joinNote
    case joinRequestedSubject, joinRequestedTitle, joinRequestedIntro, joinRequestedNote
    case joinApprovedSubject, joinApprovedTitle, joinApprovedIntro, joinApprovedNote
    case joinRefusedSubject, joinRefusedTitle, joinRefusedIntro, joinRefusedNote
    case domainSubject, domainIntro, domainButton, domainNote
    case domainKnownSubject, domainKnownTitle, domainKnownIntro, domainKnownButton, domainKnownNote
    // The rest
    case roleUser, roleAdmin, roleOwner
    /// Twelve names, separated by `|`.
    case months
    /// `{day}`, `{month}`, `{year}`, `{time}`.
    case moment
    /// `{moment}`, `{rest}`.
    case until
    case dayOne, dayTwo, dayFew, dayMany, dayOther
    case hourOne, hourTwo, hourFew, hourMany, hourOther
    case minuteOne, minuteTwo, minuteFew, minuteMany, minuteOther

    package static let catalogues = Catalogues(fallback: english, others: [german, arabic])
}
