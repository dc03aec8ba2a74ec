package import UsherDomain

/// What both engines can hold: text, 64-bit integers, nothing.
package enum SQLValue: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case null
}

/// A value that can stand in a statement.
package protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

/// A value that can be read from a column: nil when the column holds something else.
package protocol SQLReadable {
    init?(sqlValue: SQLValue)
}

extension SQLValue: SQLBindable {
    package var sqlValue: SQLValue { self }
}

extension String: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text(self) }

    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self = text
    }
}

extension Int64: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(self) }

    /// PostgreSQL answers in text.
    package init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .integer(let integer): self = integer
        case .text(let text): self.init(text)
        case .null: return nil
        }
    }
}

extension Int: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(Int64(self)) }

    package init?(sqlValue: SQLValue) {
        guard let integer = Int64(sqlValue: sqlValue) else { return nil }
        self.init(exactly: integer)
    }
}

extension Timestamp: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(milliseconds) }

    package init?(sqlValue: SQLValue) {
        guard let milliseconds = Int64(sqlValue: sqlValue) else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

extension SQLBindable where Self: RawRepresentable, RawValue: SQLBindable {
    package var sqlValue: SQLValue { rawValue.sqlValue }
}

extension SQLReadable where Self: RawRepresentable, RawValue: SQLReadable {
    package init?(sqlValue: SQLValue) {
        guard let rawValue = RawValue(sqlValue: sqlValue) else { return nil }
        self.init(rawValue: rawValue)
    }
}

extension ID: SQLBindable, SQLReadable {}
extension Role: SQLBindable, SQLReadable {}
extension Invitation.Status: SQLBindable, SQLReadable {}
extension Invitation.Delivery: SQLBindable, SQLReadable {}
extension InvitationRequest.Status: SQLBindable, SQLReadable {}
extension OneTimeLink.Purpose: SQLBindable, SQLReadable {}
extension AuditEntry.Action: SQLBindable {}
extension Quota.Name: SQLBindable {}

extension DisplayName: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text(text) }

    package init?(sqlValue: SQLValue) {
        guard let text = String(sqlValue: sqlValue) else { return nil }
        self.init(stored: text)
    }
}

/// One route a line; no route holds a line break. The empty text is the empty list.
extension Scopes: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text(routes.joined(separator: "\n")) }

    package init?(sqlValue: SQLValue) {
        guard let text = String(sqlValue: sqlValue) else { return nil }
        self.init(stored: text.split(separator: "\n").map(String.init))
    }
}
