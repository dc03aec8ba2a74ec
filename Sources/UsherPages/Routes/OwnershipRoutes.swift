import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherUseCases

/// The page that the letter about an offer of ownership leads to: looking is looking, and a form takes it or leaves it.
struct OwnershipRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.get("/ownership/:organization_id/:transfer_id", use: show)
        routes.post("/ownership/:organization_id/:transfer_id/accept", use: accept)
        routes.post("/ownership/:organization_id/:transfer_id/decline", use: decline)
    }

    private typealias Subject = PageSubject<OwnershipTransfer>

    private func subject(_ context: UsherContext) throws(Refusal) -> Subject {
        try Subject(context, in: "ownership", "transfer_id", orRefuse: .transferNotFound)
    }

    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let (visit, subject) = (kit.visit(request, context), try subject(context))
        guard let caller = context.caller, visit.person != nil else {
            return kit.redirect(to: "/signin?next=\(subject.path)")
        }
        let found = try await kit.useCases.openOwnershipOffer(subject.id, of: subject.organization, as: caller)
        let page = OwnershipPages(desk: kit.desk(visit)).page(found, at: subject.path)
        return kit.page(page.view, visit, .init(code: page.status))
    }

    @Sendable private func accept(_ request: Request, context: UsherContext) async throws -> Response {
        try await answer(request, context, .takeOwnership) { subject, caller, facts in
            try await kit.useCases.members.answerOwnership.accept(
                subject.organization, offer: subject.id, as: caller, facts: facts)
        }
    }

    @Sendable private func decline(_ request: Request, context: UsherContext) async throws -> Response {
        try await answer(request, context, .leaveOwnership) { subject, caller, facts in
            try await kit.useCases.members.answerOwnership.decline(
                subject.organization, offer: subject.id, as: caller, facts: facts)
        }
    }

    /// The page tells afterwards how it stands, also when it stood otherwise before: a form that was sent twice, or an offer
    /// that was withdrawn meanwhile.
    private func answer(
        _ request: Request, _ context: UsherContext, _ purpose: FormPurpose,
        _ work: (Subject, Caller, RequestFacts) async throws -> Void
    ) async throws -> Response {
        let (visit, subject) = (kit.visit(request, context), try subject(context))
        _ = try await kit.form(request, visit, for: purpose)
        guard let caller = context.caller, visit.person != nil else { throw Refusal.notSignedIn }
        do { try await work(subject, caller, visit.facts) } catch Refusal.transferNotFound, Refusal.notAMember {}
        return kit.redirect(to: subject.path)
    }
}
