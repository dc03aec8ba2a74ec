package import UsherDomain

/// What the operator does by command with organizations that are there, and with their members. Rules that hold for
/// everybody hold for the operator too; only roles are not asked for.
extension OperatorActions {
    private func deed() -> Deed { Deed(effects: effects, actor: "operator", facts: nil, now: effects.now()) }

    package struct ListedOrganization: Sendable {
        package let organization: Organization
        package let deletedAt: Timestamp?
    }

    /// All organizations, oldest first.
    package func organizations() async throws -> [ListedOrganization] {
        var found: [ListedOrganization] = []
        var place: PageCursor<Organization>?
        while true {
            let page = try await store.read { [place] tx in
                try tx.allOrganizations(after: place, limit: 1000).map {
                    ListedOrganization(organization: $0.organization, deletedAt: $0.deletedAt)
                }
            }
            found += page
            guard page.count == 1000, let last = page.last?.organization else { return found }
            place = PageCursor(createdAt: last.createdAt, id: last.id)
        }
    }

    package func organization(_ id: ID<Organization>) async throws -> Organization {
        try await store.read { tx in
            guard let found = try tx.organization(id) else { throw Refusal.organizationNotFound }
            return found
        }
    }

    package func deleteOrganization(_ id: ID<Organization>) async throws {
        let asked = deed()
        try await store.write { tx in
            guard let deed = try tx.locked(id, asked), try tx.giveUp(id, deed) else {
                throw Refusal.organizationNotFound
            }
        }
    }

    package func restoreOrganization(_ id: ID<Organization>, grace: Duration) async throws -> Organization {
        let asked = deed()
        return try await store.write { [effects] tx in
            try tx.bringBack(id, grace: grace, asked.at(effects.now()))
        }
    }

    package func changeSettings(of id: ID<Organization>, _ change: SettingsChange) async throws -> Organization {
        let asked = deed()
        return try await store.write { tx in
            guard let deed = try tx.locked(id, asked), let found = try tx.organization(id) else {
                throw Refusal.organizationNotFound
            }
            return try tx.change(found, as: .settingsChanged, deed) { change.apply(to: &$0) }
        }
    }

    /// All members, newest first.
    package func members(
        of id: ID<Organization>, role: Role?, _ customRole: ID<CustomRole>? = nil, search: String?
    ) async throws -> [Member] {
        let now = effects.now()
        var filter = ListMembers.Filter()
        (filter.role, filter.customRole, filter.search, filter.limit) = (role, customRole, search, 1000)
        var found: [Member] = []
        while true {
            let page = try await store.read { [filter] tx in
                guard try tx.organization(id) != nil else { throw Refusal.organizationNotFound }
                return try tx.page(of: id, filter, at: now)
            }
            found += page.elements
            guard let next = page.next else { return found }
            filter.after = next
        }
    }

    /// Who has this address in the organization.
    package func memberID(_ email: EmailAddress, of id: ID<Organization>) async throws -> ID<User> {
        try await store.read { tx in
            guard try tx.organization(id) != nil else { throw Refusal.organizationNotFound }
            guard let user = try tx.account(of: email)?.user, try tx.membership(of: user.id, in: id) != nil else {
                throw Refusal.notAMember
            }
            return user.id
        }
    }

    package func removeMember(_ email: EmailAddress, of id: ID<Organization>) async throws {
        let asked = deed()
        try await store.write { tx in
            let (member, deed) = try tx.lockedMember(email, of: id, asked)
            try tx.remove(member, as: .membershipRemoved, deed)
        }
    }

    package func changeMember(_ email: EmailAddress, of id: ID<Organization>, _ change: MembershipChange) async throws {
        let asked = deed()
        try await store.write { tx in
            let (member, deed) = try tx.lockedMember(email, of: id, asked)
            try tx.change(member, change, deed)
        }
    }

    /// - Parameter custom: a role of the organization's own, beside the number 0.
    package func changeRole(
        of email: EmailAddress, in id: ID<Organization>, to role: Role, _ custom: ID<CustomRole>?
    ) async throws -> HeldRole {
        let asked = deed()
        return try await store.write { tx in
            let (member, deed) = try tx.lockedMember(email, of: id, asked)
            let held = HeldRole(role, try custom.map { try tx.customRole($0, orRefuseIn: id).assigned })
            let change = MembershipChange(role: .set(held.role), customRole: .set(held.customRole))
            try tx.change(member, change, deed)
            return held
        }
    }

    /// All keys of an organization that were not revoked, newest first.
    package func keys(of id: ID<Organization>) async throws -> [APIKey] {
        let now = effects.now()
        var found: [APIKey] = []
        var place: PageCursor<APIKey>?
        while true {
            let page = try await store.read { [place] tx in
                guard try tx.organization(id) != nil else { throw Refusal.organizationNotFound }
                return try tx.keys(of: .organization(id), after: place, limit: 1000, at: now)
            }
            found += page
            guard page.count == 1000, let last = page.last else { return found }
            place = PageCursor(createdAt: last.createdAt, id: last.id)
        }
    }

    package func revokeKey(_ key: ID<APIKey>, of id: ID<Organization>) async throws {
        let deed = deed()
        try await store.write { tx in
            guard try tx.organization(id) != nil else { throw Refusal.organizationNotFound }
            try tx.revokeKey(key, of: id, deed)
        }
    }
}

extension StoreWriter {
    fileprivate func lockedMember(
        _ email: EmailAddress, of id: ID<Organization>, _ deed: Deed
    ) throws -> (member: Membership, deed: Deed) {
        guard let deed = try locked(id, deed) else { throw Refusal.organizationNotFound }
        guard let user = try account(of: email)?.user, let member = try membership(of: user.id, in: id) else {
            throw Refusal.notAMember
        }
        return (member, deed)
    }
}
