import GRDB
import GRDBSQLite
import UsherSQL

/// One transaction on one connection of GRDB's, which prepares the statements and keeps them. They are run by SQLite's
/// own interface: GRDB's rows know their columns by name and their values by type, which took two thirds of a read, and
/// neither is asked for here.
struct SQLiteSession: SQLSession {
    let database: Database

    /// SQLite takes `$2` for a name and numbers names as they appear. `SQLQuery` writes each number once and in order,
    /// so the name's number is the value's place (docs/decisions/0005-one-sql-text.md).
    func rows(_ query: SQLQuery) throws -> [SQLRow] {
        let statement = try database.cachedStatement(sql: query.text)
        return try withExtendedLifetime(statement) {
            let pointer = statement.sqliteStatement
            // What it says of an error, the step has said already.
            defer { sqlite3_reset(pointer) }
            try bind(query.binds, to: pointer)
            let columns = sqlite3_column_count(pointer)
            var rows: [SQLRow] = []
            while true {
                switch sqlite3_step(pointer) {
                case SQLITE_ROW: rows.append(SQLRow((0..<columns).map { Self.value(pointer, $0) }))
                case SQLITE_DONE: return rows
                case let code: throw failure(code, in: query)
                }
            }
        }
    }

    private func failure(_ code: CInt, in query: SQLQuery) -> DatabaseError {
        let message = database.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: query.text)
    }

    private func bind(_ values: [SQLValue], to statement: SQLiteStatement) throws {
        guard Int(sqlite3_bind_parameter_count(statement)) == values.count else {
            throw SQLiteFault("a statement and its values do not belong together")
        }
        for (place, value) in zip(CInt(1)..., values) {
            let code =
                switch value {
                case .integer(let integer): sqlite3_bind_int64(statement, place, integer)
                case .null: sqlite3_bind_null(statement, place)
                case .text(let text): try Self.bind(text, to: statement, at: place)
                }
            guard code == SQLITE_OK else { throw SQLiteFault("a value cannot be bound", details: "\(code)") }
        }
    }

    /// PostgreSQL has no text with NUL in it, so SQLite gets none either: both hold the same.
    private static func bind(_ text: String, to statement: SQLiteStatement, at place: CInt) throws -> CInt {
        var text = text
        return try text.withUTF8 { bytes in
            guard !bytes.contains(0) else { throw SQLiteFault("a text with NUL was to be stored") }
            return bytes.withMemoryRebound(to: CChar.self) { characters in
                // No address means NULL, not the empty text.
                guard let start = characters.baseAddress else {
                    return sqlite3_bind_text(statement, place, "", 0, copied)
                }
                return sqlite3_bind_text(statement, place, start, CInt(characters.count), copied)
            }
        }
    }

    /// SQLITE_TRANSIENT, a macro that Swift does not see: SQLite copies the text.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// The schema is STRICT and has columns of text and of integers only.
    private static func value(_ statement: SQLiteStatement, _ column: CInt) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_TEXT, SQLITE_FLOAT:
            guard let start = sqlite3_column_text(statement, column) else { return .null }
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        default: return .null
        }
    }
}
