package import UsherDomain

/// The roles that an organization makes for itself. Nobody makes one that allows what they may not do themselves, nor
/// changes or deletes one that does.
package struct ManageRoles: Sendable {
    package static let listRoute = "GET /api/organization/{organization_id}/role"
    package static let findRoute = "GET /api/organization/{organization_id}/role/{role_id}"
    package static let createRoute = "POST /api/organization/{organization_id}/role"
    package static let changeRoute = "PUT /api/organization/{organization_id}/role/{role_id}"
    package static let deleteRoute = "DELETE /api/organization/{organization_id}/role/{role_id}"

    let store: any Store
    let effects: Effects

    /// What a role shall be.
    package struct Draft: Sendable {
        package let name: DisplayName
        package let permissions: PermissionSet

        package init(name: DisplayName, permissions: PermissionSet) {
            self.name = name
            self.permissions = permissions
        }
    }

    /// What shall be different about a role.
    package struct Edit: Sendable {
        package let name: Change<DisplayName>
        package let permissions: Change<PermissionSet>

        package init(name: Change<DisplayName>, permissions: Change<PermissionSet>) {
            self.name = name
            self.permissions = permissions
        }
    }

    package typealias Page = ListPage<CustomRole, CustomRole>

    package func list(
        of organization: ID<Organization>, after: PageCursor<CustomRole>?, limit: Int, as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.listRoute, at: now)
            return try tx.page(of: organization, after: after, limit: limit)
        }
    }

    package func find(
        _ id: ID<CustomRole>?, of organization: ID<Organization>, as caller: Caller
    ) async throws -> CustomRole {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.findRoute, at: now)
            return try tx.customRole(id, orRefuseIn: organization)
        }
    }

    package func create(
        _ draft: Result<Draft, Refusal>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts,
        once: Once<CustomRole>? = nil
    ) async throws -> CustomRole {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await store.write { tx in
            let (access, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.createRoute, deed)
            let draft = try draft.get()
            try tx.begin(once, at: deed.now)
            return try tx.finish(once, try tx.createRole(draft, in: organization, within: access, deed))
        }
    }

    package func change(
        _ id: ID<CustomRole>?, _ edit: Result<Edit, Refusal>, in organization: ID<Organization>, as caller: Caller,
        facts: RequestFacts
    ) async throws -> CustomRole {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await store.write { tx in
            let (access, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.changeRoute, deed)
            let edit = try edit.get()
            let found = try tx.customRole(id, orRefuseIn: organization)
            return try tx.changeRole(found, edit, within: access, deed)
        }
    }

    package func delete(
        _ id: ID<CustomRole>?, of organization: ID<Organization>, as caller: Caller, facts: RequestFacts
    ) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            let (access, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.deleteRoute, deed)
            let found = try tx.customRole(id, orRefuseIn: organization)
            try tx.deleteRole(found, within: access, deed)
        }
    }
}

// MARK: - What every path to these changes does

extension StoreReader {
    fileprivate func page(
        of organization: ID<Organization>, after: PageCursor<CustomRole>?, limit: Int
    ) throws -> ManageRoles.Page {
        ListPage(try customRoles(of: organization, after: after, limit: limit + 1), limit: limit) {
            PageCursor(createdAt: $0.createdAt, id: $0.id)
        }
    }

    func customRole(_ id: ID<CustomRole>?, orRefuseIn organization: ID<Organization>) throws -> CustomRole {
        guard let found = try id.flatMap({ try customRole($0, in: organization) }) else { throw Refusal.roleNotFound }
        return found
    }

    /// What a request asks to be changed, with the role of the organization's own that it names.
    func resolved(_ draft: ChangeMember.Draft, of member: Membership) throws -> MembershipChange {
        var change = draft.change
        guard case .set(let id) = draft.customRole else { return change }
        if let id {
            change.role = .set(.user)
            change.customRole = .set(try customRole(id, orRefuseIn: member.organization).assigned)
        } else {
            change.customRole = .set(nil)
        }
        return change
    }
}

extension StoreWriter {
    /// A role that is about to be given to somebody: it stays as it is until the transaction ends.
    func held(_ id: ID<CustomRole>, in organization: ID<Organization>) throws -> AssignedRole {
        guard let found = try hold(id, in: organization) else { throw Refusal.roleNotFound }
        return found.assigned
    }

