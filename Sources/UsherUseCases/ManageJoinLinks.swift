package import UsherDomain

/// What a link to join by shall be.
package struct JoinLinkDraft: Sendable {
    package let role: Role
    /// A role of the organization's own, beside the number 0.
    package let customRole: ID<CustomRole>?
    package let maximumUses: Int
    package let expiresAt: Timestamp
    /// Normalized by `DomainRule`.
    package let allowedDomains: [String]
    package let redirectURI: WebURL

    package init(
        role: Role, customRole: ID<CustomRole>? = nil, maximumUses: Int, expiresAt: Timestamp,
        allowedDomains: [String], redirectURI: WebURL
    ) {
        self.role = role
        self.customRole = customRole
        self.maximumUses = maximumUses
        self.expiresAt = expiresAt
        self.allowedDomains = allowedDomains
        self.redirectURI = redirectURI
    }

    /// What no caller may ask for, whatever their role.
    func check(in organization: Organization, rules: ServerRules, at now: Timestamp) throws(Refusal) {
        var problems: [FieldProblem] = []
        if role == .owner { problems.append(FieldProblem("/role", .outOfRange)) }
        if !JoinLink.possibleUses.contains(maximumUses) { problems.append(FieldProblem("/max_uses", .outOfRange)) }
        if expiresAt <= now || expiresAt > now + JoinLink.longestLife {
            problems.append(FieldProblem("/expires_at", .outOfRange))
        }
        guard problems.isEmpty else { throw .invalidBody(problems) }
        try rules.check(redirectURI, field: "redirect_uri", for: organization)
    }
}

/// A link that was just made; its secret is told once.
package struct NewJoinLink: Sendable {
    package let link: JoinLink
    package let secret: Secret
}

/// Makes a link that many can join by, with a role not above its maker's, and never for owners.
package struct CreateJoinLink: Sendable {
    package static let route = "POST /api/organization/{organization_id}/link"

    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    package func callAsFunction(
        _ draft: Result<JoinLinkDraft, Refusal>, in organization: ID<Organization>, as caller: Caller,
        facts: RequestFacts, once: Once<NewJoinLink>? = nil
    ) async throws -> NewJoinLink {
        let now = effects.now()
        let secret = effects.newSecret()
        return try await store.write { [effects, rules] tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            let draft = try draft.get()
            guard let found = try tx.organization(organization) else { throw Refusal.notAMember }
            try draft.check(in: found, rules: rules, at: now)
            let held = HeldRole(draft.role, try draft.customRole.map { try tx.held($0, in: organization) })
            try access.offer(held.permissions, restrictedTo: nil)
            try tx.begin(once, at: now)
            _ = try tx.spend(rules.quotas.actor, for: caller.actor, at: now)
            let link = draft.link(effects.newID(), as: held, of: organization, by: caller.inviter, at: now)
            try tx.add(link, hash: effects.hash(secret))
            try tx.record(
                effects.audit(
                    .joinLinkCreated, in: organization, by: caller.actor, subject: link.id.rawValue, request: facts,
                    at: now))
            return try tx.finish(once, NewJoinLink(link: link, secret: Secret(secret)))
        }
    }
}

extension JoinLinkDraft {
    fileprivate func link(
        _ id: String, as held: HeldRole, of organization: ID<Organization>, by inviter: Invitation.Inviter,
        at now: Timestamp
    ) -> JoinLink {
        JoinLink(
            id: ID(rawValue: id), organization: organization, role: held.role, customRole: held.customRole,
            inviter: inviter, maximumUses: maximumUses,
            allowedDomains: allowedDomains, redirectURI: redirectURI, expiresAt: expiresAt, createdAt: now,
            updatedAt: now)
    }
}

/// An organization's links, a page at a time, newest first; no secret is in them.
package struct ListJoinLinks: Sendable {
    package static let route = "GET /api/organization/{organization_id}/link"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package struct Page: Sendable {
        package let links: [JoinLink]
        /// Where the next page begins; nil: this is the last.
        package let next: JoinLinkCursor?
        package let at: Timestamp
    }

    package func callAsFunction(
        of organization: ID<Organization>, after: JoinLinkCursor?, limit: Int, as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            return try tx.page(of: organization, after: after, limit: limit, at: now)
        }
    }
}

extension StoreReader {
    fileprivate func page(
        of organization: ID<Organization>, after: JoinLinkCursor?, limit: Int, at now: Timestamp
    ) throws -> ListJoinLinks.Page {
        // One more than asked for tells whether there is a next page.
        let found = try joinLinks(of: organization, after: after, limit: limit + 1)
        let links = Array(found.prefix(limit))
        let next =
            found.count > limit ? links.last.map { JoinLinkCursor(createdAt: $0.createdAt, id: $0.id) } : nil
        return ListJoinLinks.Page(links: links, next: next, at: now)
    }
}

