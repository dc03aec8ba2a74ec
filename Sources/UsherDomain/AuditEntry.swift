/// One change, written down in the transaction that made it: who, what, when, by which credential, in which request.
package struct AuditEntry: Sendable {
    package enum Action: String, Sendable, CaseIterable {
        case organizationCreated = "organization.created"
        case organizationChanged = "organization.changed"
        case organizationDeleted = "organization.deleted"
        case organizationRestored = "organization.restored"
        case organizationPurged = "organization.purged"
        case settingsChanged = "organization.settings_changed"
        case ownershipOffered = "ownership.offered"
        case ownershipTransferred = "ownership.transferred"
        case ownershipDeclined = "ownership.declined"
        case ownershipOfferCancelled = "ownership.cancelled"
        case membershipCreated = "membership.created"
        case membershipChanged = "membership.changed"
        case membershipRemoved = "membership.removed"
        case membershipEnded = "membership.ended"
        case invitationCreated = "invitation.created"
        case invitationImported = "invitation.imported"
        case invitationResent = "invitation.resent"
        case invitationEdited = "invitation.edited"
        case invitationApproved = "invitation.approved"
        case invitationExpired = "invitation.expired"
        case invitationPurged = "invitation.purged"
        case invitationAccepted = "invitation.accepted"
        case invitationDeclined = "invitation.declined"
        case invitationRevoked = "invitation.revoked"
        case invitationReported = "invitation.reported"
        case invitationSeated = "invitation.seated"
        case seatsRecounted = "organization.seats_recounted"
        case invitationUndeliverable = "invitation.undeliverable"
        case invitationNeedsApproval = "invitation.needs_approval"
        case invitationRepeated = "invitation.repeated"
        case invitationReminded = "invitation.reminded"
        case invitationRequested = "invitation.requested"
        case requestApproved = "invitation.request_approved"
        case requestRefused = "invitation.request_refused"
        case joinLinkCreated = "join_link.created"
        case joinLinkRevoked = "join_link.revoked"
        case roleCreated = "role.created"
        case roleChanged = "role.changed"
        case roleDeleted = "role.deleted"
        case domainAdded = "domain.added"
        case domainVerified = "domain.verified"
        case domainChanged = "domain.changed"
        case domainLost = "domain.lost"
        case domainRemoved = "domain.removed"
        case joinRequestCreated = "join_request.created"
        case joinRequestApproved = "join_request.approved"
        case joinRequestRefused = "join_request.refused"
        case joinRequestWithdrawn = "join_request.withdrawn"
        case joinRequestExpired = "join_request.expired"
        case keyCreated = "api_key.created"
        case keyRevoked = "api_key.revoked"
        case userCreated = "user.created"
        case passwordChanged = "user.password_changed"
        case sessionCreated = "session.created"
        case sessionEnded = "session.ended"
        case databaseRestored = "database.restored"
        case planCreated = "invitation_plan.created"
        case planApplied = "invitation_plan.applied"
        case planCancelled = "invitation_plan.cancelled"
        case organizationImported = "organization.imported"
        case userErased = "user.erased"
        case suppressionCreated = "suppression.created"
        case suppressionRemoved = "suppression.removed"
    }

    package let id: ID<AuditEntry>
    package let action: Action
    package let organization: ID<Organization>?
    /// `Caller.actor`, `invitee`, `operator` or `system`.
    package let actor: String
    /// Id of what was changed.
    package let subject: String
    package let requestID: String?
    package let at: Timestamp

    package init(
        id: ID<AuditEntry>, action: Action, organization: ID<Organization>?, actor: String, subject: String,
        requestID: String?, at: Timestamp
    ) {
        self.id = id
        self.action = action
        self.organization = organization
        self.actor = actor
        self.subject = subject
        self.requestID = requestID
        self.at = at
    }
}
