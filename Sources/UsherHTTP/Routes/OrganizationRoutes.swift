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
        let name = try DisplayName(body: try await request.bytes(of: "application/json", settings: settings))
        let organization = try await useCases.createOrganization(
            named: name, as: context.caller, facts: context.facts)
        return Reply.json(OrganizationBody(organization))
    }

    @Sendable private func createKey(_ request: Request, context: OrganizationContext) async throws -> Response {
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let draft = Result { () throws(Refusal) in try KeyDraft(body: bytes) }
        let made = try await useCases.createOrganizationKey(
            draft, in: context.organization, as: context.caller, facts: context.facts)
        return Reply.json(APIKeyCreated(id: made.key.id.rawValue, apiKey: made.text.reveal()))
    }
}
