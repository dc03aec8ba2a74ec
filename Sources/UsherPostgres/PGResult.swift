import CPostgres
import UsherSQL

/// Owns a PGresult: cleared exactly once, never copied, never leaked on a throw.
struct PGResult: ~Copyable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    var status: ExecStatusType { PQresultStatus(pointer) }

    /// Everything that it holds, copied out; values are in text form.
    var answer: PGAnswer { PGAnswer(rows: rows, command: String(cString: PQcmdStatus(pointer))) }

    private var rows: [SQLRow] {
        let columns = PQnfields(pointer)
        return (0..<PQntuples(pointer)).map { row in SQLRow((0..<columns).map { value(row, $0) }) }
    }

    private func value(_ row: CInt, _ column: CInt) -> SQLValue {
        guard PQgetisnull(pointer, row, column) == 0, let bytes = PQgetvalue(pointer, row, column) else { return .null }
        let buffer = UnsafeRawBufferPointer(start: bytes, count: Int(PQgetlength(pointer, row, column)))
        return .text(String(decoding: buffer, as: UTF8.self))
    }

    /// The server's complaint, when it made one.
    var complaint: PostgresFault? {
        switch status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: nil
        default:
            PostgresFault(
                state: usher_sqlstate(pointer).map { String(cString: $0) } ?? "", details: complaintText)
        }
    }

    /// What it says without the detail, which shows values of rows.
    private var complaintText: String {
        let constraint = usher_constraint(pointer).map { " (\(String(cString: $0)))" } ?? ""
        let message = usher_primary_message(pointer) ?? PQresultErrorMessage(pointer).map { UnsafePointer($0) }
        return (message.map { String(cString: $0) } ?? "") + constraint
    }
}
