import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

/// Sign-in, sign-out and the account's page.
struct SignInRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.get("/", use: start)
        routes.get("/signin", use: show)
        routes.post("/signin", use: signIn)
        routes.post("/signout", use: signOut)
        routes.get("/account", use: account)
    }

    @Sendable private func start(_ request: Request, context: UsherContext) async throws -> Response {
        kit.redirect(to: kit.visit(request, context).person == nil ? "/signin" : "/account")
    }

    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let next = NextPage(visit.query?["next"])
        guard visit.person == nil else { return kit.redirect(to: (next ?? .account).rawValue) }
        let hasSignUp = try await kit.useCases.signUpByDomain.isOffered()
        return kit.page(
            AccountPages(desk: kit.desk(visit)).signIn(email: "", next: next?.rawValue, hasSignUp: hasSignUp), visit)
    }

    @Sendable private func signIn(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .signIn)
        try kit.countAttempt(visit)
        let next = NextPage(form["next"])
        do {
            let session = try await kit.useCases.signIn(
                email: try EmailAddress(parsing: form["email"] ?? ""), password: try kit.typedPassword(form),
                former: visit.person?.session, facts: visit.facts)
            return kit.redirect(to: (next ?? .account).rawValue, cookies: kit.cookies(of: session))
        } catch let refusal as Refusal {
            guard let trouble = FormTrouble(refusal, kit.desk(visit)) else { throw refusal }
            let pages = AccountPages(desk: kit.desk(visit), trouble: trouble)
            let view = pages.signIn(
                email: String((form["email"] ?? "").prefix(320)), next: next?.rawValue,
                hasSignUp: try await kit.useCases.signUpByDomain.isOffered())
            return kit.page(view, visit, .init(code: trouble.status))
        }
    }

    @Sendable private func signOut(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .signOut)
        if let person = visit.person {
            try await kit.useCases.signOut(session: person.session, user: person.user, facts: visit.facts)
        }
        var response = kit.redirect(
            to: (NextPage(form["next"]) ?? .signIn).rawValue, cookies: [kit.sessions.clear(), kit.visit.clear()])
        // Not "cookies": that would take those of every host of the domain, the application's among them.
        if let name = HTTPField.Name("Clear-Site-Data") { response.headers[name] = "\"cache\", \"storage\"" }
        return response
    }

    @Sendable private func account(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        guard let caller = context.caller, visit.person != nil else { return kit.redirect(to: "/signin?next=/account") }
        let profile = try await kit.useCases.describeCaller(caller)
        return kit.page(AccountPages(desk: kit.desk(visit)).account(profile), visit)
    }
}

/// Where a form may lead afterwards. A closed list: no text from outside becomes an address.
struct NextPage: Equatable {
    static let account = NextPage(rawValue: "/account")
    static let signIn = NextPage(rawValue: "/signin")
    private static let others: Set<String> = ["/account", "/invitation", "/organizations", "/signin"]

    let rawValue: String

    private init(rawValue: String) { self.rawValue = rawValue }

    init?(_ text: String?) {
        guard let text else { return nil }
        if Self.others.contains(text) {
            rawValue = text
            return
        }
        // The page of one request or of one offer of ownership, whose parts can be nothing but ids.
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, ["request", "joining", "ownership"].contains(parts[1]),
            let organization = ID<Organization>(parsing: parts[2]),
            let subject = ID<InvitationRequest>(parsing: parts[3])
        else { return nil }
        rawValue = "/\(parts[1])/\(organization)/\(subject)"
    }
}

extension PageKit {
    /// A password that is compared and not set: one that cannot be anybody's is simply wrong.
    func typedPassword(_ form: FormFields) throws(Refusal) -> Password {
        do throws(Refusal) {
            return try Password(parsing: form["password"] ?? "")
        } catch {
            if case .weakPassword(.tooShort) = error { throw error }
            throw .wrongCredentials
        }
    }
}
