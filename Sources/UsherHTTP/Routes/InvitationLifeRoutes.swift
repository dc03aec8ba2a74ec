import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherUseCases

/// What admins do with an invitation that was sent.
struct InvitationLifeRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        let group = router.group(context: OrganizationContext.self)
        group.post("/api/invitation/:invitation_id/resend", use: resend)
        group.post("/api/invitation/:invitation_id/approve", use: approve)
        group.patch("/api/invitation/:invitation_id", use: edit)
        group.post("/api/invitation/revoke", use: revoke)
    }

    @Sendable private func edit(_ request: Request, context: OrganizationContext) async throws -> Response {
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let edit = Result { () throws(Refusal) in try InvitationEdit(body: bytes) }
        let edited = try await useCases.editInvitation(
            try context.invitation, edit, in: context.organization, as: context.caller, facts: context.facts)
        return Reply.json(InvitationBody(edited.invitation, at: edited.at))
    }

    @Sendable private func approve(_ request: Request, context: OrganizationContext) async throws -> Response {
        let preferences = Preferences(request.headers)
        let reply = try await useCases.approveInvitation(
            try context.invitation, in: context.organization, as: context.caller, facts: context.facts,
            patience: preferences.patience(longest: settings.sendPatience),
            idempotency: useCases.effects.idempotency(of: request, context.keyHolder))
        return try Reply.sending(reply, preferences)
    }

    @Sendable private func revoke(_ request: Request, context: OrganizationContext) async throws -> Response {
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        let asked = Result { () throws(Refusal) in try RevokeInvitations.Request(body: bytes) }
        return try await useCases.answer(
            request, of: context.keyHolder, body: bytes,
            as: { .json(RevokedInvitations(revoked: $0.revoked, more: $0.hasMore)) },
            doing: {
                try await useCases.revokeInvitations(
                    asked, in: context.organization, as: context.caller, facts: context.facts, once: $0)
            })
    }

    @Sendable private func resend(_ request: Request, context: OrganizationContext) async throws -> Response {
        let preferences = Preferences(request.headers)
        let id = try context.invitation
        let idempotency = useCases.effects.idempotency(of: request, context.keyHolder)
        let reply = try await useCases.resendInvitation(
            ResendInvitation.Request(
                invitation: id, organization: context.organization, caller: context.caller, idempotency: idempotency,
                facts: context.facts, patience: preferences.patience(longest: settings.sendPatience)))
        return try Reply.sending(reply, preferences)
    }
}

extension OrganizationContext {
    /// The invitation that the path names; what is no id is no invitation.
    var invitation: ID<Invitation> {
        get throws(Refusal) {
            guard let id = ID<Invitation>(parsing: parameters.get("invitation_id") ?? "") else {
                throw .invitationNotFound
            }
            return id
        }
    }
}

extension Reply {
    /// What became of a letter: 204, 202 with the invitation's path, or the relay's refusal.
    static func sending(
        _ reply: SendInvitation.Reply, _ preferences: Preferences
    ) throws(Refusal) -> Response {
        let limits = RateLimitFields.fields(reply.quotas)
        switch reply.outcome {
        case .sent: return empty(.noContent, limits)
        case .refused(let code): throw .recipientRefused(code: code)
        case .underWay(let id):
            var response = empty(.accepted, limits)
            response.headers[.location] = "/api/invitation/\(id)"
            response.headers[.preferenceApplied] = preferences.applied
            return response
        }
    }
}
