package import UsherDomain

/// Makes an organization; whoever asks becomes its owner.
package struct CreateOrganization: Sendable {
    package static let route = "POST /api/organization"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package func callAsFunction(
        named name: DisplayName, as caller: Caller, facts: RequestFacts, once: Once<Organization>? = nil
    ) async throws -> Organization {
        guard let user = caller.user else { throw Refusal.personRequired }
        let now = effects.now()
        let organization = Organization(id: ID(rawValue: effects.newID()), name: name, createdAt: now, updatedAt: now)
        return try await store.write { [effects] tx in
            try tx.begin(once, at: now)
            try tx.found(organization, owner: user, actor: caller.actor, effects: effects, facts: facts, at: now)
            return try tx.finish(once, organization)
        }
    }
}

extension StoreWriter {
    /// Adds an organization and its first owner, and writes both down.
    func found(
        _ organization: Organization, owner: ID<User>, actor: String, effects: Effects, facts: RequestFacts?,
        at now: Timestamp
    ) throws {
        try add(organization)
        let membership = Membership(
            id: ID(rawValue: effects.newID()), user: owner, organization: organization.id, role: .owner, scopes: nil,
            createdAt: now, updatedAt: now)
        _ = try add(membership, from: nil)
        try record(
            effects.audit(
                .organizationCreated, in: organization.id, by: actor, subject: organization.id.rawValue,
                request: facts, at: now))
        try record(
            effects.audit(
                .membershipCreated, in: organization.id, by: actor, subject: membership.id.rawValue, request: facts,
                at: now))
    }
}

/// A key that was just made; the text is told once.
package struct NewKey: Sendable {
    package let key: APIKey
    package let text: Secret
}

/// What a key shall be.
package struct KeyDraft: Sendable {
    package let name: DisplayName
    package let role: Role
    /// A role of the organization's own, beside the number 0; of an organization's key only.
    package let customRole: ID<CustomRole>?
    package let scopes: Scopes?
    package let expiresAt: Timestamp?

    package init(
        name: DisplayName, role: Role, customRole: ID<CustomRole>? = nil, scopes: Scopes?, expiresAt: Timestamp?
    ) {
        self.name = name
        self.role = role
        self.customRole = customRole
        self.scopes = scopes
        self.expiresAt = expiresAt
    }
}

extension KeyDraft {
    /// The key, if its maker may make it: neither its role nor its routes go beyond the maker's.
    func key(
        _ id: ID<APIKey>, as held: HeldRole, for holder: APIKey.Holder, within access: Access, at now: Timestamp
    ) throws(Refusal) -> APIKey {
        try access.grant(held.permissions)
        if let expiresAt, expiresAt <= now { throw .invalidBody([FieldProblem("/expires_at", .outOfRange)]) }
        // A restricted maker can't make an unrestricted key.
        let scopes = scopes ?? access.restrictions.first
        guard access.covers(scopes) else { throw .invalidBody([FieldProblem("/scopes", .outOfRange)]) }
        return APIKey(
            id: id, holder: holder, name: name, role: held.role, customRole: held.customRole, scopes: scopes,
            createdAt: now, updatedAt: now,
            expiresAt: expiresAt)
    }
}

/// Makes a key of an organization, with a role not above its maker's.
package struct CreateOrganizationKey: Sendable {
    package static let route = "POST /api/organization/api_key"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package func callAsFunction(
        _ draft: Result<KeyDraft, Refusal>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts,
        once: Once<NewKey>? = nil
    ) async throws -> NewKey {
        let now = effects.now()
        let text = APIKeyText.make(random: effects.newSecret())
        return try await store.write { [effects] tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            let draft = try draft.get()
            let held = HeldRole(draft.role, try draft.customRole.map { try tx.held($0, in: organization) })
            let key = try draft.key(
                ID(rawValue: effects.newID()), as: held, for: .organization(organization), within: access, at: now)
            try tx.begin(once, at: now)
            try tx.add(key, hash: effects.hash(text), createdBy: caller.user)
            try tx.record(
                effects.audit(
                    .keyCreated, in: organization, by: caller.actor, subject: key.id.rawValue, request: facts,
                    at: now))
            return try tx.finish(once, NewKey(key: key, text: Secret(text)))
        }
    }
}

/// Who am I, and where.
package struct DescribeCaller: Sendable {
    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package struct Profile: Sendable {
        package let user: User
        package let memberships: [(Membership, Organization)]
    }

    package func callAsFunction(_ caller: Caller) async throws -> Profile {
        guard let id = caller.user else { throw Refusal.personRequired }
        let now = effects.now()
        return try await store.read { tx in
            guard let user = try tx.user(id) else { throw Refusal.notSignedIn }
            return Profile(user: user, memberships: try tx.memberships(of: id).filter { $0.0.isCurrent(at: now) })
        }
    }
}
