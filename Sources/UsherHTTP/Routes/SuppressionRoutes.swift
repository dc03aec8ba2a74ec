import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherText
import UsherUseCases

/// The addresses that an organization does not invite. An address stands in the body, never in the path.
struct SuppressionRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.get("/api/suppression", use: list)
        group.post("/api/suppression", use: suppress)
        group.post("/api/suppression/check", use: check)
        group.post("/api/suppression/remove", use: remove)
    }

    @Sendable private func list(_ request: Request, context: OrganizationContext) async throws -> Response {
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        let query = Result { () throws(Refusal) in try SuppressionQuery(request.uri, seal: seal) }
        let page = try await useCases.suppressions.list(
            of: context.organization, query.map(\.wanted), as: context.caller)
        var response = Reply.json(page.suppressions.map { SuppressionBody($0) })
        if let next = page.next {
            response.headers[.link] = try query.get().link(to: next, settings: settings, seal: seal)
        }
        return response
    }

    @Sendable private func suppress(_ request: Request, context: OrganizationContext) async throws -> Response {
        let (bytes, address) = try await address(request)
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes, as: { .json(SuppressionBody($0)) },
            doing: {
                try await useCases.suppressions.add(
                    address, in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func check(_ request: Request, context: OrganizationContext) async throws -> Response {
        let found = try await useCases.suppressions.check(
            try await address(request).address, in: context.organization, as: context.caller)
        return Reply.json(SuppressionBody(found))
    }

    @Sendable private func remove(_ request: Request, context: OrganizationContext) async throws -> Response {
        let (bytes, address) = try await address(request)
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes, as: { .noContent },
            doing: {
                try await useCases.suppressions.remove(
                    address, in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    private func address(
        _ request: Request
    ) async throws -> (bytes: [UInt8], address: Result<EmailAddress, Refusal>) {
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        return (bytes, Result { () throws(Refusal) in try EmailAddress(body: bytes) })
    }
}

extension EmailAddress {
    /// Reads a body that names an address and nothing else.
    fileprivate init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["email"])
        let email = members.string("email")
        try members.finish()
        guard let email else { throw .invalidBody([]) }
        try self.init(parsing: email)
    }
}

extension SuppressionBody {
    init(_ suppression: Suppression) {
        self.init(
            hash: suppression.emailHash, source: suppression.source.rawValue,
            createdAt: APITime(suppression.createdAt))
    }
}
