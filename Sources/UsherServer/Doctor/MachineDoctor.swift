import Glibc
import UsherSecrets
import UsherUseCases

/// Looks at folder, key, room on the disk and limits of this machine, and changes nothing.
struct MachineDoctor {
    let settings: Settings

    /// Less room than this is said, in bytes.
    private static let room: UInt64 = 200 << 20
    /// Fewer open files than this is said: each connection of a client is one.
    private static let openFiles = 1024

    func findings() -> [Finding] { [folder(), key(), disk(), files(), bounces()].compactMap(\.self) }

    private func folder() -> Finding {
        let data = settings.data
        guard DataFolder.isFolder(data) else {
            return .ill("data folder \(data) is not there", mend: "mkdir -m 700 \(data)")
        }
        guard !DataFolder.isOpenToOthers(data) else {
            return .ill("data folder \(data) is open to others", mend: "chmod 700 \(data)")
        }
        guard access(data, R_OK | W_OK | X_OK) == 0 else {
            return .ill(
                "data folder \(data) cannot be written: \(Console.systemReason)",
                mend: errno == EROFS ? "mount -o remount,rw its file system" : "chown it to Usher's user")
        }
        return .well("data folder \(data)")
    }

    private func key() -> Finding {
        guard case .file(let path) = settings.key else { return .well("server key, given") }
        do {
            _ = try ServerKey.load(path: path)
            return .well("server key \(path)")
        } catch {
            let mend =
                switch error {
                case .openToOthers: "chmod 600 \(path)"
                case .notThere: "usher serve (makes it at its first start)"
                default: "put the key back from your backup; without it the links in letters under way are dead"
                }
            return .ill(error.description, mend: mend)
        }
    }

    private func disk() -> Finding? {
        var found = statvfs()
        guard statvfs(settings.data, &found) == 0 else { return nil }
        let free = UInt64(found.f_bavail) * UInt64(found.f_frsize)
        guard free < Self.room else { return .well("room on the disk: \(free >> 20) MiB") }
        return .ill(
            "the disk of \(settings.data) has \(free >> 20) MiB left",
            mend: "make room; writing goes on by itself then, without a restart (df -h \(settings.data))")
    }

    private func bounces() -> Finding? {
        guard let folder = settings.bounces.map({ Maildir(path: $0.folder) }) else { return nil }
        guard let problem = folder.problem else { return .well("bounces are read from \(folder.path)") }
        return .ill(problem, mend: "make it a Maildir (new, cur, tmp) that Usher's user may write")
    }

    private func files() -> Finding {
        let files = OpenFiles.allowMost()
        guard files < Self.openFiles else { return .well("open files: \(files)") }
        return .ill(
            "only \(files) files may be open, and each connection is one",
            mend: "ulimit -n 65536, or LimitNOFILE=65536 in the unit")
    }
}
