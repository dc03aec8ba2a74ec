import UsherDomain
import UsherUseCases

extension CustomRole {
    static let selected: SQLQuery = "id, organization_id, name, permissions, created_at, updated_at"

    init(_ row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: try columns.next(), organization: try columns.next(), name: try columns.next(),
            permissions: try columns.next(), createdAt: try columns.next(), updatedAt: try columns.next())
    }
}

/// One permission after the other, by their texts.
extension PermissionSet: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text(text) }

    package init?(sqlValue: SQLValue) {
        guard let text = String(sqlValue: sqlValue) else { return nil }
        self.init(stored: text)
    }
}

/// One column, read beside the row that holds the role, in the same statement: what it allows is as new as that row.
extension AssignedRole: SQLReadable {
    /// - Parameter table: name or alias of what has `organization_id` and `role_id`.
    static func selected(of table: SQLQuery) -> SQLQuery {
        """
        (SELECT r.id || '|' || r.permissions || '|' || r.name FROM roles r
            WHERE r.organization_id = \(table).organization_id AND r.id = \(table).role_id)
        """
    }

    /// Neither an id nor a permission holds the sign that parts them; a name may.
    package init?(sqlValue: SQLValue) {
        guard let text = String(sqlValue: sqlValue) else { return nil }
        let parts = text.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { return nil }
        self.init(
            id: ID(rawValue: parts[0]), name: DisplayName(stored: parts[2]),
            permissions: PermissionSet(stored: parts[1]))
    }
}

extension HeldRole {
    init(_ columns: inout SQLColumns) throws { self.init(try columns.next(), try columns.nextIfAny()) }
}
