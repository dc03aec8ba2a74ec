import Synchronization
import UsherDomain

/// So many places for what takes memory or time; who finds none is told to come back.
final class Places: Sendable {
    private let free: Mutex<Int>
    private let retryAfter: Duration

    init(_ count: Int, retryAfter: Duration) {
        free = Mutex(count)
        self.retryAfter = retryAfter
    }

    /// One of the places, held until the value is let go.
    func take() throws(Refusal) -> Place {
        let isFree = free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
        guard isFree else { throw .busy(retryAfter: retryAfter) }
        return Place(places: self)
    }

    final class Place: Sendable {
        private let places: Places

        fileprivate init(places: Places) { self.places = places }

        deinit { places.free.withLock { $0 += 1 } }
    }
}
