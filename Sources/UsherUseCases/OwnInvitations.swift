package import UsherDomain

/// The offers that a person has, by their own proved address.
package struct OwnInvitations: Sendable {
    private static let limit = 100

    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    /// What is open, newest first: a hundred at most.
    package func callAsFunction(as caller: Caller) async throws -> (offers: [Offer], at: Timestamp) {
        guard let id = caller.user else { throw Refusal.personRequired }
        let now = effects.now()
        return try await store.read { tx in
            guard let user = try tx.user(id) else { throw Refusal.notSignedIn }
            guard user.verifiedAt != nil else { throw Refusal.addressUnverified }
            let found = try tx.openInvitations(to: user.email, limit: Self.limit, at: now)
            return (try found.compactMap { try tx.offer($0) }, now)
        }
    }

    /// Says no to one of them.
    /// - Parameter report: no more invitations from this organization to this address.
    package func decline(
        _ id: ID<Invitation>, reason: String?, report: Bool, as caller: Caller, facts: RequestFacts,
        once: Once<Void>? = nil
    ) async throws {
        let now = effects.now()
        try await store.write { [effects, rules] tx in
            let (user, codeHash) = try tx.ownOffer(id, of: caller)
            try tx.begin(once, at: now)
            let offer = try tx.shownOffer(codeHash, at: now)
            let hasWaitlist = try tx.lockWaitlist(of: offer.organization.id, at: now)
            try tx.cancelLetters(of: offer.invitation.id, in: offer.organization.id, at: now)
            guard let ended = try tx.decline(codeHash: codeHash, reason: reason, at: now) else {
                throw Refusal.invitationEnded
            }
            if report { try tx.suppress(effects.emailHash(user.email), in: ended.organization, at: now) }
            try tx.record(
                effects.audit(
                    report ? .invitationReported : .invitationDeclined, in: ended.organization, by: caller.actor,
                    subject: ended.id.rawValue, request: facts, at: now))
            if hasWaitlist { try tx.fillSeats(of: ended.organization, effects: effects, rules: rules, at: now) }
            try tx.finish(once, ())
        }
    }
}

extension StoreReader {
    /// The person in front of a browser, and the hash of the code of an offer that is for their proved address.
    func ownOffer(_ id: ID<Invitation>, of caller: Caller) throws -> (user: User, codeHash: String) {
        guard case .session(let person, _) = caller else { throw Refusal.sessionRequired }
        guard let user = try user(person) else { throw Refusal.notSignedIn }
        guard user.verifiedAt != nil else { throw Refusal.addressUnverified }
        guard let codeHash = try codeHash(of: id, to: user.email) else { throw Refusal.invitationNotFound }
        return (user, codeHash)
    }
}
