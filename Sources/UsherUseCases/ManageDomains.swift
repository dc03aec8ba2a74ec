package import UsherDomain

/// What a domain shall be to an organization.
package struct DomainDraft: Sendable {
    /// A-labels in lower case, as `UsherText` reads them.
    package let name: String
    package let joining: OrganizationDomain.Joining
    package let role: Role

    package init(name: String, joining: OrganizationDomain.Joining = .off, role: Role = .user) {
        self.name = name
        self.joining = joining
        self.role = role
    }
}

/// A change of how people of a domain come in; nil: as it is.
package struct DomainChange: Sendable {
    package var joining: OrganizationDomain.Joining?
    package var role: Role?

    package init(joining: OrganizationDomain.Joining? = nil, role: Role? = nil) {
        self.joining = joining
        self.role = role
    }
}

/// The domains that an organization says are its own.
package struct ManageDomains: Sendable {
    package static let addRoute = "POST /api/organization/{organization_id}/domain"
    package static let listRoute = "GET /api/organization/{organization_id}/domain"
    package static let findRoute = "GET /api/organization/{organization_id}/domain/{domain_id}"
    package static let changeRoute = "PUT /api/organization/{organization_id}/domain/{domain_id}"
    package static let removeRoute = "DELETE /api/organization/{organization_id}/domain/{domain_id}"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// Claims a domain; what it says of joining holds from the proof on. Doing it twice is no error, and changes nothing.
    package func add(
        _ draft: Result<DomainDraft, Refusal>, to organization: ID<Organization>, as caller: Caller,
        facts: RequestFacts, once: Once<OrganizationDomain>? = nil
    ) async throws -> OrganizationDomain {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await store.write { tx in
            let (access, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.addRoute, deed)
            let draft = try draft.get()
            try draft.role.checkForDomain()
            try access.offer(draft.role.permissions, restrictedTo: nil)
            try tx.begin(once, at: deed.now)
            let (claimed, isNew) = try tx.claim(draft, for: organization, by: caller.inviter, deed)
            return try isNew ? tx.finish(once, claimed) : tx.finish(once, unchanged: claimed, at: deed.now)
        }
    }

    package func list(
        of organization: ID<Organization>, after: PageCursor<OrganizationDomain>?, limit: Int, as caller: Caller
    ) async throws -> ListPage<OrganizationDomain, OrganizationDomain> {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.listRoute, at: now)
            return try tx.page(of: organization, after: after, limit: limit)
        }
    }

    package func find(
        _ id: ID<OrganizationDomain>, in organization: ID<Organization>, as caller: Caller
    ) async throws -> OrganizationDomain {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.findRoute, at: now)
            guard let found = try tx.domain(id, in: organization) else { throw Refusal.domainNotFound }
            return found
        }
    }

    /// Who changes it answers for it from now on, so the whole of it must be theirs to grant.
    package func change(
        _ id: ID<OrganizationDomain>, _ change: Result<DomainChange, Refusal>, in organization: ID<Organization>,
        as caller: Caller, facts: RequestFacts
    ) async throws -> OrganizationDomain {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await store.write { tx in
            let (access, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.changeRoute, deed)
            let change = try change.get()
            try change.role?.checkForDomain()
            return try tx.change(id, change, in: organization, by: caller.inviter, deed) { role in
                try access.offer(role.permissions, restrictedTo: nil)
            }
        }
    }

    /// Members stay; nobody joins by it any more.
    package func remove(
        _ id: ID<OrganizationDomain>, from organization: ID<Organization>, as caller: Caller, facts: RequestFacts
    ) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            let (_, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.removeRoute, deed)
            try tx.remove(id, from: organization, deed)
        }
    }
}

extension Role {
    /// No domain makes owners.
    func checkForDomain() throws(Refusal) {
        if self == .owner { throw .invalidBody([FieldProblem("/role", .outOfRange)]) }
    }
}

// MARK: - What every path to these changes does

extension StoreReader {
    func page(
        of organization: ID<Organization>, after: PageCursor<OrganizationDomain>?, limit: Int
    ) throws -> ListPage<OrganizationDomain, OrganizationDomain> {
        // One more than asked for tells whether there is a next page.
        ListPage(try domains(of: organization, after: after, limit: limit + 1), limit: limit) {
            PageCursor(createdAt: $0.createdAt, id: $0.id)
        }
    }
}

