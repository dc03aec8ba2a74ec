import UsherDomain

/// Seals what was recorded, a batch at a time (docs/decisions/0018-audit-chain.md). Of several nodes that seal at once
/// one wins, by the number of the seal.
package struct SealAudit: Sendable {
    /// Entries in one seal.
    package static let batch = 500
    /// A number that did not come so long after a later one is taken for never used.
    static let patience = Duration.hours(1)
    /// Numbers that are waited for at once.
    static let mostMissing = 1000

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// How many entries were sealed; fewer than a batch: there is no more.
    package func callAsFunction() async throws -> Int {
        let now = effects.now()
        let (former, found) = try await store.read { tx in
            let former = try tx.newestSeal()
            // First those that come late: what commits between the two statements is seen by the next seal.
            let late = try tx.auditEntries(numbered: former?.missing.map(\.sequence) ?? [])
            let next = try tx.auditEntries(after: former?.through ?? 0, through: .max, limit: Self.batch)
            return (former, late + next)
        }
        guard !found.isEmpty else { return 0 }
        let seal = seal(found, after: former, at: now)
        return try await store.write { try $0.add(seal) } ? found.count : Self.batch
    }

    private func seal(_ found: [RecordedEntry], after former: AuditSeal.Head?, at now: Timestamp) -> AuditSeal {
        let entries = found.map { AuditSeal.Entry(sequence: $0.sequence, hash: effects.hash($0.canonicalText)) }
        let through = max(former?.through ?? 0, found.map(\.sequence).max() ?? 0)
        let (number, missing) = ((former?.number ?? 0) + 1, missing(found, after: former, at: now))
        let hash = effects.hash(
            AuditSeal.canonicalText(
                number: number, former: former?.hash ?? AuditSeal.beginning, through: through, missing: missing,
                at: now, entries: entries))
        return AuditSeal(
            head: .init(number: number, through: through, missing: missing, hash: hash, at: now), entries: entries)
    }

    /// The numbers that may still come.
    private func missing(
        _ found: [RecordedEntry], after former: AuditSeal.Head?, at now: Timestamp
    ) -> [AuditSeal.Missing] {
        let seen = Set(found.map(\.sequence))
        var missing = (former?.missing ?? []).filter { !seen.contains($0.sequence) && now - $0.since <= Self.patience }
        var last = former?.through ?? 0
        for sequence in seen.sorted() where sequence > last {
            let gap = max(last + 1, sequence - Int64(Self.mostMissing))..<sequence
            missing += gap.map { AuditSeal.Missing(sequence: $0, since: now) }
            last = sequence
        }
        return missing.suffix(Self.mostMissing)
    }
}
