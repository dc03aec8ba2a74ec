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

    deinit { close(descriptor) }
}
