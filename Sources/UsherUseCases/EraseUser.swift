package import UsherDomain

/// Erases a person: their account's address, name, password, memberships, sessions, keys and links, and their address
/// wherever it stands. Ids and keyed hashes stay, so that the audit log stays true and no id is given twice.
package struct EraseUser: Sendable {
    package static let route = "DELETE /api/user"

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

    /// What was found, and is gone.
    package struct Erased: Equatable, Sendable {
        /// Nil: the address had no account.
        package var user: ID<User>?
        package var memberships = 0
        package var invitations = 0
        package var letters = 0

        package init(user: ID<User>? = nil, memberships: Int = 0, invitations: Int = 0, letters: Int = 0) {
            self.user = user
            self.memberships = memberships
            self.invitations = invitations
            self.letters = letters
        }
    }

    /// By the person themselves; their password is the proof, whatever credential came along.
    package func callAsFunction(
        password: Result<Password, Refusal>, as caller: Caller, facts: RequestFacts
    ) async throws {
        guard let user = caller.user else { throw Refusal.personRequired }
        guard let email = try await store.read({ try $0.user(user)?.email }) else { throw Refusal.notSignedIn }
        do {
            _ = try await SignIn(store: store, effects: effects, hasher: hasher, rules: rules)
                .prove(email, try password.get())
        } catch Refusal.wrongCredentials {
            throw Refusal.wrongPassword
        }
        let now = effects.now()
        try await store.write { [effects] tx in
            guard let account = try tx.account(of: user)?.user else { throw Refusal.notSignedIn }
            _ = try tx.erase(account, by: "user:\(user)", effects: effects, facts: facts, at: now)
        }
    }
}

/// What the operator does when somebody asks them to be forgotten, with an account or without one.
extension OperatorActions {
    package func erase(_ email: EmailAddress) async throws -> EraseUser.Erased {
        let now = effects.now()
        return try await store.write { [effects] tx in
            if let account = try tx.account(of: email)?.user {
                return try tx.erase(account, by: "operator", effects: effects, facts: nil, at: now)
            }
            var erased = EraseUser.Erased()
            try tx.erase(
                email, counted: &erased, by: "operator", effects: effects, facts: nil, at: now)
            return erased
        }
    }
}

extension StoreWriter {
    /// - Throws: `Refusal.soleOwner` while they are the only owner of an organization.
    fileprivate func erase(
        _ user: User, by actor: String, effects: Effects, facts: RequestFacts?, at now: Timestamp
    ) throws -> EraseUser.Erased {
        // In one order, so that no two wait for each other.
        let organizations = try memberships(of: user.id).map(\.1.id).sorted { $0.rawValue < $1.rawValue }
        for organization in organizations { _ = try lock(organization, at: now) }
        let sole = try soleOwnerships(of: user.id)
        guard sole.isEmpty else { throw Refusal.soleOwner(sole) }
        guard try erase(user.id, at: now) else { throw Refusal.notSignedIn }
        var erased = EraseUser.Erased(user: user.id)
        let deed = Deed(effects: effects, actor: actor, facts: facts, now: now)
        for organization in organizations {
            guard let member = try membership(of: user.id, in: organization) else { continue }
            try remove(member, as: .membershipRemoved, deed)
            erased.memberships += 1
        }
        try erase(user.email, counted: &erased, by: actor, effects: effects, facts: facts, at: now)
        // Last, so that whoever joined or signed in meanwhile is found.
        for (membership, organization) in try eraseCredentials(of: user.id, at: now) {
            erased.memberships += 1
            try deed.record(.membershipRemoved, in: organization, membership.rawValue, self)
        }
        try reset(.signIn, for: effects.emailHash(user.email))
        try record(
            effects.audit(.userErased, in: nil, by: actor, subject: user.id.rawValue, request: facts, at: now))
        return erased
    }

    /// The address alone, wherever it stands.
    fileprivate func erase(
        _ email: EmailAddress, counted erased: inout EraseUser.Erased, by actor: String, effects: Effects,
        facts: RequestFacts?, at now: Timestamp
    ) throws {
        let invitations = try eraseInvitations(to: email, at: now)
        for ended in invitations where ended.wasOpen {
            try record(
                effects.audit(
                    .invitationDeclined, in: ended.organization, by: actor, subject: ended.id.rawValue,
                    request: facts, at: now))
        }
        erased.invitations = invitations.count
        try eraseTraces(of: email, invitations)
        erased.letters = try eraseLetters(to: email, at: now)
    }
}
