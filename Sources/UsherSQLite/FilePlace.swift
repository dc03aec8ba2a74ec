import Glibc
import UsherUseCases

/// Where a database and its log of writes were opened. A file that is removed or replaced meanwhile takes writes as
/// before, and all of them are gone with the process.
struct FilePlace: Sendable {
    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t

        init?(_ path: String) {
            var found = stat()
            guard stat(path, &found) == 0 else { return nil }
            (device, inode) = (found.st_dev, found.st_ino)
        }
    }

    private let path: String
    private let database: Identity?
    private let log: Identity?

    /// Call it when both files are open.
    init(_ path: String) {
        self.path = path
        (database, log) = (Identity(path), Identity(path + "-wal"))
    }

    /// - Throws: `StoreUnavailable` when another file is there, or none.
    func check() throws {
        guard Identity(path) == database, Identity(path + "-wal") == log else {
            throw StoreUnavailable(
                "the database file was removed or replaced; Usher must be restarted", details: path,
                retryAfter: .seconds(60))
        }
    }
}