extension StoreWriter {
    /// Take the organization's lock first.
    func claim(
        _ draft: DomainDraft, for organization: ID<Organization>, by inviter: Invitation.Inviter, _ deed: Deed
    ) throws -> (domain: OrganizationDomain, isNew: Bool) {
        if let known = try domain(named: draft.name, in: organization) { return (known, false) }
        let most = OrganizationDomain.maximumCount
        guard try domains(of: organization, after: nil, limit: most).count < most else {
            throw Refusal.domainLimitReached
        }
        let made = OrganizationDomain(
            id: ID(rawValue: deed.effects.newID()), organization: organization, name: draft.name,
            token: deed.effects.newSecret(), joining: draft.joining, role: draft.role, inviter: inviter,
            createdAt: deed.now, updatedAt: deed.now)
        guard try add(made) else { throw Refusal.domainNotFound }
        try deed.record(.domainAdded, in: organization, made.id.rawValue, self)
        return (made, true)
    }

    func change(
        _ id: ID<OrganizationDomain>, _ change: DomainChange, in organization: ID<Organization>,
        by inviter: Invitation.Inviter, _ deed: Deed, granting: (Role) throws -> Void
    ) throws -> OrganizationDomain {
        guard var domain = try domain(id, in: organization) else { throw Refusal.domainNotFound }
        domain.role = change.role ?? domain.role
        domain.joining = change.joining ?? domain.joining
        domain.inviter = inviter
        try granting(domain.role)
        if domain.joining != .off, domain.verifiedAt == nil { throw Refusal.domainNotVerified }
        guard let changed = try self.change(domain, at: deed.now) else { throw Refusal.domainNotFound }
        try deed.record(.domainChanged, in: organization, id.rawValue, self)
        return changed
    }

    func remove(_ id: ID<OrganizationDomain>, from organization: ID<Organization>, _ deed: Deed) throws {
        guard try remove(id, from: organization) else { throw Refusal.domainNotFound }
        try deed.record(.domainRemoved, in: organization, id.rawValue, self)
    }
}

// MARK: - The operator's commands

extension OperatorActions {
    /// In a member's name, who answers for it, and under their role.
    package func addDomain(
        _ draft: DomainDraft, to organization: ID<Organization>, for email: EmailAddress
    ) async throws -> OrganizationDomain {
        let asked = Deed(effects: effects, actor: "operator", facts: nil, now: effects.now())
        return try await store.write { tx in
            let (inviter, access, deed) = try tx.setter(email, in: organization, for: ManageDomains.addRoute, asked)
            try draft.role.checkForDomain()
            try access.offer(draft.role.permissions, restrictedTo: nil)
            return try tx.claim(draft, for: organization, by: inviter, deed).domain
        }
    }

    /// All of them: there are at most a hundred.
    package func domains(of organization: ID<Organization>) async throws -> [OrganizationDomain] {
        try await store.read { tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            return try tx.domains(of: organization, after: nil, limit: OrganizationDomain.maximumCount)
        }
    }

    package func changeDomain(
        named name: String, _ change: DomainChange, in organization: ID<Organization>, for email: EmailAddress
    ) async throws -> OrganizationDomain {
        let asked = Deed(effects: effects, actor: "operator", facts: nil, now: effects.now())
        return try await store.write { tx in
            let (inviter, access, deed) = try tx.setter(email, in: organization, for: ManageDomains.changeRoute, asked)
            guard let found = try tx.domain(named: name, in: organization) else { throw Refusal.domainNotFound }
            try change.role?.checkForDomain()
            return try tx.change(found.id, change, in: organization, by: inviter, deed) { role in
                try access.offer(role.permissions, restrictedTo: nil)
            }
        }
    }

    package func removeDomain(named name: String, from organization: ID<Organization>) async throws {
        let asked = Deed(effects: effects, actor: "operator", facts: nil, now: effects.now())
        try await store.write { tx in
            guard let deed = try tx.locked(organization, asked) else { throw Refusal.organizationNotFound }
            guard let found = try tx.domain(named: name, in: organization) else { throw Refusal.domainNotFound }
            try tx.remove(found.id, from: organization, deed)
        }
    }
}

extension StoreWriter {
    /// The member in whose name an operator sets something, and what they may do. Takes the organization's lock.
    fileprivate func setter(
        _ email: EmailAddress, in organization: ID<Organization>, for route: String, _ deed: Deed
    ) throws -> (inviter: Invitation.Inviter, access: Access, deed: Deed) {
        guard let deed = try locked(organization, deed) else { throw Refusal.organizationNotFound }
        guard let user = try account(of: email)?.user,
            let membership = try membership(of: user.id, in: organization), membership.isCurrent(at: deed.now)
        else { throw Refusal.notAMember }
        let access = Access(membership.permissions)
        try access.require(route)
        return (.user(user.id), access, deed)
    }
}
