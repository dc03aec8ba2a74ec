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
    private let now: @Sendable () -> Timestamp

    package init(store: any Store, effects: Effects) {
        self.store = store
        now = effects.now
    }

    package func claim(_ limit: Int, lease: Lease) async throws -> [Letter] {
        let now = now()
        return try await store.write { try $0.claimLetters(limit, lease: lease, at: now) }
    }

    package func unknownKinds() async throws -> [String] {
        let now = now()
        return try await store.read { try $0.unknownKindsOfLetters(at: now) }
    }

    package func renew(_ letter: Letter, lease: Lease) async throws -> Bool {
        let now = now()
        return try await store.write { try $0.renew(letter, lease: lease, at: now) }
    }

    package func release(_ letter: Letter, lease: Lease) async throws {
        try await store.write { try $0.release(letter, lease: lease) }
    }

    package func settle(_ settlements: [Settlement], lease: Lease) async throws -> Set<ID<Letter>> {
        let now = now()
        return try await store.write { try $0.settle(settlements, lease: lease, at: now) }
    }
}
