import UsherDomain
import UsherUseCases

/// Who is not invited by whom.
extension SQLTransaction {
    func suppression(of emailHash: String, in organization: ID<Organization>) throws -> Suppression? {
        try first(
            """
            SELECT \(Suppression.selected) FROM suppressions
            WHERE organization_id = \(organization) AND email_hash = \(emailHash)
            """
        ).map(Suppression.init)
    }

    func suppressions(
        in organization: ID<Organization>, after: SuppressionCursor?, limit: Int
    ) throws -> [Suppression] {
        var query: SQLQuery = """
            SELECT \(Suppression.selected) FROM suppressions WHERE organization_id = \(organization)
            """
        if let after { query.append(" AND (created_at, email_hash) < (\(after.createdAt), \(after.emailHash))") }
        query.append(" ORDER BY created_at DESC, email_hash DESC LIMIT \(limit)")
        return try session.rows(query).map(Suppression.init)
    }

    func add(_ suppression: Suppression) throws -> Bool {
        try any(
            """
            INSERT INTO suppressions (organization_id, email_hash, source, created_at)
            VALUES (\(suppression.organization), \(suppression.emailHash), \(suppression.source),
                \(suppression.createdAt))
            ON CONFLICT (organization_id, email_hash) DO UPDATE SET source = excluded.source
            WHERE excluded.source = 'invitee' AND suppressions.source <> 'invitee'
            RETURNING email_hash
            """)
    }

    func removeSuppression(
        of emailHash: String, in organization: ID<Organization>, from sources: Set<Suppression.Source>
    ) throws -> Bool {
        let sources = sources.sorted { $0.rawValue < $1.rawValue }
        return try any(
            """
            DELETE FROM suppressions
            WHERE organization_id = \(organization) AND email_hash = \(emailHash) AND source IN (\(sources))
            RETURNING email_hash
            """)
    }
}

extension Suppression.Source: SQLBindable, SQLReadable {}

extension Suppression {
    static let selected: SQLQuery = "organization_id, email_hash, source, created_at"

    fileprivate init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            organization: try columns.next(), emailHash: try columns.next(), source: try columns.next(),
            createdAt: try columns.next())
    }
}
