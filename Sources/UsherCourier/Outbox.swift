package import UsherDomain
package import UsherUseCases

/// The letters that wait, as the courier sees them; see `StoreWriter` for what each promises.
package protocol Outbox: Sendable {
    func claim(_ limit: Int, lease: Lease) async throws -> [Letter]
    func unknownKinds() async throws -> [String]
    func renew(_ letter: Letter, lease: Lease) async throws -> Bool
    func release(_ letter: Letter, lease: Lease) async throws
    /// All in one transaction. Gives those that nobody else has taken over.
    func settle(_ settlements: [Settlement], lease: Lease) async throws -> Set<ID<Letter>>
}

/// The outbox in the store.
package struct StoreOutbox: Outbox {
    private let store: any Store
    private let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    package func claim(_ limit: Int, lease: Lease) async throws -> [Letter] {
        let now = effects.now()
        return try await store.write { try $0.claimLetters(limit, lease: lease, at: now) }
    }

    package func unknownKinds() async throws -> [String] {
        let now = effects.now()
        return try await store.read { try $0.unknownKindsOfLetters(at: now) }
    }

    package func renew(_ letter: Letter, lease: Lease) async throws -> Bool {
        let now = effects.now()
        return try await store.write { try $0.renew(letter, lease: lease, at: now) }
    }

    package func release(_ letter: Letter, lease: Lease) async throws {
        try await store.write { try $0.release(letter, lease: lease) }
    }

    package func settle(_ settlements: [Settlement], lease: Lease) async throws -> Set<ID<Letter>> {
        let now = effects.now()
        return try await store.write { [effects] tx in
            let open = try tx.openOffers(refusedIn: settlements)
            let ours = try tx.settle(settlements, lease: lease, at: now)
            for offer in open {
                let ended = try tx.invitation(offer.id, in: offer.organization)
                guard ended?.status == .undeliverable else { continue }
                try tx.record(
                    effects.audit(
                        .invitationUndeliverable, in: offer.organization, by: "system", subject: offer.id.rawValue,
                        request: nil, at: now))
            }
            return ours
        }
    }
}

extension StoreReader {
    /// The relay's refusal ends these.
    fileprivate func openOffers(refusedIn settlements: [Settlement]) throws -> [Invitation] {
        try settlements.compactMap { settlement in
            guard case .refused = settlement.outcome, case .invitation(let about) = settlement.letter.content,
                let found = try invitation(about.invitation, in: about.organization), found.status == .pending
            else { return nil }
            return found
        }
    }
}
