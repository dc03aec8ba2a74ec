import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherUseCases

/// "Don't invite me again", by the mail program's own button (RFC 8058).
struct LetterRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.get("/letter/unsubscribe", use: show)
        routes.post("/letter/unsubscribe", use: unsubscribe)
    }

    /// What the address names; its token proves that a letter of ours carried it.
    private struct Claim {
        let invitation: ID<Invitation>
        let organization: ID<Organization>
        let token: String

        init?(_ fields: FormFields?) {
            guard let fields, let invitation = ID<Invitation>(parsing: fields["i"] ?? ""),
                let organization = ID<Organization>(parsing: fields["o"] ?? ""), let token = fields["t"]
            else { return nil }
            self.invitation = invitation
            self.organization = organization
            self.token = token
        }

        var address: String {
            "/letter/unsubscribe?i=\(invitation)&o=\(organization)&t=\(token)"
        }
    }

    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        guard let claim = Claim(visit.query), SecretText.isWellFormed(claim.token) else { throw HTTPError(.notFound) }
        return kit.page(NoticePages(words: visit.words).unsubscribe(address: claim.address), visit)
    }

    /// Comes from mail providers, without cookies and without a page of ours before it; so the token is all the proof,
    /// and there is no redirect.
    @Sendable private func unsubscribe(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        guard let claim = Claim(visit.query), SecretText.isWellFormed(claim.token) else { throw HTTPError(.notFound) }
        let isDone = try await kit.useCases.declineInvitation.unsubscribe(
            claim.invitation, of: claim.organization, token: claim.token, facts: visit.facts)
        guard isDone else { throw HTTPError(.notFound) }
        return kit.page(NoticePages(words: visit.words).unsubscribed(), visit)
    }
}
