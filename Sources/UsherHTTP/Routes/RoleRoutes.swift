import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// The roles that organizations make for themselves, and what there is to make them of.
struct RoleRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        router.get("/api/permission") { _, _ in Reply.json(PermissionCatalogue.current) }
        let group = router.group(context: OrganizationContext.self)
        group.post("/api/organization/:organization_id/role", use: create)
        group.get("/api/organization/:organization_id/role", use: list)
        group.get("/api/organization/:organization_id/role/:role_id", use: find)
        group.put("/api/organization/:organization_id/role/:role_id", use: change)
        group.delete("/api/organization/:organization_id/role/:role_id", use: delete)
    }

    private var roles: ManageRoles { useCases.members.roles }

    @Sendable private func create(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let draft = Result { () throws(Refusal) in try ManageRoles.Draft(body: bytes) }
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes, as: { .json(CustomRoleBody($0)) },
            doing: {
                try await roles.create(
                    draft, in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func list(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        var query = ListQuery(request.uri)
        let after: PageCursor<CustomRole>? = query.place(seal)
        try query.finish()
        let page = try await roles.list(
            of: context.organization, after: after, limit: query.limit, as: context.caller)
        var response = Reply.json(page.elements.map(CustomRoleBody.init))
        if let next = page.next {
            let path = "/api/organization/\(context.organization)/role"
            response.headers[.link] = query.link(to: next, at: path, settings: settings, seal: seal)
        }
        return response
    }

    @Sendable private func find(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        return Reply.json(
            CustomRoleBody(try await roles.find(id(context), of: context.organization, as: context.caller)))
    }

    @Sendable private func change(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let edit = Result { () throws(Refusal) in try ManageRoles.Edit(body: bytes) }
        let changed = try await roles.change(
            id(context), edit, in: context.organization, as: context.caller, facts: context.facts)
        return Reply.json(CustomRoleBody(changed))
    }

    @Sendable private func delete(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        try await roles.delete(
            id(context), of: context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    /// What is no id is nobody's: the same 404 as for one, after the same checks.
    private func id(_ context: OrganizationContext) -> ID<CustomRole>? {
        ID(parsing: context.parameters.get("role_id") ?? "")
    }
}
