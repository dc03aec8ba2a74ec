import Glibc
import NIOPosix
import Synchronization
package import UsherDomain
package import UsherUseCases

/// Hashes passwords on threads of its own: few, because each hash takes a core and megabytes; and with a short queue,
/// because an answer that comes after the browser gave up helps nobody.
package final class Argon2Hasher: PasswordHasher {
    /// How much is going on.
    package struct Load: Equatable, Sendable {
        /// Hashing or waiting.
        package var admitted = 0
        package var running = 0
        /// The most that ever ran at once.
        package var peak = 0
    }

    /// What the outside may see, and every row is compared with.
    package let parameters: Argon2Parameters
    private let dummy: String
    private let capacity: Int
    private let pool: NIOThreadPool
    private let state = Mutex(Load())

    /// - Parameters:
    ///   - parameters: What new hashes cost; hashes that cost less are `outdated`.
    ///   - threads: How many hash at once; at most two, unless asked for more.
    ///   - queue: How many may wait beside those; one more is refused.
    /// - Throws: `HasherUnavailable` when libsodium cannot be set up.
    package init(
        parameters: Argon2Parameters = .usual, threads: Int = usualThreads, queue: Int = 64
    ) throws(HasherUnavailable) {
        guard Argon2.isReady else { throw HasherUnavailable() }
        self.parameters = parameters
        dummy = PHCString.dummy(parameters)
        capacity = max(1, threads) + max(0, queue)
        pool = NIOThreadPool(numberOfThreads: max(1, threads))
        pool.start()
    }

    deinit { pool.shutdownGracefully { _ in } }

    package static var usualThreads: Int { min(2, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    package var load: Load { state.withLock(\.self) }

    /// - Throws: `Refusal.busy` when the queue is full, `CancellationError` when the caller left before it began,
    ///   `HasherUnavailable` when there is no memory for it.
    package func hash(_ password: Password) async throws -> String {
        let parameters = parameters
        guard let hash = try await run({ Argon2.hash(password, parameters) }) else { throw HasherUnavailable() }
        return hash
    }

    /// A row that is no hash of ours is treated as no hash: it takes as long as any, and nobody gets in.
    ///
    /// - Throws: `Refusal.busy` when the queue is full, `CancellationError` when the caller left before it began.
    package func verify(_ password: Password, against hash: String?) async throws -> PasswordVerdict {
        let stored = hash.flatMap { text in PHCString(text).map { (text: text, parameters: $0.parameters) } }
        let candidate = stored?.text ?? dummy
        let matches = try await run { Argon2.verify(password, against: candidate) }
        guard matches, let stored else { return .wrong }
        return .right(outdated: stored.parameters.isWeaker(than: parameters))
    }

    /// Runs work on a thread of the pool. Its place is free again when the work ends, and not before: a caller who
    /// leaves meanwhile takes no core back.
    private func run<R: Sendable>(_ work: @escaping @Sendable () -> R) async throws -> R {
        try admit()
        let waiter = Waiter()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                pool.submit { [self] poolState in
                    let mayRun = poolState == .active && waiter.isThere.load(ordering: .relaxed)
                    let result = mayRun ? Result.success(perform(work)) : .failure(CancellationError())
                    state.withLock { $0.admitted -= 1 }
                    continuation.resume(with: result)
                }
            }
        } onCancel: {
            waiter.isThere.store(false, ordering: .relaxed)
        }
    }

    private func admit() throws(Refusal) {
        let admitted = state.withLock { load in
            guard load.admitted < capacity else { return false }
            load.admitted += 1
            return true
        }
        guard admitted else { throw .busy(retryAfter: .seconds(1)) }
    }

    private func perform<R>(_ work: () -> R) -> R {
        state.withLock { load in
            load.running += 1
            load.peak = max(load.peak, load.running)
        }
        defer { state.withLock { $0.running -= 1 } }
        return work()
    }

    /// Whoever waits for an answer.
    private final class Waiter: Sendable {
        let isThere = Atomic(true)
    }
}

/// libsodium cannot be used, or there is no memory for a hash: a fault, not a refusal.
package struct HasherUnavailable: Error, CustomStringConvertible {
    package var description: String { "Passwords cannot be hashed: libsodium is not usable or memory is short." }
}
