/// What somebody may do in an organization: an action on a kind of thing. The texts are the wire form; they never change
/// their meaning and are never used again for another.
package enum Permission: String, CaseIterable, Sendable {
    case organizationRead = "organization:read"
    case organizationUpdate = "organization:update"
    case organizationExport = "organization:export"
    case organizationDelete = "organization:delete"
    case settingsRead = "settings:read"
    case settingsUpdate = "settings:update"
    case ownershipRead = "ownership:read"
    case ownershipAnswer = "ownership:answer"
    case ownershipTransfer = "ownership:transfer"
    case memberRead = "member:read"
    case memberUpdate = "member:update"
    case memberRemove = "member:remove"
    case roleRead = "role:read"
    case roleCreate = "role:create"
    case roleUpdate = "role:update"
    case roleDelete = "role:delete"
    case invitationRead = "invitation:read"
    case invitationCreate = "invitation:create"
    case invitationUpdate = "invitation:update"
    case invitationResend = "invitation:resend"
    case invitationApprove = "invitation:approve"
    case invitationRevoke = "invitation:revoke"
    case requestRead = "invitation_request:read"
    case requestApprove = "invitation_request:approve"
    case requestRefuse = "invitation_request:refuse"
    case planRead = "plan:read"
    case planCreate = "plan:create"
    case planApply = "plan:apply"
    case planCancel = "plan:cancel"
    case joinLinkRead = "join_link:read"
    case joinLinkCreate = "join_link:create"
    case joinLinkRevoke = "join_link:revoke"
    case domainRead = "domain:read"
    case domainCreate = "domain:create"
    case domainUpdate = "domain:update"
    case domainVerify = "domain:verify"
    case domainRemove = "domain:remove"
    case joinRequestRead = "join_request:read"
    case joinRequestApprove = "join_request:approve"
    case joinRequestRefuse = "join_request:refuse"
    case keyRead = "api_key:read"
    case keyCreate = "api_key:create"
    case keyRevoke = "api_key:revoke"
    case seatRead = "seat:read"
    case suppressionRead = "suppression:read"
    case suppressionCreate = "suppression:create"
    case suppressionRemove = "suppression:remove"
    case auditRead = "audit:read"
    case auditExport = "audit:export"

    /// The kind of thing: what stands before the colon.
    package var resource: String { String(rawValue.prefix { $0 != ":" }) }

    /// What is done to it.
    package var action: String { String(rawValue.drop { $0 != ":" }.dropFirst()) }
}

/// Any number of permissions. Roles are compared by these, never by their names or numbers.
package struct PermissionSet: OptionSet, Hashable, Sendable {
    /// A bit for each permission, in no lasting order: what lasts is stored by its text.
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package init(_ permissions: some Sequence<Permission>) {
        rawValue = permissions.reduce(0) { $0 | Self.bit(of: $1) }
    }

    package func contains(_ permission: Permission) -> Bool { rawValue & Self.bit(of: permission) != 0 }

    package func with(_ permission: Permission) -> PermissionSet { union(PermissionSet([permission])) }

    /// In the order in which they are declared.
    package var permissions: [Permission] { Permission.allCases.filter(contains) }

    private static let bits: [Permission: UInt64] = Dictionary(
        uniqueKeysWithValues: Permission.allCases.enumerated().map { ($0.element, 1 << UInt64($0.offset)) })

    private static func bit(of permission: Permission) -> UInt64 { bits[permission] ?? 0 }
}

// MARK: - The three roles that there always are

extension PermissionSet {
    /// What every member may do.
    package static let user = PermissionSet([.ownershipRead, .ownershipAnswer])

    /// What no role but that of an owner has: a role of an organization's own never holds these.
    package static let ownersOnly = PermissionSet([.organizationDelete, .ownershipTransfer])

    package static let admin = owner.subtracting(ownersOnly).subtracting(
        PermissionSet([.organizationUpdate, .organizationExport, .settingsUpdate]))

    package static let owner = PermissionSet(Permission.allCases)
}

extension Role {
    package var permissions: PermissionSet {
        switch self {
        case .user: .user
        case .admin: .admin
        case .owner: .owner
        }
    }
}

// MARK: - As text

extension PermissionSet {
    /// As it is stored: `invitation:create invitation:read`.
    package var text: String { permissions.map(\.rawValue).sorted().joined(separator: " ") }

    /// Reads what was stored. What a newer program wrote, and this one has no word for, allows nothing here.
    package init(stored text: String) {
        self.init(text.split(separator: " ").compactMap { Permission(rawValue: String($0)) })
    }

    /// The permissions for people to read: `invitation:create, invitation:read`.
    package var list: String { permissions.map(\.rawValue).joined(separator: ", ") }
}
