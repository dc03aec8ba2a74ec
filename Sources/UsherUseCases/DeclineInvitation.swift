package import UsherDomain

/// Says no to an offer; whoever holds the code may, and needs no account. One that waits for an approval or a seat can be
/// declined as well.
package struct DeclineInvitation: Sendable {
    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    /// - Parameter report: no more invitations from this organization to this address.
    package func callAsFunction(
        code: String, reason: String?, report: Bool, facts: RequestFacts, once: Once<Void>? = nil
    ) async throws {
        guard InvitationCode.isWellFormed(code) else { throw Refusal.invitationNotFound }
        let codeHash = effects.hash(code)
        let now = effects.now()
        try await store.write { [effects, rules] tx in
            try tx.begin(once, at: now)
            let offer = try tx.shownOffer(codeHash, at: now)
            let hasWaitlist = try tx.lockWaitlist(of: offer.organization.id, at: now)
            try tx.cancelLetters(of: offer.invitation.id, in: offer.organization.id, at: now)
            guard let ended = try tx.decline(codeHash: codeHash, reason: reason, at: now) else {
                throw Refusal.invitationEnded
            }
            if report { try tx.suppress(effects.emailHash(offer.invitation.email), in: ended.organization, at: now) }
            try tx.record(
                effects.audit(
                    report ? .invitationReported : .invitationDeclined, in: ended.organization, by: "invitee",
                    subject: ended.id.rawValue, request: facts, at: now))
            if hasWaitlist { try tx.fillSeats(of: ended.organization, effects: effects, rules: rules, at: now) }
            try tx.finish(once, ())
        }
    }

    /// RFC 8058 one-click: no more invitations from this organization. The token was derived for this invitation.
    package func unsubscribe(
        _ id: ID<Invitation>, of organization: ID<Organization>, token: String, facts: RequestFacts
    ) async throws -> Bool {
        guard constantTimeEquals(token, effects.unsubscribeToken(id, of: organization)) else { return false }
        let now = effects.now()
        return try await store.write { [effects] tx in
            guard let isNew = try tx.suppressRecipient(of: id, in: organization, at: now) else { return false }
            // Mail programs may press the button more than once.
            guard isNew else { return true }
            try tx.record(
                effects.audit(
                    .invitationReported, in: organization, by: "invitee", subject: id.rawValue, request: facts,
                    at: now))
            return true
        }
    }
}
