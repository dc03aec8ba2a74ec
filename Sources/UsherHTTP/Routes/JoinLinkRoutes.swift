import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// Links that many can join by: make, list, look at, tell who came, withdraw.
struct JoinLinkRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.post("/api/organization/:organization_id/link", use: create)
        group.get("/api/organization/:organization_id/link", use: list)
        group.get("/api/organization/:organization_id/link/:link_id", use: get)
        group.get("/api/organization/:organization_id/link/:link_id/use", use: uses)
        group.delete("/api/organization/:organization_id/link/:link_id", use: revoke)
    }

    @Sendable private func create(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let draft = Result { () throws(Refusal) in try JoinLinkDraft(body: bytes) }
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes,
            as: { [settings] made in
                .json(
                    JoinLinkCreated(
                        id: made.link.id.rawValue,
                        url: "\(settings.publicURL.origin)/join?code=\(made.secret.reveal())",
                        link: JoinLinkBody(made.link, at: made.link.createdAt)))
            },
            doing: {
                try await useCases.createJoinLink(
                    draft, in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func list(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        let query = try JoinLinkQuery(request.uri, seal: seal)
        let page = try await useCases.listJoinLinks(
            of: context.organization, after: query.after, limit: query.limit, as: context.caller)
        var response = Reply.json(page.links.map { JoinLinkBody($0, at: page.at) })
        if let next = page.next { response.headers[.link] = query.link(to: next, settings: settings, seal: seal) }
        return response
    }

    @Sendable private func get(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let found = try await useCases.findJoinLink(link(context), in: context.organization, as: context.caller)
        return Reply.json(
            JoinLinkDetail(link: JoinLinkBody(found.link, at: found.at), uses: found.uses.map(JoinLinkUseBody.init)))
    }

    @Sendable private func uses(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let id = link(context)
        // A place in the uses of one link is none in those of another.
        let seal = CursorSeal(effects: useCases.effects, organization: ID(rawValue: "\(context.organization)/\(id)"))
        var query = ListQuery(request.uri)
        let after: PageCursor<Invitation>? = query.place(seal)
        try query.finish()
        let page = try await useCases.listJoinLinkUses(
            of: id, in: context.organization, after: after, limit: query.limit, as: context.caller)
        var response = Reply.json(page.elements.map(JoinLinkUseBody.init))
        if let next = page.next {
            response.headers[.link] = query.link(
                to: next, at: "/api/organization/\(context.organization)/link/\(id)/use", settings: settings, seal: seal
            )
        }
        return response
    }

    @Sendable private func revoke(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        try await useCases.revokeJoinLink(
            link(context), in: context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    /// What is no id is nobody's: the same 404 as for one, after the same checks.
    private func link(_ context: OrganizationContext) -> ID<JoinLink> {
        ID(parsing: context.parameters.get("link_id") ?? "") ?? ID(rawValue: "")
    }
}
