import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// What the invited person does: with the code of a letter and no account, or signed in with their own address.
struct InviteeRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        router.post("/api/invitation/lookup", use: lookUp)
        router.post("/api/invitation/decline", use: decline)
        let own = router.group(context: CallerContext.self)
        own.get("/api/auth/me/invitation", use: list)
        own.post("/api/auth/me/invitation/:invitation_id/accept", use: acceptOwn)
        own.post("/api/auth/me/invitation/:invitation_id/decline", use: declineOwn)
    }

    @Sendable private func lookUp(_ request: Request, context: UsherContext) async throws -> Response {
        let body = try CodeBody(try await request.bytes(of: "application/json", settings: settings), isAnswer: false)
        let found = try await useCases.lookUpInvitation(code: body.code, facts: context.facts)
        return Reply.json(OfferBody(found.offer, at: found.at))
    }

    @Sendable private func decline(_ request: Request, context: UsherContext) async throws -> Response {
        let body = try CodeBody(try await request.bytes(of: "application/json", settings: settings), isAnswer: true)
        try await useCases.lookUpInvitation.count(context.facts)
        try await useCases.declineInvitation(
            code: body.code, reason: body.answer.reason, report: body.answer.report, facts: context.facts)
        return Reply.empty(.noContent)
    }

    @Sendable private func list(_ request: Request, context: CallerContext) async throws -> Response {
        let own = try await useCases.ownInvitations(as: context.caller)
        return Reply.json(own.offers.map { OwnInvitationBody($0, at: own.at) })
    }

    @Sendable private func acceptOwn(_ request: Request, context: CallerContext) async throws -> Response {
        let joined = try await useCases.acceptInvitation.own(
            try context.invitation, as: context.caller, facts: context.facts)
        return Reply.json(JoinedBody(joined))
    }

    @Sendable private func declineOwn(_ request: Request, context: CallerContext) async throws -> Response {
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let answer = try DeclineAnswer(body: bytes)
        try await useCases.ownInvitations.decline(
            try context.invitation, reason: answer.reason, report: answer.report, as: context.caller,
            facts: context.facts)
        return Reply.empty(.noContent)
    }
}

extension CallerContext {
    fileprivate var invitation: ID<Invitation> {
        get throws(Refusal) {
            guard let id = ID<Invitation>(parsing: parameters.get("invitation_id") ?? "") else {
                throw .invitationNotFound
            }
            return id
        }
    }
}
