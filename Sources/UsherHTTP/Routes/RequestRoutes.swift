import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// Requests for new links: list, approve, refuse.
struct RequestRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.get("/api/invitation/request", use: list)
        group.post("/api/invitation/request/:request_id/approve", use: approve)
        group.post("/api/invitation/request/:request_id/refuse", use: refuse)
    }

    @Sendable private func list(_ request: Request, context: OrganizationContext) async throws -> Response {
        let seal = CursorSeal(effects: useCases.effects, organization: context.organization)
        let query = try InvitationQuery(request.uri, seal: seal)
        let unknown = request.uri.queryParameters.filter { !["limit", "cursor"].contains($0.key) }
        guard unknown.isEmpty else {
            throw Refusal.invalidQuery(unknown.map { FieldProblem(String($0.key.prefix(64)), .unknown) })
        }
        let page = try await useCases.listRequests(
            of: context.organization, after: query.after, limit: query.limit, as: context.caller)
        var response = Reply.json(page.requests.map { InvitationRequestBody($0.request, $0.invitation) })
        if let next = page.next {
            let address = "\(settings.publicURL.origin)/api/invitation/request"
            response.headers[.link] = "<\(address)?limit=\(query.limit)&cursor=\(seal.close(next))>; rel=\"next\""
        }
        return response
    }

    @Sendable private func approve(_ request: Request, context: OrganizationContext) async throws -> Response {
        try await useCases.answer(
            request, of: context.keyHolder,
            as: { .json(InvitationRequestBody($0.request, $0.offer.invitation)) },
            doing: {
                try await useCases.approveRequest(
                    try id(context), in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func refuse(_ request: Request, context: OrganizationContext) async throws -> Response {
        try await useCases.answer(
            request, of: context.keyHolder,
            as: { .json(InvitationRequestBody($0.request, $0.offer.invitation)) },
            doing: {
                try await useCases.refuseRequest(
                    try id(context), in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    /// What is no id belongs to no request; the answer waits for who asks.
    private func id(_ context: OrganizationContext) throws(Refusal) -> ID<InvitationRequest> {
        guard let id = ID<InvitationRequest>(parsing: context.parameters.get("request_id") ?? "") else {
            throw .requestNotFound
        }
        return id
    }
}

extension InvitationRequestBody {
    init(_ request: InvitationRequest, _ invitation: Invitation) {
        self.init(
            id: request.id.rawValue, organizationID: request.organization.rawValue,
            invitationID: request.invitation.rawValue, email: invitation.email.typed,
            otherEmail: request.otherEmail?.typed, role: invitation.role.rawValue,
            customRole: invitation.customRole.map(RoleReference.init), status: request.status.rawValue,
            askedAt: APITime(request.askedAt), decidedAt: request.decidedAt.map(APITime.init))
    }
}
