import Glibc

/// The folder of the database, the key and the mailbox: its owner's only.
enum DataFolder {
    /// Makes it (mode 0700), with the folders above it, unless it is there.
    /// - Throws: `CommandFailure` when it can't be made or written.
    static func make(_ path: String) throws {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/" + part
            guard mkdir(made, 0o700) == 0 || errno == EEXIST else {
                throw CommandFailure("Cannot make the data folder \(path): \(Console.systemReason).")
            }
        }
        var found = stat()
        guard stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure("The data folder \(path) is not a folder.")
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw CommandFailure("Cannot write the data folder \(path): \(Console.systemReason).")
        }
    }
}
