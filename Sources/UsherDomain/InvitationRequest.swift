/// The wish for a link that works, of somebody who holds one that does not. There is one for each invitation.
package struct InvitationRequest: Equatable, Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case open, approved, refused
    }

    package let id: ID<InvitationRequest>
    package let organization: ID<Organization>
    /// Whose link is dead.
    package let invitation: ID<Invitation>
    /// The address at which they ask to be invited instead: the proved one of an account; nil: the invited one.
    package let otherEmail: EmailAddress?
    package var status: Status
    /// The last time that somebody asked and it counted.
    package let askedAt: Timestamp
    package var decidedAt: Timestamp?

    /// How often asking counts, for one invitation.
    package static let interval = Duration.days(1)

    package init(
        id: ID<InvitationRequest>, organization: ID<Organization>, invitation: ID<Invitation>,
        otherEmail: EmailAddress?, status: Status = .open, askedAt: Timestamp, decidedAt: Timestamp? = nil
    ) {
        self.id = id
        self.organization = organization
        self.invitation = invitation
        self.otherEmail = otherEmail
        self.status = status
        self.askedAt = askedAt
        self.decidedAt = decidedAt
    }
}
