import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

/// From the link in the letter to a membership.
struct InvitationRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        // The last three are where links of other systems lead, if their host leads here.
        for path in ["/auth", "/invite", "/login", "/v1/tickets/accept"] { routes.get("\(path)", use: enter) }
        routes.get("/invitation", use: show)
        routes.post("/invitation", use: paste)
        routes.post("/invitation/accept", use: accept)
        routes.post("/invitation/decline", use: decline)
        routes.get("/invitation/declined") { try await declined($0, $1, isReported: false) }
        routes.get("/invitation/reported") { try await declined($0, $1, isReported: true) }
    }

    // MARK: Looking

    /// Takes the code out of the address, so that it stands in no history and in no referrer. Of all that the link
    /// says, only the code is believed.
    @Sendable private func enter(_ request: Request, context: UsherContext) async throws -> Response {
        let query = kit.visit(request, context).query
        let code = InvitationCode.linkParameters.lazy.compactMap { query?[$0] }.first
        guard let code, InvitationCode.isWellFormed(code) else {
            return kit.redirect(to: "/invitation", cookies: [kit.code.clear()])
        }
        return kit.redirect(to: "/invitation", cookies: [kit.code.set(code, maxAge: PageKit.patience)])
    }

    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        return page(try await open(visit), visit)
    }

    func open(_ visit: Visit) async throws -> InvitationPage {
        try kit.countLookup(visit)
        return try await kit.useCases.openInvitation(code: kit.code.read(from: visit.head), as: visit.person?.user)
    }

    func page(_ page: InvitationPage, _ visit: Visit, trouble: FormTrouble? = nil) -> Response {
        let visit = inLanguage(of: page, visit)
        let model = InvitationPageModel(page, kit.desk(visit), trouble: trouble)
        // A form that came back has the status of what was wrong with it, unless the page has one that says no.
        let status = model.status == 200 || model.status == 404 ? trouble?.status ?? model.status : model.status
        return kit.page(model.view, visit, .init(code: status), target: model.target)
    }

    func inLanguage(of page: InvitationPage, _ visit: Visit) -> Visit {
        var visit = visit
        let language = Language.choose(tag: page.offer?.invitation.locale, accepted: visit.head[.acceptLanguage])
        visit.words = Words(language)
        return visit
    }

    /// The code, or the whole link, that somebody pasted.
    @Sendable private func paste(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .code)
        guard let code = PastedCode.find(in: form["code"] ?? "") else {
            let trouble = FormTrouble(400, visit.words.html(.pasteWrong), at: "code")
            return page(.unknown, visit, trouble: trouble)
        }
        return kit.redirect(to: "/invitation", cookies: [kit.code.set(code, maxAge: PageKit.patience)])
    }

    // MARK: No

    @Sendable private func decline(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .decline)
        guard let code = kit.code.read(from: request.headers) else { return page(.unknown, visit) }
        let reason = Self.readable(form["reason"] ?? "")
        guard reason.count <= 500 else {
            let page = try await open(visit)
            var trouble = FormTrouble(400, inLanguage(of: page, visit).words.html(.reasonTooLong), at: "reason")
            trouble.kept = ["reason": String(reason.prefix(500))]
            return self.page(page, visit, trouble: trouble)
        }
        let isReported = form["report"] == "yes"
        do {
            try await kit.useCases.declineInvitation(
                code: code, reason: reason.isEmpty ? nil : reason, report: isReported, facts: visit.facts)
        } catch let refusal as Refusal {
            return try await explain(refusal, form, visit)
        }
        return kit.redirect(
            to: isReported ? "/invitation/reported" : "/invitation/declined", cookies: [kit.code.clear()])
    }

    private func declined(_ request: Request, _ context: UsherContext, isReported: Bool) async throws -> Response {
        let visit = kit.visit(request, context)
        return kit.page(NoticePages(words: visit.words).declined(isReported: isReported), visit)
    }

    /// The words that can be read: line breaks stay, other controls and what is invisible go.
    private static func readable(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar == "\n"
            case .format, .privateUse, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        let text = String(String.UnicodeScalarView(kept))
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}

/// The code in what people paste: the code alone, or the link around it, even wrapped over two lines.
enum PastedCode {
    static func find(in text: String) -> String? {
        let compact = String(text.prefix(8192).filter { !$0.isWhitespace })
        if InvitationCode.isWellFormed(compact) { return compact }
        let codes = InvitationCode.linkParameters.compactMap { name -> String? in
            // `invitation=` is the end of no other name.
            let range = ["?", "&"].lazy.compactMap { compact.firstRange(of: "\($0)\(name)=") }.first
            return range.map { String(compact[$0.upperBound...].prefix { $0 != "&" && $0 != "#" && $0 != ">" }) }
        }
        return codes.first(where: InvitationCode.isWellFormed)
    }
}
