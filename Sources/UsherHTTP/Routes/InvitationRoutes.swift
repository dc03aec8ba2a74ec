import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// Invitations: send, list, get, revoke.
struct InvitationRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.post("/api/invitation", use: send)
        group.get("/api/invitations/:organization_id", use: list)
        group.get("/api/invitation/:invitation_id", use: get)
        group.delete("/api/invitation/:invitation_id", use: revoke)
    }

    @Sendable private func send(_ request: Request, context: OrganizationContext) async throws -> Response {
        let preferences = Preferences(request.headers)
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let draft = Result { () throws(Refusal) in try InvitationDraft(body: bytes) }
        let idempotency = useCases.effects.idempotency(of: request, context.keyHolder, body: bytes)
        let reply = try await useCases.sendInvitation(
            SendInvitation.Request(
                organization: context.organization, caller: context.caller, draft: draft, idempotency: idempotency,
                facts: context.facts, patience: preferences.patience(longest: settings.sendPatience)))
        return try Reply.sending(reply, preferences)
    }

    /// One invitation; with the organization's own id the list, as older clients call it.
    @Sendable private func get(_ request: Request, context: OrganizationContext) async throws -> Response {
        let path = context.parameters.get("invitation_id") ?? ""
        if ID<Organization>(parsing: path) == context.organization { return try await list(request, context: context) }
        guard let id = ID<Invitation>(parsing: path) else { throw Refusal.invitationNotFound }
        // One invitation has no filters: what the list's query would refuse, is refused here too.
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        _ = try InvitationQuery(request.uri, seal: seal)
        let found = try await useCases.findInvitation(id, in: context.organization, as: context.caller)
        return Reply.json(InvitationDetails(found))
    }

    @Sendable private func list(_ request: Request, context: OrganizationContext) async throws -> Response {
        let path = context.parameters.get("organization_id") ?? context.parameters.get("invitation_id") ?? ""
        guard ID<Organization>(parsing: path) == context.organization else { throw Refusal.organizationMismatch }
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        let query = try InvitationQuery(request.uri, seal: seal)
        let page = try await useCases.listInvitations(
            of: context.organization, matching: query.filter, after: query.after, limit: query.limit,
            as: context.caller)
        var response = Reply.json(page.invitations.map { InvitationBody($0, at: page.at) })
        if let next = page.next { response.headers[.link] = query.link(to: next, settings: settings, seal: seal) }
        return response
    }

    @Sendable private func revoke(_ request: Request, context: OrganizationContext) async throws -> Response {
        guard let id = ID<Invitation>(parsing: context.parameters.get("invitation_id") ?? "") else {
            throw Refusal.invitationNotFound
        }
        try await useCases.revokeInvitation(id, in: context.organization, as: context.caller, facts: context.facts)
        return Reply.empty(.noContent)
    }
}
