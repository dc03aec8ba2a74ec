import Hummingbird
package import UsherUseCases

/// Whether this process can do its work now, part by part.
package struct Readiness: Sendable {
    /// Name of a part (`database`, `schema`, `courier`) and whether it is well.
    package let parts: [String: Bool]

    package init(parts: [String: Bool]) { self.parts = parts }

    package var isReady: Bool { parts.values.allSatisfy { $0 } }
}

/// The whole web side: middleware, the API, and whatever `pages` adds.
package func makeRouter(
    _ useCases: UseCases, settings: HTTPSettings, readiness: @escaping @Sendable () async -> Readiness,
    pages: (UsherRouter) -> Void
) -> UsherRouter {
    let router = UsherRouter(context: UsherContext.self, options: .autoGenerateHeadEndpoints)
    pages(router)
    return router
}
