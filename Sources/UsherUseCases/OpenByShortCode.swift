package import UsherDomain

/// Turns an address and the short code from its letter into the code of the letter's link: the third proof of one
/// invitation. What the page shows then is what it shows to who followed the link.
package struct OpenByShortCode: Sendable {
    /// How far back codes of one address and of one invitation are looked for.
    private static let depth = 20

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// Nil: they do not belong together. Whether the address was invited, nobody learns: unknown ones are counted like
    /// known ones.
    ///
    /// - Throws: `Refusal.limited` when the address had its wrong tries; the right code has to wait then, too.
    package func callAsFunction(email: EmailAddress, code: ShortCode) async throws -> String? {
        let now = effects.now()
        let subject = effects.emailHash(email)
        // A try is counted before it is looked at, so that of many at once none is free.
        let state = try await store.write { try $0.take(ShortCode.tries, for: subject, at: now) }
        guard state.granted else { throw Refusal.limited(ShortCode.tries, retryAfter: state.resetAfter) }
        let found = try await store.read { tx in
            try tx.invitations(to: email, limit: Self.depth)
        }
        guard let match = found.lazy.compactMap({ match(code, $0) }).first else { return nil }
        try await store.write { try $0.giveBack(ShortCode.tries, for: subject) }
        return match
    }

    /// The link's code of the generation that the short code is of.
    private func match(_ code: ShortCode, _ invitation: Invitation) -> String? {
        let oldest = max(1, invitation.generation - Self.depth + 1)
        return (oldest...max(oldest, invitation.generation)).reversed()
            .first { constantTimeEquals(code.text, effects.shortCode(of: invitation.id, generation: $0).text) }
            .map { effects.code(of: invitation.id, generation: $0) }
    }
}
