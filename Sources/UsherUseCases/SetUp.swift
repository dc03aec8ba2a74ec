package import UsherDomain

/// Who shall be the first admin, and of which organization.
package struct AdminDraft: Sendable {
    package let email: EmailAddress
    package let name: DisplayName?
    package let organization: DisplayName

    package init(email: EmailAddress, name: DisplayName?, organization: DisplayName) {
        self.email = email
        self.name = name
        self.organization = organization
    }
}

/// The first admin: an owner who can sign in. No default password exists, so they come by a one-time link that the
/// server prints while there is none, or by the operator's command.
package struct SetUp: Sendable {
    let store: any Store
    let effects: Effects
    let hasher: any PasswordHasher
    let rules: ServerRules

    package init(store: any Store, effects: Effects, hasher: any PasswordHasher, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.hasher = hasher
        self.rules = rules
    }

    /// A new link's secret, ending the earlier ones; nil when there is an admin.
    package func link() async throws -> Secret? {
        let now = effects.now()
        let id = ID<OneTimeLink>(rawValue: effects.newID())
        let secret = effects.newSecret()
        let made = try await store.write { [effects] tx -> Bool in
            guard try !tx.hasAdmin() else { return false }
            try tx.endLinks(of: nil, purpose: .setUp, at: now)
            try tx.add(
                OneTimeLink(
                    id: id, purpose: .setUp, hash: effects.hash(secret), user: nil, createdAt: now,
                    expiresAt: now + OneTimeLink.lifetime(of: .setUp)))
            return true
        }
        return made ? Secret(secret) : nil
    }

    /// Whether a link works still, without using it up; and the name of the organization that waits for its owner.
    package func peek(secret: String) async throws -> Organization? {
        guard SecretText.isWellFormed(secret) else { throw Refusal.linkInvalid }
        let (hash, now) = (effects.hash(secret), effects.now())
        return try await store.read { tx in
            guard try tx.oneTimeLink(hash: hash, purpose: .setUp, at: now) != nil else { throw Refusal.linkInvalid }
            return try tx.organizations(limit: 1).first
        }
    }

    package func byLink(
        secret: String, draft: AdminDraft, password: Password,
        check: @Sendable (Password, EmailAddress, DisplayName) throws -> Void, facts: RequestFacts
    ) async throws -> NewSession {
        _ = try await peek(secret: secret)
        try check(password, draft.email, draft.organization)
        let passwordHash = try await hasher.hash(password)
        let (hash, now) = (effects.hash(secret), effects.now())
        return try await store.write { [effects, rules] tx in
            guard try tx.use(linkHash: hash, purpose: .setUp, at: now) != nil else { throw Refusal.linkInvalid }
            guard try !tx.hasAdmin() else { throw Refusal.alreadySetUp }
            let user = try admin(draft, passwordHash, tx, facts, at: now)
            return try tx.begin(for: user, effects: effects, limits: rules.sessions, facts: facts, at: now)
        }
    }

    /// The operator's command: another admin, whenever they like.
    package func byOperator(draft: AdminDraft, password: Password) async throws -> ID<User> {
        let passwordHash = try await hasher.hash(password)
        let now = effects.now()
        return try await store.write { tx in try admin(draft, passwordHash, tx, nil, at: now) }
    }

    private func admin(
        _ draft: AdminDraft, _ passwordHash: String, _ tx: any StoreWriter, _ facts: RequestFacts?, at now: Timestamp
    ) throws -> ID<User> {
        let user: ID<User>
        if let account = try tx.account(of: draft.email) {
            user = account.user.id
            try tx.endSessions(of: user, except: nil)
            try tx.setPassword(passwordHash, of: user, at: now)
            try tx.setVerified(user, name: draft.name, at: now)
        } else {
            let made = User(
                id: ID(rawValue: effects.newID()), email: draft.email, name: draft.name, verifiedAt: now,
                createdAt: now, updatedAt: now)
            guard try tx.add(made, passwordHash: passwordHash) else { throw Refusal.accountExists }
            user = made.id
        }
        try tx.record(
            effects.audit(.userCreated, in: nil, by: "operator", subject: user.rawValue, request: facts, at: now))
        try own(draft.organization, user, tx, facts, at: now)
        return user
    }

    /// Joins the organization of that name if there is one, as its owner; founds it if there is none.
    private func own(
        _ name: DisplayName, _ user: ID<User>, _ tx: any StoreWriter, _ facts: RequestFacts?, at now: Timestamp
    ) throws {
        guard let found = try tx.organizations(limit: 1000).first(where: { $0.name == name }) else {
            let organization = Organization(
                id: ID(rawValue: effects.newID()), name: name, createdAt: now, updatedAt: now)
            return try tx.found(
                organization, owner: user, actor: "operator", effects: effects, facts: facts, at: now)
        }
        let membership = Membership(
            id: ID(rawValue: effects.newID()), user: user, organization: found.id, role: .owner, scopes: nil,
            createdAt: now, updatedAt: now)
        if try tx.add(membership, from: nil) {
            try tx.record(
                effects.audit(
                    .membershipCreated, in: found.id, by: "operator", subject: membership.id.rawValue, request: facts,
                    at: now))
        }
    }
}

