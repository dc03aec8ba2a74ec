import Glibc
import UsherMail

/// The folder that a mail system delivers into, one message a file: `new` has what nobody has read yet, `cur` what was
/// read (<https://cr.yp.to/proto/maildir.html>).
struct Maildir: Sendable {
    let path: String

    /// One sentence on what is wrong with it, if anything.
    var problem: String? {
        for folder in ["new", "cur"] where access("\(path)/\(folder)", R_OK | W_OK | X_OK) != 0 {
            return "cannot read and write \(path)/\(folder): \(String(cString: strerror(errno)))"
        }
        return nil
    }

    /// Names of messages that nobody has read, some of them.
    func unread(limit: Int) -> [String] {
        guard let folder = opendir("\(path)/new") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < limit, let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// The first bytes of a message; nil when it is gone, or no file.
    func read(_ name: String) -> [UInt8]? {
        let descriptor = open("\(path)/new/\(name)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Pipes and sockets have no length, and folders nothing to be read.
        let length = min(Int(lseek(descriptor, 0, SEEK_END)), ReportReader.longest)
        guard length > 0, lseek(descriptor, 0, SEEK_SET) == 0 else { return nil }
        return Array(unsafeUninitializedCapacity: length) { buffer, count in
            while count < length {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<length])
                let got = Glibc.read(descriptor, rest.baseAddress, rest.count)
                guard got > 0 else { return }
                count += got
            }
        }
    }

    func remove(_ name: String) { unlink("\(path)/new/\(name)") }

    /// Leaves it for a person to look at.
    func setAside(_ name: String) {
        let isFlagged = name.contains(":2,")
        rename("\(path)/new/\(name)", "\(path)/cur/\(name)\(isFlagged ? "" : ":2,")")
    }
}
