/// Runs a body so many times at once, and gives what came of each.
func race<R: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> R) async throws -> [R] {
    try await withThrowingTaskGroup(of: R.self) { group in
        for index in 0..<count { group.addTask { try await body(index) } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
}

extension Sequence where Element == Bool {
    /// How many won.
    var wins: Int { count { $0 } }
}
