import HummingbirdCore
import Logging
import NIOCore

/// A connection whose requests are worked on where its bytes arrive: on the thread of its event loop. A request that has
/// nothing to wait for then changes the thread not once, which takes more time than most requests need for themselves.
/// What waits or computes for long has threads of its own (PostgreSQL, the relay, password hashing); see
/// docs/decisions/0017-on-the-event-loop.md.
struct EventLoopChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTasks(eventLoop: value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}

/// Runs the parts of tasks on an event loop.
private final class EventLoopTasks: TaskExecutor {
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        eventLoop.execute { job.runSynchronously(on: executor) }
    }
}
