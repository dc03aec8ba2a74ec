package import UsherDomain

/// Asks the DNS whether a domain's record is there. The question is asked outside of every transaction; what the answer
/// means is decided in the row.
package struct VerifyDomain: Sendable {
    package static let route = "POST /api/organization/{organization_id}/domain/{domain_id}/verify"

    let store: any Store
    let effects: Effects
    let rules: ServerRules
    let records: any DomainRecords

    package init(store: any Store, effects: Effects, rules: ServerRules, records: any DomainRecords) {
        self.store = store
        self.effects = effects
        self.rules = rules
        self.records = records
    }

    /// - Throws: `domainNotProved` with the record that was expected; `domainLookupFailed` when nobody answered;
    ///   `domainTaken` when another organization has proved the same domain.
    package func callAsFunction(
        _ id: ID<OrganizationDomain>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts,
        once: Once<OrganizationDomain>? = nil
    ) async throws -> OrganizationDomain {
        let asked = effects.now()
        let domain = try await store.write { [rules] tx in
            _ = try tx.access(of: caller, in: organization, for: Self.route, at: asked)
            try tx.recall(once, at: asked)
            guard let found = try tx.domain(id, in: organization) else { throw Refusal.domainNotFound }
            _ = try tx.spend(rules.quotas.domain, for: organization.rawValue, at: asked)
            return found
        }
        let found = await look(domain)
        // The asking may have taken seconds, in which the caller may have lost the right.
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await settle(domain, found, deed, once) { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.route, at: deed.now)
        }
    }

    /// Without a member, for the operator's command.
    package func byOperator(named name: String, in organization: ID<Organization>) async throws -> OrganizationDomain {
        let domain = try await store.read { tx in
            guard try tx.organization(organization) != nil else { throw Refusal.organizationNotFound }
            guard let found = try tx.domain(named: name, in: organization) else { throw Refusal.domainNotFound }
            return found
        }
        let found = await look(domain)
        let deed = Deed(effects: effects, actor: "operator", facts: nil, now: effects.now())
        return try await settle(domain, found, deed, nil) { _ in }
    }

    /// What the DNS said.
    private enum Sight {
        case record
        /// How many others are there; nil: no such name.
        case others(Int?)
        case nobodyAnswered
    }

    private func look(_ domain: OrganizationDomain) async -> Sight {
        do throws(DomainLookupProblem) {
            let texts = try await records.texts(at: domain.record.name)
            return domain.record.isAmong(texts) ? .record : .others(texts.count)
        } catch {
            switch error {
            case .noSuchName: return .others(nil)
            case .temporary: return .nobodyAnswered
            }
        }
    }

    private func settle(
        _ domain: OrganizationDomain, _ sight: Sight, _ deed: Deed, _ once: Once<OrganizationDomain>?,
        check: @escaping @Sendable (any StoreWriter) throws -> Void
    ) async throws -> OrganizationDomain {
        switch sight {
        case .nobodyAnswered: throw Refusal.domainLookupFailed(retryAfter: .seconds(60))
        case .others(let count):
            try await store.write { tx in
                try check(tx)
                try tx.note(missing: domain, deed)
            }
            throw Refusal.domainNotProved(domain.record, found: count)
        case .record:
            return try await store.write { tx in
                try check(tx)
                try tx.begin(once, at: deed.now)
                return try tx.finish(once, try tx.note(proved: domain, deed))
            }
        }
    }

    // MARK: Again, day by day

    /// Looks again at some of the verified domains that were not looked at for a day; how many. Any number of nodes may do
    /// it at once; each domain is looked at by one.
    package func again(limit: Int) async throws -> Int {
        let now = effects.now()
        let due = try await store.write {
            try $0.takeDomains(checkedBefore: now - OrganizationDomain.checkInterval, limit: limit, at: now)
        }
        for domain in due {
            let sight = await look(domain)
            let deed = Deed(effects: effects, actor: "system", facts: nil, now: effects.now())
            try await store.write { tx in
                switch sight {
                case .record: _ = try tx.note(proved: domain, deed)
                case .others: try tx.note(missing: domain, deed)
                case .nobodyAnswered:
                    let wait = OrganizationDomain.checkInterval - OrganizationDomain.retryInterval
                    try tx.postpone(domain, to: deed.now - wait)
                }
            }
        }
        return due.count
    }
}

extension StoreWriter {
    fileprivate func note(proved domain: OrganizationDomain, _ deed: Deed) throws -> OrganizationDomain {
        guard let before = try self.domain(domain.id, in: domain.organization) else { throw Refusal.domainNotFound }
        guard let proved = try prove(domain, at: deed.now) else { throw Refusal.domainTaken }
        if before.verifiedAt == nil {
            try deed.record(.domainVerified, in: domain.organization, domain.id.rawValue, self)
        }
        return proved
    }

    fileprivate func note(missing domain: OrganizationDomain, _ deed: Deed) throws {
        guard let before = try self.domain(domain.id, in: domain.organization) else { return }
        let end = deed.now - OrganizationDomain.grace
        guard let now = try miss(domain, since: end, at: deed.now) else { return }
        guard before.verifiedAt != nil, now.verifiedAt == nil else { return }
        try deed.record(.domainLost, in: domain.organization, domain.id.rawValue, self)
    }
}
