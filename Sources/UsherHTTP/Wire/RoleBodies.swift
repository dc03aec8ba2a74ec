import UsherAPI
package import UsherDomain
import UsherText
import UsherUseCases

extension PermissionSet {
    /// Actions by the kind of thing.
    package var byResource: [String: [String]] {
        Dictionary(grouping: permissions, by: \.resource).mapValues { $0.map(\.action).sorted() }
    }
}

extension RoleReference {
    init(_ role: AssignedRole) { self.init(id: role.id.rawValue, name: role.name.text) }
}

extension CustomRoleBody {
    package init(_ role: CustomRole) {
        self.init(
            id: role.id.rawValue, organizationID: role.organization.rawValue, name: role.name.text,
            permissions: role.permissions.byResource, createdAt: APITime(role.createdAt),
            updatedAt: APITime(role.updatedAt))
    }
}

extension PermissionCatalogue {
    /// All there are in this program.
    static let current = PermissionCatalogue(
        permissions: PermissionSet.owner.byResource, ownersOnly: PermissionSet.ownersOnly.byResource,
        roles: Role.allCases.map {
            BaseRole(role: $0.rawValue, name: $0.name, permissions: $0.permissions.byResource)
        })
}

/// A role by its number, or one of the organization's own by its id.
struct RoleChoice {
    let role: Role
    let custom: ID<CustomRole>?
}

extension Members {
    /// A number under `name`, or an id under `role_id`, beside the number 0 or instead of it.
    mutating func roleChoice(_ name: String) -> Result<RoleChoice, Refusal>? {
        let custom: ID<CustomRole>? = id("role_id")
        guard custom != nil else { return role(name)?.map { RoleChoice(role: $0, custom: nil) } }
        guard optional(name) != nil else { return .success(RoleChoice(role: .user, custom: custom)) }
        guard case .success(.user)? = role(name) else { return .failure(.invalidRole) }
        return .success(RoleChoice(role: .user, custom: custom))
    }

    /// A change of `role`, of `role_id`, or of both when the number is 0; null takes the custom role away.
    mutating func customRoleChange(beside role: Result<Change<Role>, Refusal>) -> Result<
        Change<ID<CustomRole>?>, Refusal
    > {
        guard has("role_id") else { return .success(.keep) }
        let custom: ID<CustomRole>? = id("role_id")
        switch role {
        case .success(.set(let number)) where number != .user && custom != nil: return .failure(.invalidRole)
        default: return .success(.set(custom))
        }
    }

    /// `{"invitation": ["create", "read"]}`. What no role of an organization's own can hold is out of range.
    mutating func permissions(_ name: String) -> PermissionSet? {
        guard let value = values[name] else {
            report(name, .missing)
            return nil
        }
        guard case .object(let resources) = value else {
            report(name, .wrongType)
            return nil
        }
        var found = PermissionSet()
        for (resource, actions) in resources.sorted(by: { $0.key < $1.key }) where problems.count < 10 {
            let place = "\(name)/\(Self.escaped(resource))"
            guard Self.resources.contains(resource) else {
                report(place, .unknown)
                continue
            }
            guard case .array(let elements) = actions else {
                report(place, .wrongType)
                continue
            }
            for (index, element) in elements.enumerated() where problems.count < 10 {
                switch Self.permission(element, of: resource) {
                case .success(let permission): found = found.with(permission)
                case .failure(let kind): report("\(place)/\(index)", kind)
                }
            }
        }
        return found
    }

    private static let resources = Set(Permission.allCases.map(\.resource))

    private static func permission(
        _ value: JSONValue, of resource: String
    ) -> Result<Permission, FieldProblem.Kind> {
        guard case .string(let action) = value else { return .failure(.wrongType) }
        guard let permission = Permission(rawValue: "\(resource):\(action)") else { return .failure(.unknown) }
        return PermissionSet.ownersOnly.contains(permission) ? .failure(.outOfRange) : .success(permission)
    }

    /// The name of a role: as of people, and shorter.
    mutating func roleName(_ name: String) -> DisplayName? {
        guard let found = self.name(name) else { return nil }
        guard found.text.count <= CustomRole.maximumName else {
            report(name, .tooLong)
            return nil
        }
        return found
    }
}

extension ManageRoles.Draft {
    /// Reads the body of `POST /api/organization/{organization_id}/role`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["name", "permissions"])
        let name = members.roleName("name")
        let permissions = members.permissions("permissions")
        try members.finish()
        guard let name, let permissions else { throw .invalidBody([]) }
        self.init(name: name, permissions: permissions)
    }
}

extension ManageRoles.Edit {
    /// Reads the body of `PUT /api/organization/{organization_id}/role/{role_id}`: what is not there, or null, stays.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["name", "permissions"])
        let name = members.optional("name") == nil ? nil : members.roleName("name")
        let permissions = members.optional("permissions") == nil ? nil : members.permissions("permissions")
        try members.finish()
        self.init(name: name.map(Change.set) ?? .keep, permissions: permissions.map(Change.set) ?? .keep)
    }
}
