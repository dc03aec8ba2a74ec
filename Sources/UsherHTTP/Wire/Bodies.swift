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
            id: invitation.id.rawValue, email: invitation.email.typed,
            organizationID: invitation.organization.rawValue, role: invitation.role.rawValue,
            scopes: invitation.scopes?.routes, used: status == .accepted, status: status.rawValue,
            delivery: invitation.delivery.rawValue, deliveryCode: invitation.deliveryCode,
            deliveryReason: invitation.deliveryReason, appURL: invitation.appURL.text,
            redirectURI: invitation.redirectURI.text, locale: invitation.locale,
            expiresAt: APITime(invitation.expiresAt), acceptedAt: invitation.acceptedAt.map(APITime.init),
            createdAt: APITime(invitation.createdAt), updatedAt: APITime(invitation.updatedAt))
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
            scopes: membership.scopes?.routes, endsAt: membership.endsAt.map(APITime.init),
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
