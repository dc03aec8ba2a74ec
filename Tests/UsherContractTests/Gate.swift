import Dispatch

/// Holds a thread until a test says go: bodies of transactions cannot `await`.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    /// Ten seconds at most, so that a test that fails does not hang.
    func wait() { _ = semaphore.wait(timeout: .now() + 10) }

    func waitAsync() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                wait()
                continuation.resume()
            }
        }
    }
}
