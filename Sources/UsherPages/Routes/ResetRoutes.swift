import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

/// A new password by mail.
struct ResetRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.get("/reset", use: enter)
        routes.post("/reset", use: send)
        routes.get("/reset/new", use: show)
        routes.post("/reset/new", use: set)
        routes.get("/reset/done", use: done)
        routes.get("/.well-known/change-password") { [kit] _, _ in kit.redirect(to: "/reset") }
    }

    /// The form; or, with a link's secret, on to where the secret stands in no address.
    @Sendable private func enter(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        if let token = visit.query?["token"] {
            let cookie =
                SecretText.isWellFormed(token) ? kit.reset.set(token, maxAge: PageKit.patience) : kit.reset.clear()
            return kit.redirect(to: "/reset/new", cookies: [cookie])
        }
        return kit.page(AccountPages(desk: kit.desk(visit)).reset(email: ""), visit)
    }

    @Sendable private func send(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .reset)
        try kit.countAttempt(visit)
        let text = form["email"] ?? ""
        do {
            let email = try EmailAddress(parsing: text)
            try await kit.useCases.requestPasswordReset(email: email)
            return kit.page(AccountPages(desk: kit.desk(visit)).resetSent(to: email.typed), visit)
        } catch let refusal as Refusal {
            guard let trouble = FormTrouble(refusal, kit.desk(visit)) else { throw refusal }
            let pages = AccountPages(desk: kit.desk(visit), trouble: trouble)
            return kit.page(pages.reset(email: String(text.prefix(320))), visit, .init(code: trouble.status))
        }
    }

    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        try kit.countLookup(visit)
        guard let secret = kit.reset.read(from: request.headers),
            let user = try await kit.useCases.resetPassword.peek(secret: secret)
        else { return dead(visit) }
        return kit.page(AccountPages(desk: kit.desk(visit)).newPassword(of: user), visit)
    }

    @Sendable private func set(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .newPassword)
        try kit.countAttempt(visit)
        guard let secret = kit.reset.read(from: request.headers),
            let user = try await kit.useCases.resetPassword.peek(secret: secret)
        else { return dead(visit) }
        do {
            let password = try Password(parsing: form["password"] ?? "")
            try await kit.useCases.resetPassword(
                secret: secret, password: password,
                check: { [kit] in try kit.check($0, email: $1.email, name: $1.name, organization: nil) },
                facts: visit.facts)
        } catch Refusal.linkInvalid {
            return dead(visit)
        } catch let refusal as Refusal {
            guard let trouble = FormTrouble(refusal, kit.desk(visit)) else { throw refusal }
            let pages = AccountPages(desk: kit.desk(visit), trouble: trouble)
            return kit.page(pages.newPassword(of: user), visit, .init(code: trouble.status))
        }
        // Nobody is signed in by it, and who was signed in here is not any more.
        return kit.redirect(to: "/reset/done", cookies: [kit.reset.clear(), kit.sessions.clear(), kit.visit.clear()])
    }

    private func dead(_ visit: Visit) -> Response {
        kit.page(AccountPages(desk: kit.desk(visit)).resetDead(), visit, .gone, cookies: [kit.reset.clear()])
    }

    @Sendable private func done(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let hasInvitation = kit.code.read(from: request.headers) != nil
        return kit.page(AccountPages(desk: kit.desk(visit)).resetDone(hasInvitation: hasInvitation), visit)
    }
}
