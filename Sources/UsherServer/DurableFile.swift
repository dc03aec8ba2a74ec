import Glibc

/// Files that are still there after a power cut.
enum DurableFile {
    /// Gives a finished file its name: its content is on the disk before the name is, and the name too when this
    /// returns.
    /// - Throws: `CommandFailure`.
    static func rename(_ path: String, to name: String) throws {
        try sync(path)
        guard Glibc.rename(path, name) == 0 else {
            throw CommandFailure("Cannot name the file \(name): \(Console.systemReason).")
        }
        try sync(folder(of: name))
    }

    static func copy(_ source: String, to target: String) throws {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw CommandFailure("Cannot read \(source): \(Console.systemReason).") }
        defer { close(from) }
        let to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard to >= 0 else { throw CommandFailure("Cannot write \(target): \(Console.systemReason).") }
        defer { close(to) }
        while true {
            let count = sendfile(to, from, nil, 1 << 30)
            if count == 0 { return }
            guard count > 0 else { throw CommandFailure("Cannot write \(target): \(Console.systemReason).") }
        }
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func sync(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw CommandFailure("Cannot read \(path): \(Console.systemReason).") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw CommandFailure("Cannot write \(path) to disk: \(Console.systemReason).") }
    }
}
