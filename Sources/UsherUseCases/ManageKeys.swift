package import UsherDomain

package typealias KeyPage = ListPage<APIKey, APIKey>

extension StoreReader {
    fileprivate func page(
        of holder: APIKey.Holder, after: PageCursor<APIKey>?, limit: Int, at now: Timestamp
    ) throws -> KeyPage {
        ListPage(try keys(of: holder, after: after, limit: limit + 1, at: now), limit: limit) {
            PageCursor(createdAt: $0.createdAt, id: $0.id)
        }
    }

    /// What a person may do for themselves: all that their roles allow, no more than their key does, and what that key
    /// is restricted to.
    fileprivate func ownAccess(of caller: Caller, for route: String, at now: Timestamp) throws -> (ID<User>, Access) {
        guard let user = caller.user else { throw Refusal.personRequired }
        let all = try memberships(of: user).filter { $0.0.isCurrent(at: now) }
            .reduce(PermissionSet.user) { $0.union($1.0.permissions) }
        var access = Access(all)
        if let id = caller.key {
            guard let key = try key(id, of: user) else { throw Refusal.notSignedIn }
            access = Access(all.intersection(key.permissions), restrictions: [key.scopes].compactMap(\.self))
        }
        try access.requireScope(route)
        return (user, access)
    }
}

/// An organization's keys that were not revoked, a page at a time, newest first.
package struct ListKeys: Sendable {
    package static let route = "GET /api/organization/api_key"

    let store: any Store
    let effects: Effects

    package func callAsFunction(
        of organization: ID<Organization>, after: PageCursor<APIKey>?, limit: Int, as caller: Caller
    ) async throws -> KeyPage {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.route, at: now)
            return try tx.page(of: .organization(organization), after: after, limit: limit, at: now)
        }
    }
}

/// Ends a key of an organization at once; offers that it made wait for another admin.
package struct RevokeKey: Sendable {
    package static let route = "DELETE /api/organization/api_key/{api_key_id}"

    let store: any Store
    let effects: Effects

    package func callAsFunction(
        _ id: ID<APIKey>?, of organization: ID<Organization>, as caller: Caller, facts: RequestFacts
    ) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            let access = try tx.access(
                of: caller, in: organization, for: Self.route, at: deed.now)
            guard let id, let key = try tx.key(id, in: organization) else { throw Refusal.keyNotFound }
            try access.mayChange(key.permissions)
            try tx.revokeKey(id, of: organization, deed)
        }
    }
}

extension StoreWriter {
    func revokeKey(_ id: ID<APIKey>, of organization: ID<Organization>, _ deed: Deed) throws {
        guard try endKey(id, of: .organization(organization), at: deed.now) != nil else { throw Refusal.keyNotFound }
        try deed.record(.keyRevoked, in: organization, id.rawValue, self)
        try waitForApproval(of: .person(nil, keys: [id]), above: nil, in: organization, deed)
    }
}

/// Makes a key of one's own: it acts in all of one's organizations, with a role not above its own there.
package struct CreateUserKey: Sendable {
    package static let route = "POST /api/user/api_key"

    let store: any Store
    let effects: Effects

    package func callAsFunction(
        _ draft: KeyDraft, as caller: Caller, facts: RequestFacts, once: Once<NewKey>? = nil
    ) async throws -> NewKey {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        let text = APIKeyText.make(random: effects.newSecret())
        return try await store.write { [effects] tx in
            let (user, access) = try tx.ownAccess(of: caller, for: Self.route, at: deed.now)
            // It acts in many organizations; a custom role is of one.
            if draft.customRole != nil { throw Refusal.invalidBody([FieldProblem("/role_id", .unknown)]) }
            let key = try draft.key(
                ID(rawValue: effects.newID()), as: HeldRole(draft.role), for: .user(user), within: access,
                at: deed.now)
            try tx.begin(once, at: deed.now)
            try tx.add(key, hash: effects.hash(text), createdBy: user)
            try deed.record(.keyCreated, in: nil, key.id.rawValue, tx)
            return try tx.finish(once, NewKey(key: key, text: Secret(text)))
        }
    }
}

/// One's own keys that were not revoked, a page at a time, newest first.
package struct ListUserKeys: Sendable {
    package static let route = "GET /api/user/api_key"

    let store: any Store
    let effects: Effects

    package func callAsFunction(
        after: PageCursor<APIKey>?, limit: Int, as caller: Caller
    ) async throws -> KeyPage {
        let now = effects.now()
        return try await store.read { tx in
            let (user, _) = try tx.ownAccess(of: caller, for: Self.route, at: now)
            return try tx.page(of: .user(user), after: after, limit: limit, at: now)
        }
    }
}

/// Ends one of one's own keys at once.
package struct RevokeUserKey: Sendable {
    package static let route = "DELETE /api/user/api_key/{api_key_id}"

    let store: any Store
    let effects: Effects

    package func callAsFunction(_ id: ID<APIKey>?, as caller: Caller, facts: RequestFacts) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            let (user, _) = try tx.ownAccess(of: caller, for: Self.route, at: deed.now)
            guard let id, try tx.endKey(id, of: .user(user), at: deed.now) != nil else { throw Refusal.keyNotFound }
            try deed.record(.keyRevoked, in: nil, id.rawValue, tx)
        }
    }
}
