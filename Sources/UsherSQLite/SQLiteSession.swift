import GRDB
import UsherSQL

/// One transaction on one connection of GRDB's.
struct SQLiteSession: SQLSession {
    let database: Database

    /// SQLite takes `$2` for a name and numbers names as they appear. `SQLQuery` writes each number once and in order,
    /// so the name's number is the value's place (docs/decisions/0005-one-sql-text.md).
    func rows(_ query: SQLQuery) throws -> [SQLRow] {
        let statement = try database.cachedStatement(sql: query.text)
        statement.setUncheckedArguments(StatementArguments(try query.binds.map { try $0.databaseValue() }))
        let cursor = try Row.fetchCursor(statement)
        var rows: [SQLRow] = []
        while let row = try cursor.next() {
            rows.append(SQLRow((0..<row.count).map { SQLValue(row[$0] as DatabaseValue) }))
        }
        return rows
    }
}

extension SQLValue {
    /// PostgreSQL has no text with NUL in it, so SQLite gets none either: both hold the same.
    fileprivate func databaseValue() throws -> DatabaseValue {
        switch self {
        case .text(let text):
            guard !text.utf8.contains(0) else { throw SQLiteFault("a text with NUL was to be stored") }
            return text.databaseValue
        case .integer(let integer): return integer.databaseValue
        case .null: return .null
        }
    }

    /// The schema is STRICT and has columns of text and of integers only.
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .string(let text): self = .text(text)
        case .int64(let integer): self = .integer(integer)
        case .double(let number): self = .text("\(number)")
        case .null, .blob: self = .null
        }
    }
}
