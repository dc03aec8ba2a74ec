package import UsherDomain

/// Sends a link to set a new password, if the address has an account. The answer is the same either way.
package struct RequestPasswordReset: Sendable {
    let store: any Store
    let effects: Effects
    let rules: ServerRules
    let dispatch: any Dispatch

    package init(store: any Store, effects: Effects, rules: ServerRules, dispatch: any Dispatch) {
        self.store = store
        self.effects = effects
        self.rules = rules
        self.dispatch = dispatch
    }

    package func callAsFunction(email: EmailAddress) async throws {
        let now = effects.now()
        let link = ID<OneTimeLink>(rawValue: effects.newID())
        let letter = try await store.write { tx -> Letter? in
            // Beyond the limit nothing is sent and nothing is told: who asks learns nothing about the address.
            if let quota = rules.quotas.reset,
                try !tx.take(quota, for: effects.emailHash(email), at: now).granted
            {
                return nil
            }
            guard let account = try tx.account(of: email) else { return nil }
            return try enqueue(link, for: account.user, tx, at: now)
        }
        if let letter { _ = await dispatch.dispatch(letter, patience: nil) }
    }

    private func enqueue(
        _ id: ID<OneTimeLink>, for user: User, _ tx: any StoreWriter, at now: Timestamp
    ) throws -> Letter {
        let end = now + OneTimeLink.lifetime(of: .passwordReset)
        // Only the newest link works.
        try tx.endLinks(of: user.id, purpose: .passwordReset, at: now)
        try tx.add(
            OneTimeLink(
                id: id, purpose: .passwordReset, hash: effects.hash(effects.secret(of: id)), user: user.id,
                createdAt: now, expiresAt: end))
        let letter = Letter(
            id: ID(rawValue: effects.newID()), recipient: user.email, locale: user.locale, notAfter: end,
            createdAt: now, content: .passwordReset(LinkLetter(link: id, expiresAt: end)))
        try tx.enqueue(letter, lease: dispatch.lease(at: now), at: now)
        return letter
    }
}

/// Sets a new password by the link. Ends every session; signs nobody in (OWASP, Forgot Password).
package struct ResetPassword: Sendable {
    let store: any Store
    let effects: Effects
    let hasher: any PasswordHasher
    let dispatch: any Dispatch

    package init(store: any Store, effects: Effects, hasher: any PasswordHasher, dispatch: any Dispatch) {
        self.store = store
        self.effects = effects
        self.hasher = hasher
        self.dispatch = dispatch
    }

    /// Whose link it is, without using it up; nil when it does not work (any more).
    package func peek(secret: String) async throws -> User? {
        guard SecretText.isWellFormed(secret) else { return nil }
        let (hash, now) = (effects.hash(secret), effects.now())
        return try await store.read { tx in
            try tx.oneTimeLink(hash: hash, purpose: .passwordReset, at: now)?.user.flatMap { try tx.user($0) }
        }
    }

    package func callAsFunction(
        secret: String, password: Password, check: @Sendable (Password, User) throws -> Void, facts: RequestFacts
    ) async throws {
        guard let user = try await peek(secret: secret) else { throw Refusal.linkInvalid }
        try check(password, user)
        let passwordHash = try await hasher.hash(password)
        let (hash, now) = (effects.hash(secret), effects.now())
        let notice = Letter(
            id: ID(rawValue: effects.newID()), recipient: user.email, locale: user.locale, notAfter: now + .days(2),
            createdAt: now, content: .passwordChanged)
        try await store.write { [effects, dispatch] tx in
            guard let link = try tx.use(linkHash: hash, purpose: .passwordReset, at: now), link.user == user.id else {
                throw Refusal.linkInvalid
            }
            if user.verifiedAt == nil { try tx.endKeys(of: user.id, at: now) }
            try tx.setPassword(passwordHash, of: user.id, at: now)
            try tx.setVerified(user.id, name: nil, at: now)
            try tx.endSessions(of: user.id, except: nil)
            try tx.endLinks(of: user.id, purpose: .passwordReset, at: now)
            try tx.reset(.signIn, for: effects.emailHash(user.email))
            try tx.enqueue(notice, lease: dispatch.lease(at: now), at: now)
            try tx.record(
                effects.audit(
                    .passwordChanged, in: nil, by: "user:\(user.id)", subject: user.id.rawValue, request: facts,
                    at: now))
        }
        _ = await dispatch.dispatch(notice, patience: nil)
    }
}