    fileprivate func createRole(
        _ draft: ManageRoles.Draft, in organization: ID<Organization>, within access: Access, _ deed: Deed
    ) throws -> CustomRole {
        try access.grant(draft.permissions)
        guard !CustomRole.isReserved(draft.name), try customRole(named: draft.name, in: organization) == nil else {
            throw Refusal.roleNameTaken
        }
        let others = try customRoles(of: organization, after: nil, limit: CustomRole.maximumCount)
        guard others.count < CustomRole.maximumCount else {
            throw Refusal.tooManyRoles(maximum: CustomRole.maximumCount)
        }
        let role = CustomRole(
            id: ID(rawValue: deed.effects.newID()), organization: organization, name: draft.name,
            permissions: draft.permissions, createdAt: deed.now, updatedAt: deed.now)
        try add(role)
        try deed.record(.roleCreated, in: organization, role.id.rawValue, self)
        return role
    }

    /// What it allows from now on holds at once for all who have it. Offers that they may not make any more wait for an
    /// approval.
    fileprivate func changeRole(
        _ found: CustomRole, _ edit: ManageRoles.Edit, within access: Access, _ deed: Deed
    ) throws -> CustomRole {
        try access.mayChange(found.assigned.effective)
        var role = found
        role.name = edit.name.applied(to: found.name)
        role.permissions = edit.permissions.applied(to: found.permissions)
        try access.grant(role.permissions)
        // Whoever has it has what is added at once, restricted or not.
        try access.grant(role.permissions.subtracting(found.permissions), restrictedTo: nil)
        guard role != found else { return found }
        if role.name != found.name, CustomRole.isReserved(role.name) { throw Refusal.roleNameTaken }
        if let other = try customRole(named: role.name, in: role.organization), other.id != role.id {
            throw Refusal.roleNameTaken
        }
        role.updatedAt = found.changeTime(at: deed.now)
        guard try change(role) else { throw Refusal.roleNotFound }
        try deed.record(.roleChanged, in: role.organization, role.id.rawValue, self)
        if !found.permissions.isSubset(of: role.permissions) {
            try waitForApproval(
                of: .holders(of: role.id), above: role.assigned.effective.offerCeiling, in: role.organization, deed)
        }
        return role
    }

    fileprivate func deleteRole(_ found: CustomRole, within access: Access, _ deed: Deed) throws {
        try access.mayChange(found.assigned.effective)
        guard try delete(found.id, of: found.organization, at: deed.now) else {
            throw Refusal.roleInUse(try use(of: found.id, in: found.organization, at: deed.now))
        }
        try deed.record(.roleDeleted, in: found.organization, found.id.rawValue, self)
    }
}

extension PermissionSet {
    /// The ceiling of offers by whoever may do this; nil: they may make none.
    var offerCeiling: PermissionSet? { contains(.invitationCreate) ? self : nil }
}

// MARK: - The operator's commands

extension OperatorActions {
    private func deed() -> Deed { Deed(effects: effects, actor: "operator", facts: nil, now: effects.now()) }

    /// The operator may give what an owner may.
    private static let access = Access(.owner)

    package func createRole(_ draft: ManageRoles.Draft, in organization: ID<Organization>) async throws -> CustomRole {
        let asked = deed()
        return try await store.write { tx in
            guard let deed = try tx.locked(organization, asked) else { throw Refusal.organizationNotFound }
            return try tx.createRole(draft, in: organization, within: Self.access, deed)
        }
    }

    /// All roles of an organization's own, newest first.
    package func roles(of organization: ID<Organization>) async throws -> [CustomRole] {
        try await store.read { tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            return try tx.customRoles(of: organization, after: nil, limit: CustomRole.maximumCount)
        }
    }

    /// One role by its name, whatever its case.
    package func role(named name: DisplayName, of organization: ID<Organization>) async throws -> CustomRole {
        try await store.read { try $0.role(named: name, of: organization) }
    }

    package func changeRole(
        named name: DisplayName, _ edit: ManageRoles.Edit, of organization: ID<Organization>
    ) async throws -> CustomRole {
        let asked = deed()
        return try await store.write { tx in
            guard let deed = try tx.locked(organization, asked) else { throw Refusal.organizationNotFound }
            let found = try tx.role(named: name, of: organization)
            return try tx.changeRole(found, edit, within: Self.access, deed)
        }
    }

    package func deleteRole(named name: DisplayName, of organization: ID<Organization>) async throws {
        let asked = deed()
        try await store.write { tx in
            guard let deed = try tx.locked(organization, asked) else { throw Refusal.organizationNotFound }
            try tx.deleteRole(try tx.role(named: name, of: organization), within: Self.access, deed)
        }
    }
}

extension StoreReader {
    fileprivate func role(named name: DisplayName, of organization: ID<Organization>) throws -> CustomRole {
        guard try self.organization(organization) != nil else { throw Refusal.organizationNotFound }
        guard let found = try customRole(named: name, in: organization) else { throw Refusal.roleNotFound }
        return found
    }
}
