import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

/// From a link for many to an invitation for one.
struct JoinRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        routes.get("/join", use: show)
        routes.post("/join", use: request)
        routes.post("/join/me", use: signedIn)
        routes.get("/join/proof", use: confirm)
        routes.post("/join/proof", use: proved)
    }

    // MARK: The link

    /// The page; or, with a link's secret, on to where the secret stands in no address.
    @Sendable private func show(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        if let code = visit.query?["code"] {
            let cookie =
                SecretText.isWellFormed(code) ? kit.join.set(code, maxAge: PageKit.patience) : kit.join.clear()
            return kit.redirect(to: "/join", cookies: [cookie])
        }
        return page(try await open(visit), visit)
    }

    private func open(_ visit: Visit) async throws -> JoinLinkPage {
        try kit.countLookup(visit)
        return try await kit.useCases.openJoinLink(secret: kit.join.read(from: visit.head), as: visit.person?.user)
    }

    private func page(_ page: JoinLinkPage, _ visit: Visit, trouble: FormTrouble? = nil) -> Response {
        let (view, status) = JoinPages(desk: kit.desk(visit), trouble: trouble).page(page)
        return kit.page(view, visit, .init(code: status == 200 ? trouble?.status ?? status : status))
    }

    /// Sends the letter that proves an address. The answer is the same whether one was sent or not.
    @Sendable private func request(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        let form = try await kit.form(request, visit, for: .join)
        try kit.countAttempt(visit)
        let page = try await open(visit)
        guard let secret = kit.join.read(from: visit.head), let offer = page.offer else {
            return self.page(page, visit)
        }
        let text = form["email"] ?? ""
        do {
            let email = try EmailAddress(parsing: text)
            try await kit.useCases.joinByLink.requestProof(
                secret: secret, email: email, locale: visit.words.language.rawValue, facts: visit.facts)
            return kit.page(JoinPages(desk: kit.desk(visit)).sent(to: email.typed, offer), visit)
        } catch let refusal as Refusal {
            guard var trouble = trouble(refusal, visit) else { throw refusal }
            trouble.kept = ["email": String(text.prefix(320))]
            return self.page(page, visit, trouble: trouble)
        }
    }

    private func trouble(_ refusal: Refusal, _ visit: Visit) -> FormTrouble? {
        if refusal == .domainNotAllowed {
            return FormTrouble(400, visit.words.html(.joinDomainWrong), at: "email")
        }
        return FormTrouble(refusal, kit.desk(visit))
    }

    @Sendable private func signedIn(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        _ = try await kit.form(request, visit, for: .joinSignedIn)
        let page = try await open(visit)
        guard let secret = kit.join.read(from: visit.head), let session = visit.person?.session,
            let offer = page.offer
        else { return self.page(page, visit) }
        do {
            return go(
                try await kit.useCases.joinByLink.asSignedIn(secret: secret, session: session, facts: visit.facts),
                visit)
        } catch let refusal as Refusal {
            return try explain(refusal, offer, visit, again: try await open(visit))
        }
    }

    // MARK: The letter's link

    @Sendable private func confirm(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        if let token = visit.query?["token"] {
            let cookie =
                SecretText.isWellFormed(token) ? kit.proof.set(token, maxAge: PageKit.patience) : kit.proof.clear()
            return kit.redirect(to: "/join/proof", cookies: [cookie])
        }
        try kit.countLookup(visit)
        guard let secret = kit.proof.read(from: visit.head),
            let (proof, offer) = try await kit.useCases.joinByLink.peek(proof: secret)
        else { return dead(visit) }
        return kit.page(JoinPages(desk: kit.desk(visit)).confirm(proof, offer), visit)
    }

    @Sendable private func proved(_ request: Request, context: UsherContext) async throws -> Response {
        let visit = kit.visit(request, context)
        _ = try await kit.form(request, visit, for: .joinProof)
        try kit.countLookup(visit)
        guard let secret = kit.proof.read(from: visit.head),
            let (_, offer) = try await kit.useCases.joinByLink.peek(proof: secret)
        else {
            // A form that was sent twice: the first time led to an invitation.
            return kit.code.read(from: visit.head) == nil ? dead(visit) : kit.redirect(to: "/invitation")
        }
        do {
            return go(try await kit.useCases.joinByLink.byProof(secret: secret, facts: visit.facts), visit)
        } catch Refusal.linkInvalid {
            return dead(visit)
        } catch let refusal as Refusal {
            return try explain(refusal, offer, visit, again: nil)
        }
    }

    private func dead(_ visit: Visit) -> Response {
        let hasLink = kit.join.read(from: visit.head) != nil
        return kit.page(
            JoinPages(desk: kit.desk(visit)).proofDead(hasLink: hasLink), visit, .gone, cookies: [kit.proof.clear()])
    }

    // MARK: On

    private func go(_ step: JoinStep, _ visit: Visit) -> Response {
        let pages = JoinPages(desk: kit.desk(visit))
        let cookies = [kit.proof.clear()]
        switch step {
        case .offer(let code):
            return kit.redirect(
                to: "/invitation", cookies: cookies + [kit.code.set(code, maxAge: PageKit.patience)])
        case .waits(let offer, let email): return kit.page(pages.waits(offer, email), visit, cookies: cookies)
        case .member(let offer): return kit.page(pages.isMember(offer), visit, cookies: cookies)
        }
    }

    /// Why an address that was proved does not get in.
    private func explain(
        _ refusal: Refusal, _ offer: JoinOffer, _ visit: Visit, again: JoinLinkPage?
    ) throws -> Response {
        let pages = JoinPages(desk: kit.desk(visit))
        switch refusal {
        case .domainNotAllowed, .recipientSuppressed: return kit.page(pages.refused(offer), visit, .forbidden)
        case .seatLimitReached: return page(.full(offer), visit)
        case .joinLinkEnded, .joinLinkNotFound:
            switch offer.link.state(at: kit.useCases.effects.now()) {
            case .expired: return page(.expired(offer), visit)
            case .revoked: return page(.revoked(offer), visit)
            // Somebody else took the last place between the look and the step.
            case .usedUp, .open: return page(again ?? .usedUp(offer), visit)
            }
        default: throw refusal
        }
    }
}

extension JoinLinkPage {
    /// What the link offers or offered.
    var offer: JoinOffer? {
        switch self {
        case .open(let offer), .signedIn(let offer, _), .member(let offer, _), .full(let offer), .expired(let offer),
            .revoked(let offer), .usedUp(let offer):
            offer
        case .unknown: nil
        }
    }
}
