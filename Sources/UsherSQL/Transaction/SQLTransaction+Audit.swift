import UsherDomain
import UsherUseCases

/// The audit log, read, and the seals on it.
extension SQLTransaction {
    func newestSeal() throws -> AuditSeal.Head? {
        try first(
            """
            SELECT number, through, missing, hash, sealed_at FROM audit_seals
            WHERE number = (SELECT MAX(number) FROM audit_seals)
            """
        ).map { row in
            var columns = row.columns
            return try AuditSeal.Head(&columns)
        }
    }

    func seals(after number: Int, limit: Int) throws -> [AuditSeal] {
        try session.rows(
            """
            SELECT number, through, missing, hash, sealed_at, entries FROM audit_seals
            WHERE number > \(number) ORDER BY number LIMIT \(limit)
            """
        ).map { row in
            var columns = row.columns
            let head = try AuditSeal.Head(&columns)
            guard let entries = AuditSeal.entries(text: try columns.next()) else {
                throw UnreadableSeal(number: head.number)
            }
            return AuditSeal(head: head, entries: entries)
        }
    }

    func add(_ seal: AuditSeal) throws -> Bool {
        let head = seal.head
        return try any(
            """
            INSERT INTO audit_seals (number, through, missing, entries, hash, sealed_at)
            VALUES (\(head.number), \(head.through), \(AuditSeal.text(head.missing)), \(seal.entriesText),
                \(head.hash), \(head.at))
            ON CONFLICT (number) DO NOTHING RETURNING number
            """)
    }

    func auditEntries(after sequence: Int64, through last: Int64, limit: Int) throws -> [RecordedEntry] {
        try session.rows(
            """
            SELECT \(RecordedEntry.selected) FROM audit
            WHERE sequence > \(sequence) AND sequence <= \(last) ORDER BY sequence LIMIT \(limit)
            """
        ).map(RecordedEntry.init)
    }

    func auditEntries(numbered sequences: [Int64]) throws -> [RecordedEntry] {
        guard !sequences.isEmpty else { return [] }
        return try session.rows(
            """
            SELECT \(RecordedEntry.selected) FROM audit
            WHERE sequence IN (\(anyOf: sequences)) ORDER BY sequence
            """
        ).map(RecordedEntry.init)
    }

    func audit(_ selection: AuditSelection) throws -> [RecordedEntry] {
        let filter = selection.filter
        var query: SQLQuery = """
            SELECT \(RecordedEntry.selected) FROM audit WHERE sequence < \(selection.after ?? .max)
            """
        if let organization = selection.organization { query.append(" AND organization_id = \(organization)") }
        if let action = filter.action { query.append(" AND action = \(action)") }
        if let actor = filter.actor { query.append(" AND actor = \(actor)") }
        if let subject = filter.subject { query.append(" AND subject = \(subject)") }
        if let from = filter.from { query.append(" AND at >= \(from)") }
        if let to = filter.to { query.append(" AND at < \(to)") }
        query.append(" ORDER BY sequence DESC LIMIT \(selection.limit)")
        return try session.rows(query).map(RecordedEntry.init)
    }
}

extension RecordedEntry {
    static let selected: SQLQuery = "sequence, id, action, organization_id, actor, subject, request_id, at"

    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            sequence: try columns.next(), id: try columns.next(), action: try columns.next(),
            organization: try columns.nextIfAny(), actor: try columns.next(), subject: try columns.next(),
            requestID: try columns.nextIfAny(), at: try columns.next())
    }
}

extension AuditSeal.Head {
    fileprivate init(_ columns: inout SQLColumns) throws {
        let number: Int = try columns.next()
        let through: Int64 = try columns.next()
        guard let missing = AuditSeal.missing(text: try columns.next()) else { throw UnreadableSeal(number: number) }
        self.init(
            number: number, through: through, missing: missing, hash: try columns.next(), at: try columns.next())
    }
}
