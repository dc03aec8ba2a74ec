import UsherHTTP
import UsherSQL
import UsherUseCases

extension Readiness {
    /// Asks the parts whether they are well, each for at most two seconds: a probe that hangs tells nothing.
    struct Check: Sendable {
        private let database: any SQLDatabase
        private let store: SQLStore
        private let end: GracefulEnd
        private static let patience = Duration.seconds(2)

        init(_ database: any SQLDatabase, _ store: SQLStore, _ end: GracefulEnd) {
            (self.database, self.store, self.end) = (database, store, end)
        }

        func callAsFunction() async -> Readiness {
            async let isThere = Self.succeeds { [store] in try await store.read { try $0.ping() } }
            async let isCurrent = Self.succeeds { [database] in try await Migrator(database).verify() }
            // The server only runs while the courier does: the end of one ends the other.
            return Readiness(parts: [
                "database": await isThere, "schema": await isCurrent, "courier": true, "accepting": end.isAccepting,
            ])
        }

        /// Does not wait for work that takes too long: a thread that is stuck in a driver can't be cancelled.
        private static func succeeds(_ work: @escaping @Sendable () async throws -> Void) async -> Bool {
            let (answers, giver) = AsyncStream<Bool>.makeStream()
            let worker = Task {
                do {
                    try await work()
                    giver.yield(true)
                } catch {
                    giver.yield(false)
                }
            }
            let clock = Task {
                try await Task.sleep(for: patience)
                giver.yield(false)
            }
            defer {
                worker.cancel()
                clock.cancel()
            }
            for await answer in answers { return answer }
            return false
        }
    }
}
