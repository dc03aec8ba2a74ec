import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// Domains that the DNS proves, and requests to join.
struct DomainRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.post("/api/organization/:organization_id/domain", use: create)
        group.get("/api/organization/:organization_id/domain", use: list)
        group.get("/api/organization/:organization_id/domain/:domain_id", use: get)
        group.put("/api/organization/:organization_id/domain/:domain_id", use: change)
        group.delete("/api/organization/:organization_id/domain/:domain_id", use: remove)
        group.post("/api/organization/:organization_id/domain/:domain_id/verify", use: verify)
        group.get("/api/organization/:organization_id/join_request", use: listRequests)
        group.post("/api/organization/:organization_id/join_request/:request_id/approve", use: approve)
        group.post("/api/organization/:organization_id/join_request/:request_id/refuse", use: refuse)
        let own = router.group(context: CallerContext.self)
        own.get("/api/auth/me/organization", use: open)
        own.post("/api/auth/me/organization/:organization_id/join", use: join)
        own.delete("/api/auth/me/organization/:organization_id/join", use: withdraw)
    }

    // MARK: Domains

    @Sendable private func create(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let draft = Result { () throws(Refusal) in try DomainDraft(body: bytes) }
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes, as: { .json(DomainBody($0)) },
            doing: {
                try await useCases.domains.add(
                    draft, to: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func list(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        var query = ListQuery(request.uri)
        let after: PageCursor<OrganizationDomain>? = query.place(seal)
        try query.finish()
        let page = try await useCases.domains.list(
            of: context.organization, after: after, limit: query.limit, as: context.caller)
        var response = Reply.json(page.elements.map { DomainBody($0) })
        if let next = page.next {
            let path = "/api/organization/\(context.organization)/domain"
            response.headers[.link] = query.link(to: next, at: path, settings: settings, seal: seal)
        }
        return response
    }

    @Sendable private func get(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        return Reply.json(
            DomainBody(try await useCases.domains.find(domain(context), in: context.organization, as: context.caller)))
    }

    @Sendable private func change(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let change = Result { () throws(Refusal) in try DomainChange(body: bytes) }
        return Reply.json(
            DomainBody(
                try await useCases.domains.change(
                    domain(context), change, in: context.organization, as: context.caller, facts: context.facts)))
    }

    @Sendable private func remove(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        try await useCases.domains.remove(
            domain(context), from: context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    @Sendable private func verify(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        return try await useCases.answer(
            request, of: context.keyHolder, as: { .json(DomainBody($0)) },
            doing: {
                try await useCases.verifyDomain(
                    domain(context), in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    /// What is no id is nobody's: the same 404 as for one, after the same checks.
    private func domain(_ context: OrganizationContext) -> ID<OrganizationDomain> {
        ID(parsing: context.parameters.get("domain_id") ?? "") ?? ID(rawValue: "")
    }

    // MARK: Requests

    @Sendable private func listRequests(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        let query = ListQuery(request.uri, filters: DecideJoinRequests.Query.names)
        let wanted = Result { () throws(Refusal) in try DecideJoinRequests.Query(query, seal: seal) }
        let page = try await useCases.joinRequests.list(of: context.organization, wanted, as: context.caller)
        var response = Reply.json(page.requests.elements.map { JoinRequestBody($0, at: page.at) })
        if let next = page.requests.next {
            let path = "/api/organization/\(context.organization)/join_request"
            response.headers[.link] = query.link(to: next, at: path, settings: settings, seal: seal)
        }
        return response
    }

    @Sendable private func approve(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let role = Result { () throws(Refusal) in try ApprovalBody(bytes).role }
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes, as: decided,
            doing: {
                try await useCases.joinRequests.approve(
                    asked(context), in: context.organization, role: role, as: context.caller, facts: context.facts,
                    once: $0)
            })
    }

    @Sendable private func refuse(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requireOwnPath()
        return try await useCases.answer(
            request, of: context.keyHolder, as: decided,
            doing: {
                try await useCases.joinRequests.refuse(
                    asked(context), in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func decided(_ asked: DecideJoinRequests.Asked) -> Rendered {
        .json(JoinRequestBody(asked, at: useCases.effects.now()))
    }

    private func asked(_ context: OrganizationContext) -> ID<JoinRequest> {
        ID(parsing: context.parameters.get("request_id") ?? "") ?? ID(rawValue: "")
    }

    // MARK: One's own

    @Sendable private func open(_ request: Request, context: CallerContext) async throws -> Response {
        Reply.json(try await useCases.joinByDomain.list(as: context.caller).map { OpenOrganizationBody($0) })
    }

    @Sendable private func join(_ request: Request, context: CallerContext) async throws -> Response {
        try await useCases.answer(
            request, of: context.keyHolder,
            as: { step in
                if case .joined = step { return .json(JoiningBody(step)) }
                return .json(JoiningBody(step), status: .accepted)
            },
            doing: {
                try await useCases.joinByDomain.join(
                    organization(context), as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func withdraw(_ request: Request, context: CallerContext) async throws -> Response {
        try await useCases.joinByDomain.withdraw(
            from: organization(context), as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    private func organization(_ context: CallerContext) -> ID<Organization> {
        ID(parsing: context.parameters.get("organization_id") ?? "") ?? ID(rawValue: "")
    }
}
