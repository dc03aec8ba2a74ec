package import UsherDomain

/// A credential as it came: not proved yet.
package enum Credential: Sendable {
    case session(Secret)
    case key(Secret)
}

/// Who stands behind a credential. What they may do is asked later, in the transaction that acts.
package struct Authenticate: Sendable {
    let store: any Store
    let effects: Effects
    let limits: SessionLimits

    package init(store: any Store, effects: Effects, limits: SessionLimits) {
        self.store = store
        self.effects = effects
        self.limits = limits
    }

    /// Nil: nobody. Malformed credentials never reach the database.
    package func callAsFunction(_ credential: Credential) async throws -> Caller? {
        let now = effects.now()
        switch credential {
        case .session(let secret): return try await session(secret, at: now)
        case .key(let secret): return try await key(secret, at: now)
        }
    }

    private func session(_ secret: Secret, at now: Timestamp) async throws -> Caller? {
        guard SecretText.isWellFormed(secret.reveal()) else { return nil }
        let hash = effects.hash(secret.reveal())
        guard let session = try await store.read({ [limits] in try $0.session(hash, limits: limits, at: now) }) else {
            return nil
        }
        if now - session.lastSeenAt >= SessionLimits.touchInterval {
            await note { try $0.touch(session: hash, at: now) }
        }
        return .session(user: session.user, hash: hash)
    }

    private func key(_ secret: Secret, at now: Timestamp) async throws -> Caller? {
        guard APIKeyText.isWellFormed(secret.reveal()) else { return nil }
        let hash = effects.hash(secret.reveal())
        guard let key = try await store.read({ try $0.apiKey(hash: hash, at: now) }) else { return nil }
        if key.lastUsedAt.map({ now - $0 >= SessionLimits.touchInterval }) ?? true {
            await note { try $0.touch(key: key.id, at: now) }
        }
        return switch key.holder {
        case .organization(let organization): .organizationKey(organization: organization, key: key.id)
        case .user(let user): .userKey(user: user, key: key.id)
        }
    }

    /// When something was last used is worth writing down, and not worth refusing anybody: a database that only reads
    /// still tells who asks.
    private func note(_ touch: @escaping @Sendable (any StoreWriter) throws -> Void) async {
        do { try await store.write(touch) } catch {}
    }
}
