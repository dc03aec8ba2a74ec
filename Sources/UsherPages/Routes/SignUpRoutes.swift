import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

/// From an address of a verified domain to an account: a letter, a password, and on to where one joins.
struct SignUpRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.get("/organizations/address", use: ask)
        routes.post("/organizations/address", use: send)
        routes.get("/organizations/proof", use: show)
        routes.post("/organizations/proof", use: create)
    }

    // MARK: The address

    @Sendable private func ask(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        // Whoever is signed in has what this page is for.
        guard visit.person == nil else { return kit.redirect(to: "/organizations") }
        return kit.page(SignUpPages(desk: kit.desk(visit)).address(""), visit)
    }

    /// Sends the letter that proves an address. The answer is the same whether one was sent or not.
    @Sendable private func send(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .signUp)
        try kit.countAttempt(visit)
        let text = form["email"] ?? ""
        do {
            let email = try EmailAddress(parsing: text)
            try await kit.useCases.signUpByDomain.request(
                email: email, locale: visit.words.language.rawValue, facts: visit.facts)
            return kit.page(SignUpPages(desk: kit.desk(visit)).sent(to: email.typed), visit)
        } catch let refusal as Refusal {
            guard let trouble = FormTrouble(refusal, kit.desk(visit)) else { throw refusal }
            let pages = SignUpPages(desk: kit.desk(visit), trouble: trouble)
            return kit.page(pages.address(String(text.prefix(320))), visit, .init(code: trouble.status))
        }
    }

    // MARK: The letter's link

    /// The page; or, with the link's secret, on to where the secret stands in no address.
    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        if let token = visit.query?["token"] {
            let cookie =
                SecretText.isWellFormed(token) ? kit.proof.set(token, maxAge: PageKit.patience) : kit.proof.clear()
            return kit.redirect(to: "/organizations/proof", cookies: [cookie])
        }
        return page(try await peek(visit), visit)
    }

    private func peek(_ visit: Visit) async throws -> SignUpPage {
        try kit.countLookup(visit)
        guard let secret = kit.proof.read(from: visit.head) else { return .dead }
        return try await kit.useCases.signUpByDomain.peek(secret: secret)
    }

    private func page(_ page: SignUpPage, _ visit: Visit, trouble: FormTrouble? = nil) -> Response {
        let (view, status) = SignUpPages(desk: kit.desk(visit), trouble: trouble).page(page)
        var cookies: [String] = []
        if case .dead = page { cookies = [kit.proof.clear()] }
        return kit.page(
            view, visit, .init(code: status == 200 ? trouble?.status ?? status : status), cookies: cookies)
    }

    @Sendable private func create(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .signUpProof)
        try kit.countAttempt(visit)
        guard let secret = kit.proof.read(from: visit.head), SecretText.isWellFormed(secret) else {
            return page(.dead, visit)
        }
        do {
            let name = try personName(form)
            return land(
                try await kit.useCases.signUpByDomain.create(
                    secret: secret, name: name, password: try Password(parsing: form["password"] ?? ""),
                    check: { [kit] in try kit.check($0, email: $1, name: name, organization: $2) },
                    former: visit.person?.session, facts: visit.facts))
        } catch Refusal.linkInvalid {
            guard let session = try await again(form, visit) else { return page(.dead, visit) }
            return land(session)
        } catch let refusal as Refusal {
            return try await explain(refusal, form, visit)
        }
    }

    /// On to where the organization is joined, or asked.
    private func land(_ session: NewSession) -> Response {
        kit.redirect(to: "/organizations", cookies: kit.cookies(of: session) + [kit.proof.clear()])
    }

    /// A form that was sent twice: the second time is a success too, for whoever knows the password that the first set.
    private func again(_ form: FormFields, _ visit: Visit) async throws -> NewSession? {
        guard visit.person == nil, let email = try? EmailAddress(parsing: form["email"] ?? ""),
            let password = try? kit.typedPassword(form)
        else { return nil }
        do {
            return try await kit.useCases.signIn(email: email, password: password, former: nil, facts: visit.facts)
        } catch Refusal.wrongCredentials {
            return nil
        }
    }

    private func explain(_ refusal: Refusal, _ form: FormFields, _ visit: Visit) async throws -> Response {
        let desk = kit.desk(visit)
        switch refusal {
        case .accountExists, .domainNotAllowed: return page(try await peek(visit), visit)
        case .invalidBody(let problems) where problems.first?.pointer == "/name":
            let limit = HTML("\(DisplayName.maximumCharacters)")
            let wrong = FormTrouble(400, desk.words.html(.nameWrong, ["count": limit]), at: "name")
            return try await again(wrong, form, visit)
        default:
            guard let wrong = FormTrouble(refusal, desk) else { throw refusal }
            return try await again(wrong, form, visit)
        }
    }

    private func again(_ trouble: FormTrouble, _ form: FormFields, _ visit: Visit) async throws -> Response {
        var trouble = trouble
        trouble.kept = ["name": String((form["name"] ?? "").prefix(DisplayName.maximumCharacters))]
        return page(try await peek(visit), visit, trouble: trouble)
    }

    private func personName(_ form: FormFields) throws -> DisplayName? {
        guard let text = form["name"], text.contains(where: { !$0.isWhitespace }) else { return nil }
        do throws(FieldProblem.Kind) {
            return try DisplayName(parsing: text)
        } catch {
            throw Refusal.invalidBody([FieldProblem("/name", error)])
        }
    }
}
