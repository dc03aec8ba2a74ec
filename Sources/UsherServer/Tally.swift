import Synchronization

/// Remembers what was said last.
final class Tally: Sendable {
    private let last = Mutex("")

    func changes(to text: String) -> Bool {
        last.withLock { last in
            defer { last = text }
            return last != text
        }
    }
}
