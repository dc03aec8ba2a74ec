import Glibc

extension ServerKey {
    /// Reads the key of a file that nobody but its owner may read.
    package static func load(path: String) throws(KeyProblem) -> ServerKey {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT ? .notThere(path: path) : .unreadable(path: path, reason: lastError())
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .unreadable(path: path, reason: lastError()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "not a regular file") }
        guard status.st_mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: status.st_mode & 0o777) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = read(file, &buffer, buffer.count)
        guard count >= 0 else { throw .unreadable(path: path, reason: lastError()) }
        return try ServerKey(text: String(decoding: buffer.prefix(count), as: UTF8.self))
    }

    /// Makes a new key and puts it there, durably and whole or not at all; never over a file that exists.
    package static func create(path: String) throws(KeyProblem) -> ServerKey {
        let key = ServerKey(), draft = "\(path).\(TextEncoding.hex(randomBytes(8)))"
        defer { unlink(draft) }
        try write(key.text + "\n", to: draft, for: path)
        // A link, unlike a rename, fails when somebody was faster.
        guard link(draft, path) == 0 else { throw .notWritten(path: path, reason: lastError()) }
        try syncFolder(of: path)
        return key
    }

    /// The key of the file, which is made when it is not there. Of several processes that start at once, all get the
    /// same key.
    package static func loadOrCreate(path: String) throws(KeyProblem) -> ServerKey {
        do { return try load(path: path) } catch .notThere {}
        do { return try create(path: path) } catch {
            guard let key = try? load(path: path) else { throw error }
            return key
        }
    }

    private static func write(_ text: String, to draft: String, for path: String) throws(KeyProblem) {
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .notWritten(path: path, reason: lastError()) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw .notWritten(path: path, reason: lastError())
        }
    }

    /// Without this the name could be gone after a power cut, though the file is not.
    private static func syncFolder(of path: String) throws(KeyProblem) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .notWritten(path: path, reason: lastError()) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .notWritten(path: path, reason: lastError()) }
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}
