/// One change, written down in the transaction that made it: who, what, when, by which credential, in which request.
package struct AuditEntry: Sendable {
    package enum Action: String, Sendable, CaseIterable {
        case organizationCreated = "organization.created"
        case membershipCreated = "membership.created"
        case invitationCreated = "invitation.created"
        case invitationResent = "invitation.resent"
        case invitationEdited = "invitation.edited"
        case invitationApproved = "invitation.approved"
        case invitationExpired = "invitation.expired"
        case invitationPurged = "invitation.purged"
        case invitationAccepted = "invitation.accepted"
        case invitationDeclined = "invitation.declined"
        case invitationRevoked = "invitation.revoked"
        case invitationReported = "invitation.reported"
        case invitationUndeliverable = "invitation.undeliverable"
        case invitationNeedsApproval = "invitation.needs_approval"
        case invitationRepeated = "invitation.repeated"
        case invitationReminded = "invitation.reminded"
        case invitationRequested = "invitation.requested"
        case requestApproved = "invitation.request_approved"
        case requestRefused = "invitation.request_refused"
        case keyCreated = "api_key.created"
        case userCreated = "user.created"
        case passwordChanged = "user.password_changed"
        case sessionCreated = "session.created"
        case sessionEnded = "session.ended"
        case databaseRestored = "database.restored"
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
