import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

/// Saying yes: once, however often the form is sent.
extension InvitationRoutes {
    @Sendable func accept(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        try kit.guardian.check(request.headers)
        let form: FormFields
        do { form = try await kit.form(request, visit, for: .accept) } catch Refusal.crossSite {
            return try await lookAgain(visit, insteadOf: .crossSite)
        }
        if form["password"] != nil { try kit.countAttempt(visit) }
        let page = try await open(visit)
        guard let code = kit.code.read(from: request.headers), let offer = page.offer else {
            return self.page(.unknown, visit)
        }
        if let trouble = addressTrouble(form, offer, visit) { return self.page(page, visit, trouble: trouble) }
        do {
            if let joined = try await join(page, code, form, visit) { return land(joined.offer, joined.session) }
            // A member since the invitation was read, a moment before: by this very invitation.
            if case .alreadyMember = page, case .acceptedByYou = try await open(visit) {
                return kit.redirect(to: "/invitation")
            }
            return self.page(page, visit)
        } catch let refusal as Refusal {
            return try await overtaken(by: refusal, code, form, visit)
        }
    }

    /// A form that was made for a browser with other cookies. If the offer is taken already, by the same person in
    /// another window as a rule, the browser looks again with the cookies that it has by now; nothing else is done.
    private func lookAgain(_ visit: Visit, insteadOf refusal: Refusal) async throws -> Response {
        switch try await open(visit) {
        case .used, .acceptedByYou: return kit.redirect(to: "/invitation")
        default: throw refusal
        }
    }

    /// What the same person's other window did since the page was looked at is no refusal, but makes this a repeat.
    private func overtaken(
        by refusal: Refusal, _ code: String, _ form: FormFields, _ visit: Visit
    ) async throws -> Response {
        switch refusal {
        // The session was renewed by the acceptance.
        case .notSignedIn: return try await lookAgain(visit, insteadOf: refusal)
        case .invitationUsed, .accountExists, .seatLimitReached:
            let page = try await open(visit)
            switch page {
            case .used, .acceptedByYou:
                guard let joined = try await join(page, code, form, visit) else { return self.page(page, visit) }
                return land(joined.offer, joined.session)
            default: return try await explain(refusal, form, visit)
            }
        default: return try await explain(refusal, form, visit)
        }
    }

    /// Nil: the page has nothing to accept.
    private func join(
        _ page: InvitationPage, _ code: String, _ form: FormFields, _ visit: Visit
    ) async throws -> (offer: Offer, session: NewSession?)? {
        let accept = kit.useCases.acceptInvitation
        switch page {
        case .newPerson:
            let name = try personName(form)
            let password = try Password(parsing: form["password"] ?? "")
            let joined = try await accept.asNewPerson(
                code: code, name: name, password: password,
                check: { [kit] in try kit.check($0, email: $1, name: name, organization: $2) }, facts: visit.facts)
            return (joined.offer, joined.session)
        case .knownPerson:
            let joined = try await accept.bySigningIn(
                code: code, password: try kit.typedPassword(form), facts: visit.facts)
            return (joined.offer, joined.session)
        case .ready:
            guard let session = visit.person?.session else { return nil }
            let joined = try await accept.asSignedIn(code: code, session: session, facts: visit.facts)
            return (joined.offer, joined.session)
        case .acceptedByYou(let offer, _): return (offer, nil)
        case .used(let offer): return try await again(offer, form, visit)
        case .wrongAccount, .alreadyMember, .expired, .withdrawn, .superseded, .unknown, .needsApproval,
            .barred:
            return nil
        }
    }

    /// A form that was sent twice: the second time is a success too, for whoever proves to be the same person.
    private func again(
        _ offer: Offer, _ form: FormFields, _ visit: Visit
    ) async throws -> (offer: Offer, session: NewSession?)? {
        guard visit.person == nil, form["password"] != nil, let password = try? kit.typedPassword(form) else {
            return nil
        }
        let session: NewSession
        do {
            session = try await kit.useCases.signIn(
                email: offer.invitation.email, password: password, former: nil, facts: visit.facts)
        } catch Refusal.wrongCredentials {
            return nil
        }
        guard session.session.user == offer.invitation.acceptedBy else { return nil }
        return (offer, session)
    }

    /// To where the invitation leads, if that is allowed still. The code stays in its cookie for as long as it would
    /// have: it opens nothing any more, and tells another window with the same page what became of it.
    private func land(_ offer: Offer, _ session: NewSession?) -> Response {
        let isAllowed = offer.leads(where: kit.useCases.rules)
        let cookies = session.map { kit.cookies(of: $0) } ?? []
        return kit.redirect(to: isAllowed ? offer.invitation.redirectURI.text : "/account", cookies: cookies)
    }

    func explain(_ refusal: Refusal, _ form: FormFields, _ visit: Visit) async throws -> Response {
        let page = try await open(visit)
        let desk = kit.desk(inLanguage(of: page, visit))
        switch refusal {
        case .invitationNotFound, .invitationExpired, .invitationEnded, .invitationUsed, .invitationSuperseded,
            .invitationNeedsApproval, .wrongAccount, .seatLimitReached, .domainNotAllowed:
            return self.page(page, visit)
        case .invalidBody(let problems) where problems.first?.pointer == "/name":
            let limit = HTML("\(DisplayName.maximumCharacters)")
            var trouble = FormTrouble(400, desk.words.html(.nameWrong, ["count": limit]), at: "name")
            trouble.kept = kept(form)
            return self.page(page, visit, trouble: trouble)
        default:
            guard var trouble = FormTrouble(refusal, desk) else { throw refusal }
            trouble.kept = kept(form)
            return self.page(page, visit, trouble: trouble)
        }
    }

    private func kept(_ form: FormFields) -> [String: String] {
        ["name": String((form["name"] ?? "").prefix(DisplayName.maximumCharacters))]
    }

    // MARK: Fields

    private func personName(_ form: FormFields) throws -> DisplayName? {
        guard let text = form["name"], text.contains(where: { !$0.isWhitespace }) else { return nil }
        do throws(FieldProblem.Kind) {
            return try DisplayName(parsing: text)
        } catch {
            throw Refusal.invalidBody([FieldProblem("/name", error)])
        }
    }

    /// The address is shown in the form, but the row's is used; a form that was changed is told so.
    private func addressTrouble(_ form: FormFields, _ offer: Offer, _ visit: Visit) -> FormTrouble? {
        guard let text = form["email"], !text.isEmpty else { return nil }
        if let typed = try? EmailAddress(parsing: text), typed == offer.invitation.email { return nil }
        let page = InvitationPage.newPerson(offer)
        return FormTrouble(422, inLanguage(of: page, visit).words.html(.emailOther), at: "email")
    }
}