/// One link, and who was let in by it last.
package struct FindJoinLink: Sendable {
    package static let route = "GET /api/organization/{organization_id}/link/{link_id}"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// The newest thousand uses are told.
    package func callAsFunction(
        _ id: ID<JoinLink>, in organization: ID<Organization>, as caller: Caller
    ) async throws -> (link: JoinLink, uses: [JoinLinkUse], at: Timestamp) {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            guard let link = try tx.joinLink(id, in: organization) else { throw Refusal.joinLinkNotFound }
            return (link, try tx.uses(of: id, in: organization, after: nil, limit: Self.limit), now)
        }
    }

    private static let limit = 1000
}

/// Who was let in by a link, a page at a time, newest first.
package struct ListJoinLinkUses: Sendable {
    package static let route = "GET /api/organization/{organization_id}/link/{link_id}/use"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// The place of a use is its time, and the invitation that it made.
    package func callAsFunction(
        of id: ID<JoinLink>, in organization: ID<Organization>, after: PageCursor<Invitation>?, limit: Int,
        as caller: Caller
    ) async throws -> ListPage<JoinLinkUse, Invitation> {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            guard try tx.joinLink(id, in: organization) != nil else { throw Refusal.joinLinkNotFound }
            return ListPage(try tx.uses(of: id, in: organization, after: after, limit: limit + 1), limit: limit) {
                PageCursor(createdAt: $0.usedAt, id: $0.invitation)
            }
        }
    }
}

/// Withdraws a link, and with it the offers that it made and nobody accepted yet. Who joined by it stays.
package struct RevokeJoinLink: Sendable {
    package static let route = "DELETE /api/organization/{organization_id}/link/{link_id}"

    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    package func callAsFunction(
        _ id: ID<JoinLink>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts
    ) async throws {
        let now = effects.now()
        try await store.write { [effects, rules] tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            try tx.end(id, in: organization, by: caller.actor, facts, effects: effects, rules: rules, at: now)
        }
    }
}

extension StoreWriter {
    fileprivate func end(
        _ id: ID<JoinLink>, in organization: ID<Organization>, by actor: String, _ facts: RequestFacts?,
        effects: Effects, rules: ServerRules, at now: Timestamp
    ) throws {
        guard try joinLink(id, in: organization) != nil else { throw Refusal.joinLinkNotFound }
        let hasWaitlist = try lockWaitlist(of: organization, at: now)
        guard try revoke(id, in: organization, at: now) else { return }
        try record(
            effects.audit(
                .joinLinkRevoked, in: organization, by: actor, subject: id.rawValue, request: facts, at: now))
        for offer in try revokeOffers(of: id, in: organization, at: now) {
            try cancelLetters(of: offer, in: organization, at: now)
            try record(
                effects.audit(
                    .invitationRevoked, in: organization, by: actor, subject: offer.rawValue, request: facts,
                    at: now))
        }
        if hasWaitlist { try fillSeats(of: organization, effects: effects, rules: rules, at: now) }
    }
}

// MARK: - The operator's commands

extension OperatorActions {
    /// Makes a link in a member's name, under their role.
    package func createJoinLink(
        _ draft: JoinLinkDraft, in organization: ID<Organization>, for email: EmailAddress, rules: ServerRules
    ) async throws -> NewJoinLink {
        let now = effects.now()
        let secret = effects.newSecret()
        let link = try await store.write { [effects] tx in
            guard let found = try tx.organization(organization) else { throw Refusal.organizationNotFound }
            guard let user = try tx.account(of: email)?.user,
                let membership = try tx.membership(of: user.id, in: organization)
            else { throw Refusal.notAMember }
            let access = Access(membership.permissions)
            try access.require(CreateJoinLink.route)
            try draft.check(in: found, rules: rules, at: now)
            let held = HeldRole(draft.role, try draft.customRole.map { try tx.held($0, in: organization) })
            try access.offer(held.permissions, restrictedTo: nil)
            let link = draft.link(effects.newID(), as: held, of: organization, by: .user(user.id), at: now)
            try tx.add(link, hash: effects.hash(secret))
            try tx.record(
                effects.audit(
                    .joinLinkCreated, in: organization, by: "operator", subject: link.id.rawValue, request: nil,
                    at: now))
            return link
        }
        return NewJoinLink(link: link, secret: Secret(secret))
    }

    /// The newest thousand.
    package func joinLinks(of organization: ID<Organization>) async throws -> ListJoinLinks.Page {
        let now = effects.now()
        return try await store.read { tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            return try tx.page(of: organization, after: nil, limit: 1000, at: now)
        }
    }

    package func revokeJoinLink(
        _ id: ID<JoinLink>, in organization: ID<Organization>, rules: ServerRules
    ) async throws {
        let now = effects.now()
        try await store.write { [effects] tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            try tx.end(id, in: organization, by: "operator", nil, effects: effects, rules: rules, at: now)
        }
    }
}
