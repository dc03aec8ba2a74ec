import FoundationEssentials
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
        guard isFolder(path) else { throw CommandFailure("The data folder \(path) is not a folder.") }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw CommandFailure("Cannot write the data folder \(path): \(Console.systemReason).")
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    /// Whether somebody else than its owner may look into it.
    static func isOpenToOthers(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return ((attributes?[.posixPermissions] as? Int) ?? 0) & 0o077 != 0
    }
}
