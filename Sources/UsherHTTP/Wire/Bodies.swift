package import UsherAPI
package import UsherDomain
import UsherUseCases

extension APITime {
    package init(_ moment: Timestamp) { self.init(milliseconds: moment.milliseconds) }
}

extension InvitationBody {
    init(_ invitation: Invitation, at now: Timestamp) {
        let status = invitation.status(at: now)
        self.init(
            id: invitation.id.rawValue, email: invitation.purgedAt == nil ? invitation.email.typed : nil,
            organizationID: invitation.organization.rawValue, role: invitation.role.rawValue,
            customRole: invitation.customRole.map(RoleReference.init), scopes: invitation.scopes?.routes,
            used: status == .accepted, status: status.rawValue,
            delivery: invitation.delivery.rawValue, deliveryCode: invitation.deliveryCode,
            deliveryReason: invitation.deliveryReason, appURL: invitation.appURL.text,
            redirectURI: invitation.redirectURI.text, locale: invitation.locale,
            message: invitation.extras.message?.text, name: invitation.extras.name?.text,
            metadata: invitation.extras.metadata.values, inviter: InviterBody(invitation.inviter),
            deliveryAt: invitation.deliveryAt.map(APITime.init), lastLetterAt: APITime(invitation.lastLetterAt),
            expiresAt: APITime(invitation.expiresAt), acceptedAt: invitation.acceptedAt.map(APITime.init),
            declineReason: invitation.declineReason,
            createdAt: APITime(invitation.createdAt), updatedAt: APITime(invitation.updatedAt))
    }
}

extension InvitationDetails {
    init(_ found: FindInvitation.Found) {
        self.init(
            invitation: InvitationBody(found.invitation, at: found.at),
            timeline: found.timeline.map {
                TimelineEntryBody(
                    kind: $0.kind, at: APITime($0.at), actor: $0.actor, code: $0.code, reason: $0.reason)
            },
            next: NextStepBody(
                code: found.next.rawValue, message: found.next.sentence, suggestion: found.suggestion))
    }
}

extension InviterBody {
    init(_ inviter: Invitation.Inviter) {
        switch inviter {
        case .user(let id): self.init(userID: id.rawValue, keyID: nil)
        case .key(let id): self.init(userID: nil, keyID: id.rawValue)
        }
    }
}

extension OrganizationBody {
    init(_ organization: Organization) {
        self.init(
            id: organization.id.rawValue, name: organization.name.text,
            partnerConfiguration: APIValue.object(in: organization.partnerConfiguration),
            createdAt: APITime(organization.createdAt), updatedAt: APITime(organization.updatedAt))
    }
}

extension UserOrganizationBody {
    init(_ membership: Membership) {
        self.init(
            id: membership.id.rawValue, userID: membership.user.rawValue,
            organizationID: membership.organization.rawValue, role: membership.role.rawValue,
            customRole: membership.customRole.map(RoleReference.init), scopes: membership.scopes?.routes,
            endsAt: membership.endsAt.map(APITime.init),
            metadata: membership.metadata.values,
            createdAt: APITime(membership.createdAt), updatedAt: APITime(membership.updatedAt))
    }
}

extension SlimUser {
    init(_ profile: DescribeCaller.Profile) {
        self.init(
            id: profile.user.id.rawValue, name: profile.user.name?.text, email: profile.user.email.typed,
            createdAt: APITime(profile.user.createdAt),
            userOrgs: profile.memberships.map { UserOrganizationBody($0.0) },
            orgs: profile.memberships.map { OrganizationBody($0.1) })
    }
}
