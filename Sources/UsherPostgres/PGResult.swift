import CPostgres
import UsherSQL

/// Owns a PGresult: cleared exactly once, never copied, never leaked on a throw.
struct PGResult: ~Copyable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    var status: ExecStatusType { PQresultStatus(pointer) }

    /// What the server did, in its words: `COMMIT`, `ROLLBACK`, `INSERT 0 1`.
    var command: String { String(cString: PQcmdStatus(pointer)) }

    /// All rows, in text form, copied out.
    var rows: [SQLRow] {
        let columns = PQnfields(pointer)
        return (0..<PQntuples(pointer)).map { row in SQLRow((0..<columns).map { value(row, $0) }) }
    }

    private func value(_ row: CInt, _ column: CInt) -> SQLValue {
        guard PQgetisnull(pointer, row, column) == 0, let bytes = PQgetvalue(pointer, row, column) else { return .null }
        return .text(String(cString: bytes))
    }

    /// The server's complaint, when it made one.
    var complaint: PostgresFault? {
        switch status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: nil
        default:
            PostgresFault(
                state: usher_sqlstate(pointer).map { String(cString: $0) } ?? "",
                details: String(cString: PQresultErrorMessage(pointer)))
        }
    }
}
