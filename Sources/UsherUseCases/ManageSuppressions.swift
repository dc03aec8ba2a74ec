package import UsherDomain

/// The addresses that an organization does not invite: listed without the addresses, looked up and changed by them.
package struct ManageSuppressions: Sendable {
    package static let listRoute = "GET /api/suppression"
    package static let addRoute = "POST /api/suppression"
    package static let checkRoute = "POST /api/suppression/check"
    package static let removeRoute = "POST /api/suppression/remove"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// What a page is asked for.
    package struct Query: Sendable {
        package var after: SuppressionCursor?
        package var limit = 50

        package init() {}
    }

    package struct Page: Sendable {
        package let suppressions: [Suppression]
        /// Where the next page begins; nil: this is the last.
        package let next: SuppressionCursor?
    }

    package func list(
        of organization: ID<Organization>, _ query: Result<Query, Refusal>, as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.listRoute, at: now)
            return try tx.page(of: organization, try query.get())
        }
    }

    package func check(
        _ email: Result<EmailAddress, Refusal>, in organization: ID<Organization>, as caller: Caller
    ) async throws -> Suppression {
        let now = effects.now()
        return try await store.read { [effects] tx in
            _ = try tx.access(of: caller, in: organization, for: Self.checkRoute, at: now)
            let hash = effects.emailHash(try email.get())
            guard let found = try tx.suppression(of: hash, in: organization) else { throw Refusal.suppressionNotFound }
            return found
        }
    }

    /// Doing it twice is no error; what the owner of the address asked for stays theirs.
    package func add(
        _ email: Result<EmailAddress, Refusal>, in organization: ID<Organization>, as caller: Caller,
        facts: RequestFacts, once: Once<Suppression>? = nil
    ) async throws -> Suppression {
        let now = effects.now()
        return try await store.write { [effects] tx in
            _ = try tx.access(of: caller, in: organization, for: Self.addRoute, at: now)
            let made = Suppression(
                organization: organization, emailHash: effects.emailHash(try email.get()), source: .admin,
                createdAt: now)
            try tx.begin(once, at: now)
            let (found, isNew) = try tx.suppress(made, by: caller.actor, effects: effects, facts: facts, at: now)
            return try isNew ? tx.finish(once, found) : tx.finish(once, unchanged: found, at: now)
        }
    }

    /// Only what an admin asked for may be lifted by one.
    package func remove(
        _ email: Result<EmailAddress, Refusal>, in organization: ID<Organization>, as caller: Caller,
        facts: RequestFacts, once: Once<Void>? = nil
    ) async throws {
        let now = effects.now()
        try await store.write { [effects] tx in
            _ = try tx.access(of: caller, in: organization, for: Self.removeRoute, at: now)
            let hash = effects.emailHash(try email.get())
            try tx.begin(once, at: now)
            guard try tx.removeSuppression(of: hash, in: organization, from: [.admin]) else {
                let isThere = try tx.suppression(of: hash, in: organization) != nil
                throw isThere ? Refusal.suppressionProtected : Refusal.suppressionNotFound
            }
            try tx.record(
                effects.audit(
                    .suppressionRemoved, in: organization, by: caller.actor, subject: hash, request: facts, at: now))
            try tx.finish(once, ())
        }
    }
}

/// The operator lists and changes them all.
extension ManageSuppressions {
    package func listByOperator(of organization: ID<Organization>, _ query: Query) async throws -> Page {
        try await store.read { tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            return try tx.page(of: organization, query)
        }
    }

    package func addByOperator(_ email: EmailAddress, in organization: ID<Organization>) async throws -> Suppression {
        let now = effects.now()
        return try await store.write { [effects] tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            let made = Suppression(
                organization: organization, emailHash: effects.emailHash(email), source: .operator, createdAt: now)
            return try tx.suppress(made, by: "operator", effects: effects, facts: nil, at: now).found
        }
    }

    package func removeByOperator(_ email: EmailAddress, in organization: ID<Organization>) async throws {
        let (now, hash) = (effects.now(), effects.emailHash(email))
        try await store.write { [effects] tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            let all = Set(Suppression.Source.allCases)
            guard try tx.removeSuppression(of: hash, in: organization, from: all) else {
                throw Refusal.suppressionNotFound
            }
            try tx.record(
                effects.audit(
                    .suppressionRemoved, in: organization, by: "operator", subject: hash, request: nil, at: now))
        }
    }
}

extension StoreReader {
    fileprivate func page(
        of organization: ID<Organization>, _ query: ManageSuppressions.Query
    ) throws -> ManageSuppressions.Page {
        // One more than asked for tells whether there is a next page.
        let found = try suppressions(in: organization, after: query.after, limit: query.limit + 1)
        let page = Array(found.prefix(query.limit))
        let next =
            found.count > query.limit
            ? page.last.map { SuppressionCursor(createdAt: $0.createdAt, emailHash: $0.emailHash) } : nil
        return ManageSuppressions.Page(suppressions: page, next: next)
    }
}

extension StoreWriter {
    /// The one that holds afterwards; written down when it is new.
    fileprivate func suppress(
        _ made: Suppression, by actor: String, effects: Effects, facts: RequestFacts?, at now: Timestamp
    ) throws -> (found: Suppression, isNew: Bool) {
        guard try add(made) else {
            return (try suppression(of: made.emailHash, in: made.organization) ?? made, false)
        }
        try record(
            effects.audit(
                .suppressionCreated, in: made.organization, by: actor, subject: made.emailHash, request: facts,
                at: now))
        return (made, true)
    }
}
