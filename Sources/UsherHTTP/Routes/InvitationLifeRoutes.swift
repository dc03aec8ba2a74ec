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
    }

    @Sendable private func resend(_ request: Request, context: OrganizationContext) async throws -> Response {
        let key = try IdempotencyKeyField.read(request.headers)
        let preferences = Preferences(request.headers)
        let id = try context.invitation
        let idempotency = key.map { key in
            IdempotencyRequest(
                key: key,
                fingerprint: useCases.effects.fingerprint(
                    of: Array(id.rawValue.utf8), to: ResendInvitation.route, in: context.organization))
        }
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
