/// A role that an organization made for itself, beside the three that there always are: a name and what it allows.
package struct CustomRole: Equatable, Sendable {
    package let id: ID<CustomRole>
    package let organization: ID<Organization>
    /// Hostile by assumption, like every name; no two of an organization differ in case alone.
    package var name: DisplayName
    /// What it allows beyond what every member may do; never one of `PermissionSet.ownersOnly`.
    package var permissions: PermissionSet
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    /// Characters of a name.
    package static let maximumName = 60
    /// Roles of one organization.
    package static let maximumCount = 100

    package init(
        id: ID<CustomRole>, organization: ID<Organization>, name: DisplayName, permissions: PermissionSet,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.organization = organization
        self.name = name
        self.permissions = permissions
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Whether a name stands for one of the three roles that there always are: no other is called so.
    package static func isReserved(_ name: DisplayName) -> Bool { Role(word: name.text) != nil }

    /// What two names of an organization may not have in common.
    package static func nameKey(_ name: DisplayName) -> String { name.text.lowercased() }

    /// Another one after each change, and of each role, whatever clocks say: what was seen is compared with what is.
    package var version: String { "\(id):\(updatedAt.milliseconds)" }

    /// When a change that is made now is written down: later than the one before, though the clock be behind.
    package func changeTime(at now: Timestamp) -> Timestamp { max(now, updatedAt + .milliseconds(1)) }

    /// As it stands beside whoever holds it.
    package var assigned: AssignedRole { AssignedRole(id: id, name: name, permissions: permissions) }
}

/// A custom role as whoever holds it holds it: as the role is at the moment of reading. The number beside it is 0.
package struct AssignedRole: Hashable, Sendable {
    package let id: ID<CustomRole>
    package let name: DisplayName
    package let permissions: PermissionSet

    package init(id: ID<CustomRole>, name: DisplayName, permissions: PermissionSet) {
        self.id = id
        self.name = name
        self.permissions = permissions
    }

    /// All that its holder may do: never less than every member.
    package var effective: PermissionSet { permissions.union(.user) }
}

/// Who and what holds a role, so that it can't be deleted.
package struct RoleUse: Equatable, Sendable {
    package let members: Int
    /// Open offers of it.
    package let invitations: Int
    /// Keys that were not revoked.
    package let keys: Int
    /// Links for many that work.
    package let links: Int

    package init(members: Int, invitations: Int, keys: Int, links: Int) {
        self.members = members
        self.invitations = invitations
        self.keys = keys
        self.links = links
    }

    package var isNone: Bool { members == 0 && invitations == 0 && keys == 0 && links == 0 }
}

/// One of the three roles, or a custom one beside the number 0.
package protocol HoldsRole {
    var role: Role { get }
    var customRole: AssignedRole? { get }
}

extension HoldsRole {
    /// What it allows, as it is now.
    package var permissions: PermissionSet { customRole?.effective ?? role.permissions }
}

extension Membership: HoldsRole {}
extension Invitation: HoldsRole {}
extension APIKey: HoldsRole {}
extension JoinLink: HoldsRole {}

/// A role as somebody holds it or is offered it, without the rest.
package struct HeldRole: HoldsRole, Hashable, Sendable {
    package let role: Role
    package let customRole: AssignedRole?

    package init(_ role: Role, _ customRole: AssignedRole? = nil) {
        self.role = role
        self.customRole = customRole
    }

    package static let user = HeldRole(.user)
    package static let admin = HeldRole(.admin)
    package static let owner = HeldRole(.owner)
}

extension HoldsRole {
    package var held: HeldRole { HeldRole(role, customRole) }
}
