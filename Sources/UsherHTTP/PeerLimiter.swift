import Synchronization
package import UsherDomain

/// Counts what each address does, in this process only: for look-ups and attempts that must not cost the database
/// anything once they are too many. Memory is bounded: at most `capacity` addresses are known at a time.
package final class PeerLimiter: Sendable {
    private struct Window {
        var begin: Timestamp
        var used: Int
    }

    /// Nil: no limit.
    private let quota: Quota?
    private let capacity: Int
    private let now: @Sendable () -> Timestamp
    private let windows = Mutex<[String: Window]>([:])

    package init(_ quota: Quota?, capacity: Int = 20_000, now: @escaping @Sendable () -> Timestamp) {
        self.quota = quota
        self.capacity = capacity
        self.now = now
    }

    /// Counts one.
    /// - Throws: `limited` when the window is used up; that one is not counted.
    package func take(_ peer: String) throws(Refusal) {
        guard let quota else { return }
        let moment = now()
        let wait: Duration? = windows.withLock { windows in
            if windows[peer] == nil, windows.count >= capacity { Self.makeRoom(&windows, quota, moment) }
            var window = windows[peer] ?? Window(begin: moment, used: 0)
            if moment - window.begin >= quota.window { window = Window(begin: moment, used: 0) }
            guard window.used < quota.count else { return quota.window - (moment - window.begin) }
            window.used += 1
            windows[peer] = window
            return nil
        }
        if let wait { throw .limited(quota, retryAfter: wait) }
    }

    /// Forgets windows that ended, and if none did, all of them: rather too kind for a moment than without bounds.
    private static func makeRoom(_ windows: inout [String: Window], _ quota: Quota, _ now: Timestamp) {
        let count = windows.count
        windows = windows.filter { now - $0.value.begin < quota.window }
        if windows.count == count { windows.removeAll(keepingCapacity: true) }
    }
}
