import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// Who belongs to an organization, and as what; and who owns it next.
struct MemberRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.get("/api/organization/users/:organization_id", use: list)
        group.delete("/api/organization/:organization_id/user/:user_id", use: remove)
        group.put("/api/user", use: change)
        group.post("/api/organization/:organization_id/transfer", use: offer)
        group.get("/api/organization/:organization_id/transfer", use: find)
        group.delete("/api/organization/:organization_id/transfer", use: cancel)
        group.post("/api/organization/:organization_id/transfer/accept", use: accept)
        group.post("/api/organization/:organization_id/transfer/decline", use: decline)
    }

    @Sendable private func list(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        let query = ListQuery(request.uri, filters: ListMembers.Filter.names)
        let filter = Result { () throws(Refusal) in try ListMembers.Filter(query, seal: seal) }
        let page = try await useCases.members.list(of: context.organization, filter, as: context.caller)
        var response = Reply.json(page.members.elements.map { SlimUser($0, of: page.organization) })
        if let next = page.members.next {
            let path = "/api/organization/users/\(context.organization)"
            response.headers[.link] = query.link(to: next, at: path, settings: settings, seal: seal)
        }
        return response
    }

    @Sendable private func change(_ request: Request, context: OrganizationContext) async throws -> Response {
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let draft = Result { () throws(Refusal) in try ChangeMember.Draft(body: bytes) }
        try await useCases.members.change(draft, in: context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    @Sendable private func remove(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let user = ID<User>(parsing: context.parameters.get("user_id") ?? "")
        try await useCases.members.remove(user, of: context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    @Sendable private func offer(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let receiver = Result { () throws(Refusal) in try ID<User>(receiverIn: bytes) }
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes, as: { .json(OwnershipTransferBody($0)) },
            doing: {
                try await useCases.members.offerOwnership(
                    of: context.organization, to: receiver, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func find(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        let found = try await useCases.members.findOwnershipOffer(context.organization, as: context.caller)
        return Reply.json(OwnershipTransferBody(found))
    }

    @Sendable private func cancel(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        try await useCases.members.cancelOwnership(context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }

    @Sendable private func accept(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        return try await useCases.answer(
            request, of: context.keyHolder, as: { .noContent },
            doing: {
                try await useCases.members.answerOwnership.accept(
                    context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func decline(_ request: Request, context: OrganizationContext) async throws -> Response {
        try context.requirePath()
        return try await useCases.answer(
            request, of: context.keyHolder, as: { .noContent },
            doing: {
                try await useCases.members.answerOwnership.decline(
                    context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }
}

extension OrganizationContext {
    /// An organization in the path is the one of the header, or nothing is asked at all.
    func requirePath() throws(Refusal) {
        guard ID<Organization>(parsing: parameters.get("organization_id") ?? "") == organization else {
            throw .organizationMismatch
        }
    }
}
