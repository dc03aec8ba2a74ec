import Glibc
import UsherUseCases

/// The right to be the only server on a database file: a lock on a file beside it, which the system takes back when
/// the process ends, however it ends. The file stays; removing it would let two hold it.
final class FileLock: Sendable {
    private let descriptor: CInt

    /// Throws `DatabaseProblem` when another process (or this one, before) holds it.
    init(beside path: String) throws {
        let name = path + ".lock"
        descriptor = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DatabaseProblem("Cannot write beside the database: \(name): \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw DatabaseProblem(
                "The database \(path) is in use by another Usher; one file serves one server. "
                    + "Stop the other one, or give this one a data folder of its own.")
        }
    }

    /// Remembers that there are data, for a time when the database is missing.
    func noteUse() {
        let note = "The database beside it has been used.\n"
        _ = pwrite(descriptor, note, note.utf8.count, 0)
    }

    /// Whether a database that may be missing now has been used before.
    static func isNoted(beside path: String) -> Bool {
        var found = stat()
        return stat(path + ".lock", &found) == 0 && found.st_size > 0
    }

    deinit { close(descriptor) }
}
