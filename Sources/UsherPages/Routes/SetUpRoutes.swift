import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

/// The first admin, by the link that the server printed.
struct SetUpRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.get("/setup", use: show)
        routes.post("/setup", use: setUp)
    }

    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        if let token = visit.query?["token"] {
            let cookie =
                SecretText.isWellFormed(token) ? kit.setUp.set(token, maxAge: PageKit.patience) : kit.setUp.clear()
            return kit.redirect(to: "/setup", cookies: [cookie])
        }
        try kit.countLookup(visit)
        do {
            let waiting = try await peek(request)
            return kit.page(AccountPages(desk: kit.desk(visit)).setUp(organization: waiting), visit)
        } catch Refusal.linkInvalid {
            return dead(visit)
        }
    }

    /// The name of the organization that waits for its owner.
    private func peek(_ request: Request) async throws -> String {
        guard let secret = kit.setUp.read(from: request.headers) else { throw Refusal.linkInvalid }
        return try await kit.useCases.setUp.peek(secret: secret)?.name.text ?? ""
    }

    @Sendable private func setUp(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .setUp)
        try kit.countAttempt(visit)
        do {
            guard let secret = kit.setUp.read(from: request.headers) else { throw Refusal.linkInvalid }
            let draft = try draft(form)
            let session = try await kit.useCases.setUp.byLink(
                secret: secret, draft: draft, password: try Password(parsing: form["password"] ?? ""),
                check: { [kit] in try kit.check($0, email: $1, name: draft.name, organization: $2) },
                facts: visit.facts)
            return kit.redirect(to: "/account", cookies: kit.cookies(of: session) + [kit.setUp.clear()])
        } catch Refusal.linkInvalid {
            return dead(visit)
        } catch Refusal.alreadySetUp {
            let view = AccountPages(desk: kit.desk(visit)).setUpDone()
            return kit.page(view, visit, .conflict, cookies: [kit.setUp.clear()])
        } catch let refusal as Refusal {
            return try again(refusal, form, visit)
        }
    }

    private func draft(_ form: FormFields) throws -> AdminDraft {
        let organization = try name(form["organization"] ?? "", at: "/organization")
        let person = (form["name"] ?? "").contains { !$0.isWhitespace } ? form["name"] : nil
        return AdminDraft(
            email: try EmailAddress(parsing: form["email"] ?? ""), name: try person.map { try name($0, at: "/name") },
            organization: organization)
    }

    private func name(_ text: String, at pointer: String) throws -> DisplayName {
        do throws(FieldProblem.Kind) {
            return try DisplayName(parsing: text)
        } catch {
            throw Refusal.invalidBody([FieldProblem(pointer, error)])
        }
    }

    private func again(_ refusal: Refusal, _ form: FormFields, _ visit: Visit) throws -> Response {
        guard var trouble = trouble(refusal, visit) else { throw refusal }
        trouble.kept = ["organization", "name", "email"].reduce(into: [:]) { kept, field in
            kept[field] = String((form[field] ?? "").prefix(320))
        }
        let view = AccountPages(desk: kit.desk(visit), trouble: trouble).setUp(organization: "")
        return kit.page(view, visit, .init(code: trouble.status))
    }

    private func trouble(_ refusal: Refusal, _ visit: Visit) -> FormTrouble? {
        if case .invalidBody(let problems) = refusal, let pointer = problems.first?.pointer {
            let limit = HTML("\(DisplayName.maximumCharacters)")
            return FormTrouble(400, visit.words.html(.nameWrong, ["count": limit]), at: String(pointer.dropFirst()))
        }
        return FormTrouble(refusal, kit.desk(visit))
    }

    /// Without the link nobody gets further, whether the server waits for its first admin or not.
    private func dead(_ visit: Visit) -> Response {
        kit.page(AccountPages(desk: kit.desk(visit)).setUpDead(), visit, .forbidden, cookies: [kit.setUp.clear()])
    }
}
