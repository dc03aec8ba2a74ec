package import UsherDomain

/// Tells whoever holds a code what is offered, as little as that takes. Each try counts, found or not.
package struct LookUpInvitation: Sendable {
    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    private enum Verdict: Sendable {
        case found(Offer, Timestamp)
        case refused(Refusal)
    }

    /// An offer that is open, or waits for an approval or a seat; of all others nothing is told but that they ended.
    package func callAsFunction(code: String, facts: RequestFacts) async throws -> (offer: Offer, at: Timestamp) {
        let now = effects.now()
        let hash = InvitationCode.isWellFormed(code) ? effects.hash(code) : nil
        let verdict = try await store.write { [rules] tx -> Verdict in
            _ = try tx.spend(rules.quotas.lookup, for: facts.peer, at: now)
            do {
                guard let hash else { throw Refusal.invitationNotFound }
                return .found(try tx.shownOffer(hash, at: now), now)
            } catch let refusal as Refusal {
                // Not thrown in here: a try that failed counts.
                return .refused(refusal)
            }
        }
        switch verdict {
        case .found(let offer, let now): return (offer, now)
        case .refused(let refusal): throw refusal
        }
    }

    /// Counts a try with a code for something else than looking.
    package func count(_ facts: RequestFacts) async throws {
        let now = effects.now()
        try await store.write { [rules] tx in _ = try tx.spend(rules.quotas.lookup, for: facts.peer, at: now) }
    }
}

extension StoreReader {
    /// The offer behind a code that may be looked at and declined: one that waits for an approval or a seat, too. Of a
    /// letter that was replaced it is told that there is a newer one.
    func shownOffer(_ codeHash: String, at now: Timestamp) throws -> Offer {
        if try invitation(codeHash: codeHash) == nil, try invitation(formerCodeHash: codeHash) != nil {
            throw Refusal.invitationSuperseded
        }
        do { return try openOffer(codeHash, at: now) } catch Refusal.invitationNeedsApproval {
            guard let found = try invitation(codeHash: codeHash), let offer = try offer(found) else {
                throw Refusal.invitationNotFound
            }
            return offer
        }
    }
}
