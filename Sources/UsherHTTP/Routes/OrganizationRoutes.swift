import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// Making organizations and keys of them.
struct OrganizationRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        router.group(context: CallerContext.self).post("/api/organization", use: create)
        router.group(context: OrganizationContext.self).post("/api/organization/api_key", use: createKey)
    }

    @Sendable private func create(_ request: Request, context: CallerContext) async throws -> Response {
        guard context.caller.user != nil else { throw Refusal.personRequired }
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let name = try DisplayName(body: bytes)
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes, as: { .json(OrganizationBody($0)) },
            doing: {
                try await useCases.createOrganization(
                    named: name, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func createKey(_ request: Request, context: OrganizationContext) async throws -> Response {
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let draft = Result { () throws(Refusal) in try KeyDraft(body: bytes) }
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes,
            as: { .json(APIKeyCreated(id: $0.key.id.rawValue, apiKey: $0.text.reveal())) },
            doing: {
                try await useCases.createOrganizationKey(
                    draft, in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }
}
