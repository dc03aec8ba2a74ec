package import UsherDomain

extension Sample {
    package static func role(
        _ name: String = "Scout", of organization: ID<Organization>, _ permissions: [Permission] = [.invitationRead],
        at now: Timestamp = now
    ) -> CustomRole {
        CustomRole(
            id: id(), organization: organization, name: DisplayName(stored: name),
            permissions: PermissionSet(permissions), createdAt: now, updatedAt: now)
    }

    package static func membership(
        _ user: ID<User>, _ organization: ID<Organization>, as role: CustomRole
    ) -> Membership {
        var made = membership(user, organization)
        made.customRole = role.assigned
        return made
    }
}
