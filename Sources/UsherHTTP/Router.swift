import Hummingbird
package import UsherUseCases

/// Whether this process can do its work now, part by part.
package struct Readiness: Sendable {
    /// Name of a part (`database`, `schema`, `courier`, `accepting`) and whether it is well.
    package let parts: [String: Bool]

    package init(parts: [String: Bool]) { self.parts = parts }

    package var isReady: Bool { parts.values.allSatisfy { $0 } }
}

/// The whole web side: middleware, the API, and whatever `pages` adds.
///
/// Middleware runs for routes that are added after it, outermost first.
package func makeRouter(
    _ useCases: UseCases, settings: HTTPSettings, readiness: @escaping @Sendable () async -> Readiness,
    pages: (UsherRouter) -> Void
) -> UsherRouter {
    let router = UsherRouter(context: UsherContext.self, options: .autoGenerateHeadEndpoints)
    let routes = RouteTable()
    router.add(middleware: Identify(settings: settings, effects: useCases.effects))
    router.add(middleware: LogRequests())
    router.add(middleware: SecurityHeaders(usesTLS: settings.usesTLS))
    router.add(middleware: AnswerHead())
    router.add(middleware: RenderProblems(routes: routes, condemned: CondemnedConnections()))
    let server = ServerRoutes(readiness: readiness)
    server.addProbes(to: router)
    router.add(middleware: CheckRequest(hosts: settings.hosts))
    server.add(to: router)
    router.add(middleware: AuthenticateCaller(authenticate: useCases.authenticate, settings: settings))
    InvitationRoutes(useCases: useCases, settings: settings).add(to: router)
    PlanRoutes(useCases: useCases, settings: settings).add(to: router)
    InvitationLifeRoutes(useCases: useCases, settings: settings).add(to: router)
    RequestRoutes(useCases: useCases, settings: settings).add(to: router)
    InviteeRoutes(useCases: useCases, settings: settings).add(to: router)
    OrganizationRoutes(useCases: useCases, settings: settings).add(to: router)
    SeatRoutes(useCases: useCases, settings: settings).add(to: router)
    OrganizationLifeRoutes(useCases: useCases, settings: settings).add(to: router)
    MemberRoutes(useCases: useCases, settings: settings).add(to: router)
    KeyRoutes(useCases: useCases, settings: settings).add(to: router)
    RoleRoutes(useCases: useCases, settings: settings).add(to: router)
    JoinLinkRoutes(useCases: useCases, settings: settings).add(to: router)
    DomainRoutes(useCases: useCases, settings: settings).add(to: router)
    AuthRoutes(useCases: useCases, settings: settings).add(to: router)
    AuditRoutes(useCases: useCases, settings: settings).add(to: router)
    SuppressionRoutes(useCases: useCases, settings: settings).add(to: router)
    ErasureRoutes(useCases: useCases, settings: settings).add(to: router)
    ExportRoutes(useCases: useCases, settings: settings).add(to: router)
    pages(router)
    routes.fill(from: router)
    return router
}
