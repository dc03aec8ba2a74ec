import Logging
import ServiceLifecycle
import Testing
import UsherCourier
import UsherDomain
import UsherMail
import UsherUseCases

/// A courier with everything around it, for one test.
struct Office: Sendable {
    let clock = TestClock()
    let outbox: MemoryOutbox
    let post: ScriptedPost
    let log = LogLines()

    init(_ answer: @escaping @Sendable (Parcel) async -> RelayVerdict = { _ in .accepted(code: 250) }) {
        outbox = MemoryOutbox(clock)
        post = ScriptedPost(answer)
    }

    func courier(
        node: String = "node", outbox: (any Outbox)? = nil, _ change: (inout CourierSettings) -> Void = { _ in }
    ) throws -> Courier {
        var settings = CourierSettings()
        settings.lanes = 4
        settings.poll = .milliseconds(50)
        change(&settings)
        let effects = clock.effects(node: node)
        let writer = try LetterWriter(
            settings: LetterSettings(
                from: "invitations@example.com", appName: "Example App", publicURL: "https://usher.example.com"),
            effects: effects)
        return Courier(
            outbox: outbox ?? self.outbox, post: post, writer: writer, effects: effects, settings: settings,
            logger: log.logger)
    }

    /// Runs a courier for the time of the body, then shuts it down as a signal would.
    func run(_ courier: Courier, _ body: (Courier) async throws -> Void) async throws {
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: courier)], logger: log.logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            do {
                try await body(courier)
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    /// Writes a letter down as a use case does, and leaves it at the desk.
    func send(_ letter: Letter, with courier: Courier, patience: Duration? = .seconds(60)) async -> LetterOutcome? {
        outbox.add(letter, lease: courier.lease(at: clock.now))
        return await courier.dispatch(letter, patience: patience)
    }
}

/// Waits until something is so, but not for ever.
func eventually(
    _ limit: Duration = .seconds(60), _ location: SourceLocation = #_sourceLocation,
    _ condition: @Sendable () -> Bool
) async {
    let end = ContinuousClock.now + limit
    while !condition(), ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(10)) }
    #expect(condition(), sourceLocation: location)
}

extension LetterOutcome? {
    var isHandedOver: Bool { if case .handedOver = self { true } else { false } }
    var isRefused: Bool { if case .refused = self { true } else { false } }
    var isDelayed: Bool { if case .delayed = self { true } else { false } }
    var isFailed: Bool { if case .failed = self { true } else { false } }
}
