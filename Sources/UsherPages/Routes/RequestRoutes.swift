import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherUseCases

/// From a dead link to one that works: asking, and the page where an admin decides.
struct RequestRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.post("/invitation/ask", use: ask)
        routes.get("/invitation/asked") { try await told($0, $1) { $0.asked() } }
        routes.get("/invitation/again") { try await told($0, $1) { $0.sentAgain() } }
        routes.get("/request/:organization_id/:request_id", use: show)
        routes.post("/request/:organization_id/:request_id/approve", use: approve)
        routes.post("/request/:organization_id/:request_id/refuse", use: refuse)
    }

    // MARK: Asking

    /// No account is needed: the code in the cookie is the proof of who asks.
    @Sendable private func ask(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        _ = try await kit.form(request, visit, for: .ask)
        guard let code = kit.code.read(from: request.headers) else { return kit.redirect(to: "/invitation") }
        do {
            let answer = try await kit.useCases.askForInvitation(
                code: code, as: visit.person?.user, facts: visit.facts)
            switch answer {
            case .asked: return kit.redirect(to: "/invitation/asked")
            case .sentAgain: return kit.redirect(to: "/invitation/again")
            case .nothingToAsk: return kit.redirect(to: "/invitation")
            }
        } catch Refusal.invitationNotFound {
            return kit.redirect(to: "/invitation")
        }
    }

    private func told(
        _ request: Request, _ context: UsherContext, _ view: @Sendable (RequestPages) -> PageView
    ) async throws -> Response {
        let visit = kit.visit(request, context)
        return kit.page(view(RequestPages(desk: kit.desk(visit))), visit)
    }

    // MARK: Deciding

    private typealias Subject = PageSubject<InvitationRequest>

    private func subject(_ context: UsherContext) throws(Refusal) -> Subject {
        try Subject(context, in: "request", "request_id", orRefuse: .requestNotFound)
    }

    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let (visit, subject) = (kit.visit(request, context), try subject(context))
        guard let caller = context.caller, visit.person != nil else {
            return kit.redirect(to: "/signin?next=\(subject.path)")
        }
        let found = try await kit.useCases.findRequest(subject.id, in: subject.organization, as: caller)
        return kit.page(RequestPages(desk: kit.desk(visit)).page(found.request, found.offer), visit)
    }

    @Sendable private func approve(_ request: Request, context: UsherContext) async throws -> Response {
        let (visit, subject) = (kit.visit(request, context), try subject(context))
        _ = try await kit.form(request, visit, for: .approve)
        guard let caller = context.caller, visit.person != nil else { throw Refusal.notSignedIn }
        do {
            _ = try await kit.useCases.approveRequest(
                subject.id, in: subject.organization, as: caller, facts: visit.facts)
        } catch Refusal.requestNotOpen {
            return kit.redirect(to: subject.path)
        } catch let refusal as Refusal {
            return try await explain(refusal, subject, caller, visit)
        }
        return kit.redirect(to: subject.path)
    }

    private func explain(
        _ refusal: Refusal, _ subject: Subject, _ caller: Caller, _ visit: Visit
    ) async throws -> Response {
        let pages = RequestPages(desk: kit.desk(visit))
        guard
            let found = try? await kit.useCases.findRequest(subject.id, in: subject.organization, as: caller),
            let trouble = pages.trouble(refusal, role: found.offer.invitation.held)
        else { throw refusal }
        return kit.page(pages.page(found.request, found.offer, trouble: trouble), visit, .conflict)
    }

    @Sendable private func refuse(_ request: Request, context: UsherContext) async throws -> Response {
        let (visit, subject) = (kit.visit(request, context), try subject(context))
        _ = try await kit.form(request, visit, for: .refuse)
        guard let caller = context.caller, visit.person != nil else { throw Refusal.notSignedIn }
        do {
            _ = try await kit.useCases.refuseRequest(
                subject.id, in: subject.organization, as: caller, facts: visit.facts)
        } catch Refusal.requestNotOpen {
            return kit.redirect(to: subject.path)
        }
        return kit.redirect(to: subject.path)
    }
}
