import Glibc

/// How many files and connections this process may have open.
enum OpenFiles {
    /// For all but clients' connections: database, relay, log, libraries, and room to spare.
    private static let ownShare = 48
    private static let fewestConnections = 8
    private static let mostConnections = 4096

    /// As many as the system allows without asking an administrator; how many that is.
    static func allowMost() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return current
    }

    private static var current: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// The most connections of clients: one more than there are files would make the accepting thread spin.
    static func connections(of files: Int) -> Int {
        min(max(files - ownShare, fewestConnections), mostConnections)
    }
}
