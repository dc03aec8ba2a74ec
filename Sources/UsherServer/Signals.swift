import Dispatch
import Glibc

/// What this process makes of signals beside the graceful end, which the service group sees to.
enum Signals {
    /// A peer that hangs up must not end the process.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// The first SIGTERM or SIGINT begins the graceful end; the second says that somebody does not want to wait.
    /// Nothing is lost by it: what was answered is on the disk.
    static func endAtOnceOnSecond() -> [any DispatchSourceSignal] {
        let queue = DispatchQueue(label: "usher.signals")
        let count = SignalCount()
        return [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if count.next() > 1 { _exit(1) }
            }
            source.resume()
            return source
        }
    }
}

/// Only the signals' queue touches it, one handler at a time.
private final class SignalCount: @unchecked Sendable {
    private var count = 0

    func next() -> Int {
        count += 1
        return count
    }
}
