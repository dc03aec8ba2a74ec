import FoundationEssentials
import Glibc
import UsherDomain

/// The files of the mailbox: `{id}.json`. Ids are UUIDv7, so that names sort by time.
struct MailboxFolder: Sendable {
    let path: String

    /// The form in the file.
    private struct Stored: Codable {
        let id: String
        let to: String
        let raw: String
        let receivedAt: Int64
    }

    init(path: String) throws {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw MailboxError(description: "can't make the mailbox folder \(path): \(Self.reason())")
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw MailboxError(description: "can't use the mailbox folder \(path): \(Self.reason())")
        }
    }

    /// The newest messages, oldest first. What can't be read is left alone and left out.
    func load(newest count: Int) -> [MailboxMessage] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().suffix(count).compactMap { name in
            guard let data = FileManager.default.contents(atPath: "\(path)/\(name)"),
                let stored = try? JSONDecoder().decode(Stored.self, from: data)
            else { return nil }
            return MailboxMessage(
                id: stored.id, to: stored.to, raw: stored.raw,
                receivedAt: Timestamp(milliseconds: stored.receivedAt))
        }
    }

    /// Returns when the message is on the disk under its name: temporary file, fsync, rename, fsync of the folder.
    func save(_ message: MailboxMessage) throws {
        let stored = Stored(
            id: message.id, to: message.to, raw: message.raw, receivedAt: message.receivedAt.milliseconds)
        let bytes = try JSONEncoder().encode(stored)
        let (temporary, final) = ("\(path)/.\(message.id).tmp", "\(path)/\(message.id).json")
        do {
            try write(bytes, to: temporary)
            guard rename(temporary, final) == 0 else { throw MailboxError(description: Self.reason()) }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncFolder()
    }

    func remove(_ id: String) { unlink("\(path)/\(id).json") }

    private func write(_ bytes: Data, to file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw MailboxError(description: Self.reason()) }
        defer { close(descriptor) }
        try bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw MailboxError(description: Self.reason()) }
                written += count
            }
        }
        guard fsync(descriptor) == 0 else { throw MailboxError(description: Self.reason()) }
    }

    private func syncFolder() throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw MailboxError(description: Self.reason()) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw MailboxError(description: Self.reason()) }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
