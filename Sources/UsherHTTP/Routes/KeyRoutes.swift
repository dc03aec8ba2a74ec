import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// Keys of organizations and of people. Their text is told once, when they are made.
struct KeyRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let organization = router.group(context: OrganizationContext.self)
        organization.get("/api/organization/api_key", use: list)
        organization.delete("/api/organization/api_key/:api_key_id", use: revoke)
        let person = router.group(context: CallerContext.self)
        person.post("/api/user/api_key", use: createOwn)
        person.get("/api/user/api_key", use: listOwn)
        person.delete("/api/user/api_key/:api_key_id", use: revokeOwn)
    }

    @Sendable private func list(_ request: Request, context: OrganizationContext) async throws -> Response {
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        var query = ListQuery(request.uri)
        let after: PageCursor<APIKey>? = query.place(seal)
        try query.finish()
        let page = try await useCases.members.listKeys(
            of: context.organization, after: after, limit: query.limit, as: context.caller)
        return answer(page, query, "/api/organization/api_key", seal)
    }

    @Sendable private func revoke(_ request: Request, context: OrganizationContext) async throws -> Response {
        let id = ID<APIKey>(parsing: context.parameters.get("api_key_id") ?? "")
        try await useCases.members.revokeKey(id, of: context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    @Sendable private func createOwn(_ request: Request, context: CallerContext) async throws -> Response {
        guard context.caller.user != nil else { throw Refusal.personRequired }
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let draft = try KeyDraft(body: bytes)
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes,
            as: { .json(APIKeyCreated(id: $0.key.id.rawValue, apiKey: $0.text.reveal())) },
            doing: {
                try await useCases.members.createUserKey(
                    draft, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func listOwn(_ request: Request, context: CallerContext) async throws -> Response {
        guard let user = context.caller.user else { throw Refusal.personRequired }
        let seal = CursorSeal(effects: useCases.effects, user: user)
        var query = ListQuery(request.uri)
        let after: PageCursor<APIKey>? = query.place(seal)
        try query.finish()
        let page = try await useCases.members.listUserKeys(after: after, limit: query.limit, as: context.caller)
        return answer(page, query, "/api/user/api_key", seal)
    }

    @Sendable private func revokeOwn(_ request: Request, context: CallerContext) async throws -> Response {
        let id = ID<APIKey>(parsing: context.parameters.get("api_key_id") ?? "")
        try await useCases.members.revokeUserKey(id, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    private func answer(_ page: KeyPage, _ query: ListQuery, _ path: String, _ seal: CursorSeal) -> Response {
        var response = Reply.json(page.elements.map(APIKeyBody.init))
        if let next = page.next {
            response.headers[.link] = query.link(to: next, at: path, settings: settings, seal: seal)
        }
        return response
    }
}
