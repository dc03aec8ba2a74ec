import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

/// To an invitation without its link: by the invited address and the short code from the letter.
struct ShortCodeRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.get("/code", use: show)
        routes.post("/code", use: open)
    }

    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        return kit.page(AccountPages(desk: kit.desk(visit)).shortCode(email: ""), visit)
    }

    @Sendable private func open(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .shortCode)
        try kit.countAttempt(visit)
        let desk = kit.desk(visit)
        guard let email = try? EmailAddress(parsing: form["email"] ?? "") else {
            return back(FormTrouble(400, desk.words.html(.emailWrong), at: "email"), form, visit)
        }
        // What cannot be a code is none of the few tries.
        guard let typed = ShortCode(typed: form["short_code"] ?? "") else {
            return back(FormTrouble(400, desk.words.html(.shortCodeMalformed), at: "short_code"), form, visit)
        }
        guard let code = try await kit.useCases.openByShortCode(email: email, code: typed) else {
            return back(FormTrouble(400, desk.words.html(.shortCodeWrong), at: "short_code"), form, visit)
        }
        return kit.redirect(to: "/invitation", cookies: [kit.code.set(code, maxAge: PageKit.patience)])
    }

    private func back(_ trouble: FormTrouble, _ form: FormFields, _ visit: Visit) -> Response {
        let email = String((form["email"] ?? "").prefix(320))
        let pages = AccountPages(desk: kit.desk(visit), trouble: trouble)
        return kit.page(pages.shortCode(email: email), visit, .init(code: trouble.status))
    }
}
