import UsherDomain
import UsherUseCases

/// Letters of newer programs.
extension SQLTransaction {
    func unknownKindsOfLetters(at now: Timestamp) throws -> [String] {
        try session.rows(
            """
            SELECT DISTINCT COALESCE(notice_kind, kind) FROM outbox
            WHERE state = 'pending' AND due_at <= \(now) AND NOT (\(OutboxRow.isOfKnownKind))
            ORDER BY 1 LIMIT 10
            """
        ).map { row in
            var columns = row.columns
            return try columns.next(String.self)
        }
    }
}

extension OutboxRow {
    /// Whether this program can write a letter. Those of newer ones stay in the outbox as they are, due and leased to
    /// nobody, and the next node that knows them takes them.
    static let isOfKnownKind: SQLQuery = """
        kind IN (\(Kind.allCases)) AND (notice_kind IS NULL OR notice_kind IN (\(Notice.Kind.allCases.map(\.rawValue))))
        """
}
