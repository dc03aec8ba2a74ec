/// That somebody with a verified address at an organization's domain asks to become a member. Asking is the consent;
/// an admin's yes makes the member.
package struct JoinRequest: Equatable, Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case open, approved, refused, withdrawn, expired
    }

    package let id: ID<JoinRequest>
    package let organization: ID<Organization>
    package let user: ID<User>
    /// By which domain they asked.
    package let domain: String
    /// What they get, unless who approves says otherwise.
    package let role: Role
    package var status: Status
    package let askedAt: Timestamp
    /// From this moment on nobody need decide it any more.
    package let expiresAt: Timestamp
    package var decidedAt: Timestamp?

    package init(
        id: ID<JoinRequest>, organization: ID<Organization>, user: ID<User>, domain: String, role: Role,
        status: Status = .open, askedAt: Timestamp, expiresAt: Timestamp, decidedAt: Timestamp? = nil
    ) {
        self.id = id
        self.organization = organization
        self.user = user
        self.domain = domain
        self.role = role
        self.status = status
        self.askedAt = askedAt
        self.expiresAt = expiresAt
        self.decidedAt = decidedAt
    }

    package static let life = Duration.days(30)
    /// After a refusal one may ask again.
    package static let pauseAfterRefusal = Quota(.request, 1, per: .days(7))

    /// The status as it is at a moment: what nobody decided in time is expired, swept or not.
    package func status(at now: Timestamp) -> Status { status == .open && expiresAt <= now ? .expired : status }
}
