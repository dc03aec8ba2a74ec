import UsherDomain
import UsherUseCases

/// Runs a body so many times at once, and gives what came of each.
func race<R: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> R) async throws -> [R] {
    try await withThrowingTaskGroup(of: R.self) { group in
        for index in 0..<count { group.addTask { try await body(index) } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
}

/// The same with what may be refused, in the order of the numbers; nil: it was not. Whoever is told to come again, by a
/// machine that has too much to do, does.
func verdicts(of count: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws -> [Refusal?] {
    try await race(count) { index -> (index: Int, refusal: Refusal?) in
        for _ in 0..<100 {
            do {
                let told = try await refusal { try await body(index) }
                guard case .busy? = told else { return (index, told) }
            } catch is StoreUnavailable {}
            try await Task.sleep(for: .milliseconds(200))
        }
        return (index, .busy(retryAfter: .zero))
    }.sorted { $0.index < $1.index }.map(\.refusal)
}

/// Runs something that may be refused; nil: it was not.
func refusal(of work: () async throws -> Void) async throws -> Refusal? {
    do {
        try await work()
        return nil
    } catch let refusal as Refusal { return refusal }
}
