import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// An organization as such: what it is called, what it decided for itself, and its end.
struct OrganizationLifeRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.put("/api/organization", use: change)
        group.get("/api/organization/:organization_id", use: describe)
        group.delete("/api/organization/:organization_id", use: delete)
        group.get("/api/organization/:organization_id/settings", use: readSettings)
        group.patch("/api/organization/:organization_id/settings", use: changeSettings)
        router.group(context: CallerContext.self).post("/api/organization/:organization_id/restore", use: restore)
    }

    @Sendable private func change(_ request: Request, context: OrganizationContext) async throws -> Response {
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let draft = Result { () throws(Refusal) in try ChangeOrganization.Draft(body: bytes) }
        let changed = try await useCases.members.changeOrganization(
            context.organization, draft, as: context.caller, facts: context.facts)
        return Reply.json(OrganizationBody(changed))
    }

    @Sendable private func describe(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let found = try await useCases.members.describeOrganization(context.organization, as: context.caller)
        return Reply.json(OrganizationDetails(organization: OrganizationBody(found)))
    }

    @Sendable private func delete(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        try await useCases.members.deleteOrganization(
            context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    @Sendable private func readSettings(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let found = try await useCases.members.readSettings(of: context.organization, as: context.caller)
        return Reply.json(OrganizationSettingsBody(found))
    }

    @Sendable private func changeSettings(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let bytes = try await request.bytes(
            of: "application/merge-patch+json", "application/json", settings: settings)
        let change = Result { () throws(Refusal) in try SettingsChange(body: bytes) }
        let changed = try await useCases.members.changeSettings(
            of: context.organization, change, as: context.caller, facts: context.facts)
        return Reply.json(OrganizationSettingsBody(changed))
    }

    /// It is in no header what is deleted: nobody can act in it.
    @Sendable private func restore(_ request: Request, context: CallerContext) async throws -> Response {
        let id = ID<Organization>(parsing: context.parameters.get("organization_id") ?? "")
        return try await useCases.answer(
            request, of: context.keyHolder, as: { .json(OrganizationBody($0)) },
            doing: {
                try await useCases.members.restoreOrganization(
                    id, as: context.caller, facts: context.facts, once: $0)
            })
    }
}
