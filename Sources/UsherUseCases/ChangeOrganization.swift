package import UsherDomain

/// An organization as such.
package struct DescribeOrganization: Sendable {
    package static let route = "GET /api/organization/{organization_id}"

    let store: any Store
    let effects: Effects

    package func callAsFunction(_ id: ID<Organization>, as caller: Caller) async throws -> Organization {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: id, for: Self.route, at: now)
            guard let found = try tx.organization(id) else { throw Refusal.notAMember }
            return found
        }
    }
}

/// Gives an organization another name, or other words of its programs.
package struct ChangeOrganization: Sendable {
    package static let route = "PUT /api/organization"

    let store: any Store
    let effects: Effects

    /// What a request asks for.
    package struct Draft: Sendable {
        /// `organization_id` of the body, when it was there.
        package let bodyOrganization: ID<Organization>?
        package let name: Change<DisplayName>
        /// A JSON object.
        package let partnerConfiguration: Change<String>

        package init(
            bodyOrganization: ID<Organization>?, name: Change<DisplayName>, partnerConfiguration: Change<String>
        ) {
            self.bodyOrganization = bodyOrganization
            self.name = name
            self.partnerConfiguration = partnerConfiguration
        }

        /// Bytes of a partner configuration.
        package static let maximumConfiguration = 4096
    }

    package func callAsFunction(
        _ id: ID<Organization>, _ draft: Result<Draft, Refusal>, as caller: Caller, facts: RequestFacts
    ) async throws -> Organization {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await store.write { tx in
            let (_, deed) = try tx.lockedAccess(of: caller, in: id, for: Self.route, deed)
            let draft = try draft.get()
            if let named = draft.bodyOrganization, named != id { throw Refusal.organizationMismatch }
            guard let found = try tx.organization(id) else { throw Refusal.notAMember }
            return try tx.change(found, as: .organizationChanged, deed) { organization in
                organization.name = draft.name.applied(to: organization.name)
                organization.partnerConfiguration = draft.partnerConfiguration.applied(
                    to: organization.partnerConfiguration)
            }
        }
    }
}

extension StoreWriter {
    /// Take the organization's lock before reading it, or another's change is lost.
    func change(
        _ organization: Organization, as action: AuditEntry.Action, _ deed: Deed,
        _ work: (inout Organization) -> Void
    ) throws -> Organization {
        var changed = organization
        work(&changed)
        guard changed != organization else { return organization }
        changed.updatedAt = deed.now
        try change(changed)
        let limit = changed.settings.seatLimit
        if limit != organization.settings.seatLimit {
            try keepSeatLedger(of: organization.id, limit: limit, at: deed.now)
        }
        try deed.record(action, in: organization.id, organization.id.rawValue, self)
        return changed
    }
}

/// Gives an organization up: from now on it is there for nobody, and its open offers are ended. A former owner can bring
/// it back for a while; then it is removed for good.
package struct DeleteOrganization: Sendable {
    package static let route = "DELETE /api/organization/{organization_id}"

    let store: any Store
    let effects: Effects

    package func callAsFunction(_ id: ID<Organization>, as caller: Caller, facts: RequestFacts) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            let (_, deed) = try tx.lockedAccess(of: caller, in: id, for: Self.route, deed)
            guard try tx.giveUp(id, deed) else { throw Refusal.notAMember }
        }
    }
}

/// Brings back an organization that was deleted: members, keys and settings as they were; offers stay ended.
package struct RestoreOrganization: Sendable {
    package static let route = "POST /api/organization/{organization_id}/restore"

    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package func callAsFunction(
        _ id: ID<Organization>?, as caller: Caller, facts: RequestFacts, once: Once<Organization>? = nil
    ) async throws -> Organization {
        guard let user = caller.user else { throw Refusal.personRequired }
        let asked = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await store.write { [effects, rules] tx in
            let deed = asked.at(effects.now())
            guard let id, try tx.mayRestore(user, caller, id, at: deed.now) else { throw Refusal.organizationNotFound }
            try tx.begin(once, at: deed.now)
            return try tx.finish(once, try tx.bringBack(id, grace: rules.deletionGrace, deed))
        }
    }
}

extension StoreWriter {
    /// A former owner may; with a key only when that key could act as one.
    fileprivate func mayRestore(
        _ user: ID<User>, _ caller: Caller, _ id: ID<Organization>, at now: Timestamp
    ) throws -> Bool {
        if let keyID = caller.key {
            guard let key = try key(keyID, of: user), key.role == .owner,
                key.scopes?.allow(RestoreOrganization.route) ?? true
            else { return false }
        }
        // Who brought it back is an owner of what is there again, and may ask for that answer once more.
        return try wasOwner(user, of: id, at: now) || isOwner(user, of: id, at: now)
    }

    private func isOwner(_ user: ID<User>, of id: ID<Organization>, at now: Timestamp) throws -> Bool {
        guard let membership = try membership(of: user, in: id) else { return false }
        return membership.role == .owner && membership.isCurrent(at: now)
    }

    /// False: it is gone already.
    func giveUp(_ id: ID<Organization>, _ deed: Deed) throws -> Bool {
        guard try delete(id, at: deed.now) else { return false }
        try deed.record(.organizationDeleted, in: id, id.rawValue, self)
        for offer in try endOffers(of: id, at: deed.now) {
            try deed.record(.invitationRevoked, in: id, offer.rawValue, self)
        }
        if let ended = try endTransfer(of: id, involving: nil) {
            try deed.record(.ownershipOfferCancelled, in: id, ended.id.rawValue, self)
        }
        return true
    }

    func bringBack(_ id: ID<Organization>, grace: Duration, _ deed: Deed) throws -> Organization {
        guard try restore(id, deletedAfter: deed.now - grace, at: deed.now), let found = try organization(id) else {
            throw Refusal.organizationNotFound
        }
        try deed.record(.organizationRestored, in: id, id.rawValue, self)
        // What was being sent while it was deleted was not there yet when its offers were ended.
        for offer in try endOffers(of: id, at: deed.now) {
            try deed.record(.invitationRevoked, in: id, offer.rawValue, self)
        }
        return found
    }
}
