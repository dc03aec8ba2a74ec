package import UsherDomain

/// Proves a password and begins a session.
package struct SignIn: Sendable {
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

    /// - Parameter former: the session that this browser had; it ends.
    package func callAsFunction(
        email: EmailAddress, password: Password, former: String?, facts: RequestFacts
    ) async throws -> NewSession {
        let account = try await prove(email, password)
        let now = effects.now()
        return try await store.write { [effects, rules] tx in
            if let former { _ = try tx.end(session: former) }
            return try tx.begin(for: account.user.id, effects: effects, limits: rules.sessions, facts: facts, at: now)
        }
    }

    /// One counter per canonical address, known or not; throttled for a while, never locked for ever.
    func prove(_ email: EmailAddress, _ password: Password) async throws -> Account {
        let now = effects.now()
        let subject = effects.emailHash(email)
        let account = try await store.write { [rules] tx in
            _ = try tx.spend(rules.quotas.signIn, for: subject, at: now)
            return try tx.account(of: email)
        }
        let verdict = try await hasher.verify(password, against: account?.passwordHash)
        guard case .right(let outdated) = verdict, let account, let old = account.passwordHash else {
            throw Refusal.wrongCredentials
        }
        let stronger = outdated ? try await hasher.hash(password) : nil
        try await store.write { [rules] tx in
            if rules.quotas.signIn != nil { try tx.reset(.signIn, for: subject) }
            if let stronger { _ = try tx.upgradePassword(from: old, to: stronger, of: account.user.id) }
        }
        return account
    }
}

/// Ends a session for real.
package struct SignOut: Sendable {
    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package func callAsFunction(session hash: String, user: ID<User>, facts: RequestFacts) async throws {
        let now = effects.now()
        try await store.write { [effects] tx in
            guard try tx.end(session: hash) else { return }
            try tx.record(
                effects.audit(
                    .sessionEnded, in: nil, by: "user:\(user)", subject: user.rawValue, request: facts, at: now))
        }
    }
}

extension StoreWriter {
    /// Begins a session with an id of its own.
    func begin(
        for user: ID<User>, effects: Effects, limits: SessionLimits, facts: RequestFacts?, at now: Timestamp
    ) throws -> NewSession {
        let secret = effects.newSecret()
        let session = Session(
            hash: effects.hash(secret), user: user, createdAt: now, lastSeenAt: now, expiresAt: now + limits.absolute)
        try add(session)
        try record(
            effects.audit(
                .sessionCreated, in: nil, by: "user:\(user)", subject: user.rawValue, request: facts, at: now))
        return NewSession(session: session, secret: Secret(secret))
    }
}
