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
        // Nothing is done that could be done twice: the key need only be one.
        _ = try context.idempotencyKey.get()
        let body = try CodeBody(try await request.bytes(of: "application/json", settings: settings), isAnswer: false)
        let found = try await useCases.lookUpInvitation(code: body.code, facts: context.facts)
        return Reply.json(OfferBody(found.offer, at: found.at))
    }

    @Sendable private func decline(_ request: Request, context: UsherContext) async throws -> Response {
        let key = try context.idempotencyKey.get()
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let body = try CodeBody(bytes, isAnswer: true)
        try await useCases.lookUpInvitation.count(context.facts)
        // Whoever holds the code is who asks.
        let holder = KeyHolder(actor: "code:\(useCases.effects.hash(body.code))", key: key, organization: nil)
        return try await useCases.answer(
            request, of: holder, body: bytes, as: { .noContent },
            doing: {
                try await useCases.declineInvitation(
                    code: body.code, reason: body.answer.reason, report: body.answer.report, facts: context.facts,
                    once: $0)
            })
    }

    @Sendable private func list(_ request: Request, context: CallerContext) async throws -> Response {
        let own = try await useCases.ownInvitations(as: context.caller)
        return Reply.json(own.offers.map { OwnInvitationBody($0, at: own.at) })
    }

    @Sendable private func acceptOwn(_ request: Request, context: CallerContext) async throws -> Response {
        try await useCases.answer(
            request, of: context.keyHolder, as: { .json(JoinedBody($0)) },
            doing: {
                try await useCases.acceptInvitation.own(
                    try context.invitation, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func declineOwn(_ request: Request, context: CallerContext) async throws -> Response {
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let answer = try DeclineAnswer(body: bytes)
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes, as: { .noContent },
            doing: {
                try await useCases.ownInvitations.decline(
                    try context.invitation, reason: answer.reason, report: answer.report, as: context.caller,
                    facts: context.facts, once: $0)
            })
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