/// What the operator does by command: organizations and keys without a caller.
package struct OperatorActions: Sendable {
    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// Founds an organization; its owner's account is made without a password if there is none. The operator vouches
    /// for the address.
    package func createOrganization(
        named name: DisplayName, owner email: EmailAddress, allowedOrigins: [Origin]
    ) async throws -> (organization: Organization, owner: ID<User>) {
        let now = effects.now()
        let organization = Organization(
            id: ID(rawValue: effects.newID()), name: name, allowedOrigins: allowedOrigins, createdAt: now,
            updatedAt: now)
        let owner = try await store.write { [effects] tx in
            let owner = try tx.vouchedUser(email, effects: effects, at: now)
            try tx.found(organization, owner: owner, actor: "operator", effects: effects, facts: nil, at: now)
            return owner
        }
        return (organization, owner)
    }

    /// Makes a key of the organization, or of one of its members.
    package func createKey(
        _ draft: KeyDraft, in organization: ID<Organization>, for email: EmailAddress?
    ) async throws -> NewKey {
        let now = effects.now()
        let text = APIKeyText.make(random: effects.newSecret())
        let key = try await store.write { [effects] tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            var holder = APIKey.Holder.organization(organization)
            if let email {
                guard let user = try tx.account(of: email)?.user,
                    let membership = try tx.membership(of: user.id, in: organization)
                else { throw Refusal.notAMember }
                try Access(membership.permissions).grant(draft.role.permissions)
                // It acts in many organizations; a custom role is of one.
                if draft.customRole != nil { throw Refusal.invalidBody([FieldProblem("/role_id", .unknown)]) }
                holder = .user(user.id)
            }
            let custom = try draft.customRole.map { try tx.held($0, in: organization) }
            let key = APIKey(
                id: ID(rawValue: effects.newID()), holder: holder, name: draft.name, role: draft.role,
                customRole: custom, scopes: draft.scopes, createdAt: now, updatedAt: now, expiresAt: draft.expiresAt)
            try tx.add(key, hash: effects.hash(text), createdBy: nil)
            try tx.record(
                effects.audit(
                    .keyCreated, in: organization, by: "operator", subject: key.id.rawValue, request: nil, at: now))
            return key
        }
        return NewKey(key: key, text: Secret(text))
    }
}

extension StoreWriter {
    fileprivate func vouchedUser(_ email: EmailAddress, effects: Effects, at now: Timestamp) throws -> ID<User> {
        if let account = try account(of: email) { return account.user.id }
        let user = User(
            id: ID(rawValue: effects.newID()), email: email, name: nil, verifiedAt: now, createdAt: now,
            updatedAt: now)
        guard try add(user, passwordHash: nil) else { throw Refusal.accountExists }
        return user.id
    }
}
