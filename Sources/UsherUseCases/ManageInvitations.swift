package import UsherDomain

/// An organization's invitations, a page at a time, newest first.
package struct ListInvitations: Sendable {
    package static let route = "GET /api/invitations/{organization_id}"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package struct Page: Sendable {
        package let invitations: [Invitation]
        /// Where the next page begins; nil: this is the last.
        package let next: InvitationSelection.Cursor?
        package let at: Timestamp
    }

    package func callAsFunction(
        of organization: ID<Organization>, matching filter: InvitationFilter, after: InvitationSelection.Cursor?,
        limit: Int, as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { [effects] tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            // One more than asked for tells whether there is a next page.
            var selection = InvitationSelection(
                organization: organization, filter, emailHash: filter.email.map(effects.emailHash), after: after,
                limit: limit + 1, now: now)
            selection.inviter = try filter.inviter.map(tx.inviter)
            let found = try tx.invitations(selection)
            let page = Array(found.prefix(limit))
            let next =
                found.count > limit
                ? page.last.map { InvitationSelection.Cursor(createdAt: $0.createdAt, id: $0.id) } : nil
            return Page(invitations: page, next: next, at: now)
        }
    }
}

extension StoreReader {
    /// Whose id it is: a person's, or else a key's.
    func inviter(_ id: String) throws -> Invitation.Inviter {
        try user(ID(rawValue: id)) == nil ? .key(ID(rawValue: id)) : .user(ID(rawValue: id))
    }
}

/// One invitation of an organization, whatever became of it.
package struct FindInvitation: Sendable {
    package static let route = "GET /api/invitation/{invitation_id}"

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package struct Found: Sendable {
        package let invitation: Invitation
        /// What happened to it, oldest first.
        package let timeline: [TimelineEntry]
        /// When it was so.
        package let at: Timestamp

        package var next: Invitation.NextStep {
            invitation.next(at: at, isImported: timeline.contains { $0.kind == "imported" })
        }

        /// The address that was probably meant, when mail does not reach the one that was typed.
        package var suggestion: String? {
            guard next == .correctAddress,
                let domain = TypoFinder(domains: []).meant(by: invitation.email.domain)
            else { return nil }
            return "\(invitation.email.typed.prefix { $0 != "@" })@\(domain)"
        }
    }

    package func callAsFunction(
        _ id: ID<Invitation>, in organization: ID<Organization>, as caller: Caller
    ) async throws -> Found {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            guard let found = try tx.invitation(id, in: organization) else { throw Refusal.invitationNotFound }
            let timeline = found.timeline(
                entries: try tx.entries(about: id.rawValue, in: organization),
                events: try tx.deliveryEvents(of: id, in: organization), at: now)
            return Found(invitation: found, timeline: timeline, at: now)
        }
    }
}

/// Withdraws an offer: its link leads to a page that says so, and a letter that still waits is not sent.
package struct RevokeInvitation: Sendable {
    package static let route = "DELETE /api/invitation/{invitation_id}"

    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    package func callAsFunction(
        _ id: ID<Invitation>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts
    ) async throws {
        let now = effects.now()
        try await store.write { [effects, rules] tx in
            guard let access = try tx.access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
            try access.require(Self.route)
            guard let found = try tx.invitation(id, in: organization) else { throw Refusal.invitationNotFound }
            let hasWaitlist = try tx.lockWaitlist(of: organization, at: now)
            try tx.cancelLetters(of: id, in: organization, at: now)
            guard try tx.revoke(id, in: organization, at: now) else {
                if found.status == .revoked { return }
                throw Refusal.invitationNotPending
            }
            try tx.record(
                effects.audit(
                    .invitationRevoked, in: organization, by: caller.actor, subject: id.rawValue, request: facts,
                    at: now))
            if hasWaitlist { try tx.fillSeats(of: organization, effects: effects, rules: rules, at: now) }
        }
    }
}
