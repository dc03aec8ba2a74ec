import GRDB
import UsherUseCases

/// SQLite said no in a way that trying again does not mend. The description names the kind, the debug description
/// everything; neither holds a bound value.
package struct SQLiteFault: Error, CustomStringConvertible, CustomDebugStringConvertible {
    package let description: String
    package let debugDescription: String

    init(_ description: String, details: String = "") {
        self.description = description
        debugDescription = details.isEmpty ? description : "\(description): \(details)"
    }

    /// What the rest of Usher is told of an error that came out of a transaction. Errors of the body pass as they
    /// are.
    static func translate(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let details = "\(error.extendedResultCode): \(error.message ?? "") in \(error.sql ?? "no statement")"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreUnavailable("the database is locked by another program", details: details)
        case .SQLITE_FULL:
            return StoreUnavailable("the disk is full", details: details, retryAfter: .seconds(30))
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_NOMEM, .SQLITE_PERM:
            return StoreUnavailable("the database file cannot be used", details: details, retryAfter: .seconds(30))
        default:
            return SQLiteFault("SQLite error \(error.extendedResultCode.rawValue)", details: details)
        }
    }

    /// Whether the operating system failed to write. After a failed fsync nobody knows what reached the disk, and
    /// asking again may wrongly succeed: only a restart, which reads the file anew, tells.
    static func isDiskFailure(_ error: any Error) -> Bool {
        (error as? DatabaseError)?.resultCode == .SQLITE_IOERR
    }
}
