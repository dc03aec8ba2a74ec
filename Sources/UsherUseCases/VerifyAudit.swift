package import UsherDomain

/// Looks at the whole audit log: takes every hash anew, from the first seal to the newest, and names the first entry
/// that was changed, removed, reordered or inserted. It reads so much at a time, beside a server that writes on.
package struct VerifyAudit: Sendable {
    /// Seals that are read at once.
    private static let page = 10

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// - Parameters:
    ///   - noted: the hash of a seal that was noted outside once; it must be there still.
    ///   - progress: told how many entries were looked at so far, after each page.
    package func callAsFunction(noted: String? = nil, progress: (Int) -> Void = { _ in }) async throws -> AuditReport {
        var walk = AuditWalk(noted: noted)
        while walk.report.damage == nil {
            let last = walk.head
            let page: [SealedBatch]
            do {
                page = try await store.read { try $0.batches(after: last, limit: Self.page) }
            } catch let problem as UnreadableSeal {
                walk.report.damage = .sealChanged(problem.number)
                break
            }
            guard !page.isEmpty else { break }
            for batch in page where walk.report.damage == nil { walk.take(batch, hash: effects.hash) }
            progress(walk.report.entries)
        }
        guard walk.report.damage == nil else { return walk.report }
        let through = walk.head?.through ?? 0
        var tail = through
        while true {
            let place = tail
            let rest = try await store.read { try $0.auditEntries(after: place, through: .max, limit: 1000) }
            guard let last = rest.last else { break }
            walk.report.unsealed += rest.count
            tail = last.sequence
        }
        return walk.finished()
    }
}

/// A seal, the entries that it names, and those that lie between it and the one before.
private struct SealedBatch: Sendable {
    let seal: AuditSeal
    let found: [RecordedEntry]
}

extension StoreReader {
    fileprivate func batches(after head: AuditSeal.Head?, limit: Int) throws -> [SealedBatch] {
        var through = head?.through ?? .min
        return try seals(after: head?.number ?? 0, limit: limit).map { seal in
            // A seal that was changed may name whatever it likes.
            let last = max(seal.head.through, through)
            let named = seal.entries.map(\.sequence).filter { $0 <= through || $0 > last }
            let late = try auditEntries(numbered: Array(named.prefix(32_000)))
            var between: [RecordedEntry] = []
            while true {
                let place = between.last?.sequence ?? through
                let more = try auditEntries(after: place, through: last, limit: 1000)
                between += more
                if more.count < 1000 { break }
            }
            through = last
            return SealedBatch(seal: seal, found: late + between)
        }
    }
}

/// What was seen on the way from seal to seal.
private struct AuditWalk {
    var report = AuditReport()
    private(set) var head: AuditSeal.Head?
    /// Numbers that were left out up to here.
    private var loose: Set<Int64> = []
    private var noted: String?

    init(noted: String?) { self.noted = noted }

    mutating func take(_ batch: SealedBatch, hash: (String) -> String) {
        let (seal, number) = (batch.seal, batch.seal.head.number)
        guard number == (head?.number ?? 0) + 1 else { return report.damage = .sealRemoved((head?.number ?? 0) + 1) }
        let text = AuditSeal.canonicalText(
            number: number, former: head?.hash ?? AuditSeal.beginning, through: seal.head.through,
            missing: seal.head.missing, at: seal.head.at, entries: seal.entries)
        guard hash(text) == seal.head.hash else { return report.damage = .sealChanged(number) }
        let found = Dictionary(batch.found.map { ($0.sequence, $0) }) { first, _ in first }
        var sealed: Set<Int64> = []
        // In order of their numbers, so that the first one that is wrong is named.
        for entry in seal.entries.sorted(by: { $0.sequence < $1.sequence }) {
            guard sealed.insert(entry.sequence).inserted else {
                return report.damage = .entryRepeated(sequence: entry.sequence, seal: number)
            }
            guard let row = found[entry.sequence] else {
                return report.damage = .entryRemoved(sequence: entry.sequence, seal: number)
            }
            guard hash(row.canonicalText) == entry.hash else {
                return report.damage = .entryChanged(sequence: entry.sequence, seal: number)
            }
        }
        loose.formUnion(found.keys)
        loose.subtract(sealed)
        if noted == seal.head.hash { noted = nil }
        head = seal.head
        report.entries += seal.entries.count
        report.seals += 1
        report.hash = seal.head.hash
    }

    /// What lies among the sealed ones and is sealed by none was inserted, unless it may still come.
    func finished() -> AuditReport {
        var report = report
        let late = loose.intersection(head?.missing.map(\.sequence) ?? [])
        report.unsealed += late.count
        if let inserted = loose.subtracting(late).min() {
            report.damage = .entryInserted(sequence: inserted)
        } else if noted != nil {
            report.damage = .notedHashUnknown
        }
        return report
    }
}
