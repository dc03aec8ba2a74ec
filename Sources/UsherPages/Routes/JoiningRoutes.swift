import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherUseCases

/// By one's own address into an organization: joining, asking, and the page where an admin decides.
struct JoiningRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.get("/organizations", use: own)
        routes.post("/organizations/join", use: join)
        routes.post("/organizations/withdraw", use: withdraw)
        routes.get("/joining/:organization_id/:request_id", use: show)
        routes.post("/joining/:organization_id/:request_id/approve", use: approve)
        routes.post("/joining/:organization_id/:request_id/refuse", use: refuse)
    }

    // MARK: One's own

    @Sendable private func own(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        guard let caller = context.caller, visit.person != nil else {
            return kit.redirect(to: "/signin?next=/organizations")
        }
        let pages = JoiningPages(desk: kit.desk(visit))
        let profile = try await kit.useCases.describeCaller(caller)
        return kit.page(pages.own(try await first(caller), email: profile.user.email.typed), visit)
    }

    /// One at a time: the organization of one's domain, or else the newest that was asked.
    private func first(_ caller: Caller) async throws -> OpenOrganization? {
        do {
            return try await kit.useCases.joinByDomain.list(as: caller).first
        } catch Refusal.addressUnverified {
            return nil
        }
    }

    @Sendable private func join(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .joinOpen)
        guard let caller = context.caller, visit.person != nil else { throw Refusal.notSignedIn }
        guard let found = try await first(caller), found.organization.id.rawValue == form["organization"] else {
            return kit.redirect(to: "/organizations")
        }
        let pages = JoiningPages(desk: kit.desk(visit))
        let email = try await kit.useCases.describeCaller(caller).user.email.typed
        do {
            switch try await kit.useCases.joinByDomain.join(found.organization.id, as: caller, facts: visit.facts) {
            case .joined: return kit.page(pages.done(found, waits: false, email: email), visit)
            case .waits: return kit.page(pages.done(found, waits: true, email: email), visit)
            case .requested: return kit.redirect(to: "/organizations")
            }
        } catch let refusal as Refusal {
            guard let view = pages.trouble(refusal, found) else { throw refusal }
            return kit.page(view, visit, .forbidden)
        }
    }

    @Sendable private func withdraw(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .joinWithdraw)
        guard let caller = context.caller, visit.person != nil else { throw Refusal.notSignedIn }
        guard let organization = ID<Organization>(parsing: form["organization"] ?? "") else {
            return kit.redirect(to: "/organizations")
        }
        do {
            try await kit.useCases.joinByDomain.withdraw(from: organization, as: caller, facts: visit.facts)
        } catch Refusal.requestNotFound {
            // It was decided meanwhile: the page tells what became of it.
        }
        return kit.redirect(to: "/organizations")
    }

    // MARK: Deciding

    private typealias Subject = PageSubject<JoinRequest>

    private func subject(_ context: UsherContext) throws(Refusal) -> Subject {
        try Subject(context, in: "joining", "request_id", orRefuse: .requestNotFound)
    }

    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let (visit, subject) = (kit.visit(request, context), try subject(context))
        guard let caller = context.caller, visit.person != nil else {
            return kit.redirect(to: "/signin?next=\(subject.path)")
        }
        let found = try await kit.useCases.joinRequests.find(subject.id, in: subject.organization, as: caller)
        return kit.page(
            JoiningPages(desk: kit.desk(visit)).request(found.asked, found.organization, at: found.at), visit)
    }

    @Sendable private func approve(_ request: Request, context: UsherContext) async throws -> Response {
        let (visit, subject) = (kit.visit(request, context), try subject(context))
        _ = try await kit.form(request, visit, for: .approve)
        guard let caller = context.caller, visit.person != nil else { throw Refusal.notSignedIn }
        do {
            _ = try await kit.useCases.joinRequests.approve(
                subject.id, in: subject.organization, role: .success(nil), as: caller, facts: visit.facts)
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
        let pages = JoiningPages(desk: kit.desk(visit))
        guard
            let found = try? await kit.useCases.joinRequests.find(
                subject.id, in: subject.organization, as: caller),
            let trouble = pages.trouble(refusal, role: found.asked.request.role)
        else { throw refusal }
        return kit.page(
            pages.request(found.asked, found.organization, at: found.at, trouble: trouble), visit, .conflict)
    }

    @Sendable private func refuse(_ request: Request, context: UsherContext) async throws -> Response {
        let (visit, subject) = (kit.visit(request, context), try subject(context))
        _ = try await kit.form(request, visit, for: .refuse)
        guard let caller = context.caller, visit.person != nil else { throw Refusal.notSignedIn }
        do {
            _ = try await kit.useCases.joinRequests.refuse(
                subject.id, in: subject.organization, as: caller, facts: visit.facts)
        } catch Refusal.requestNotOpen {
            return kit.redirect(to: subject.path)
        }
        return kit.redirect(to: subject.path)
    }
}
