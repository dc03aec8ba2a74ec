import UsherDomain
import UsherUseCases

/// The pages of a link that many can join by.
struct JoinPages {
    let desk: Desk
    var trouble: FormTrouble?

    private var words: Words { desk.words }

    /// The page in one of its states, and the status that goes with it.
    func page(_ page: JoinLinkPage) -> (view: PageView, status: Int) {
        switch page {
        case .open(let offer): (open(offer), 200)
        case .signedIn(let offer, let user): (signedIn(offer, user), 200)
        case .member(let offer, let role): (member(offer, role), 200)
        case .full(let offer): (full(offer), 403)
        case .expired(let offer): (ended("join-expired", .joinExpiredTitle, .clock, offer, leadsBack: true), 410)
        case .revoked(let offer): (ended("join-revoked", .joinRevokedTitle, .slash, offer, leadsBack: false), 410)
        case .usedUp(let offer): (ended("join-used-up", .joinUsedTitle, .check, offer, leadsBack: true), 410)
        case .unknown: (unknown(), 404)
        }
    }

    // MARK: Open

    private func open(_ offer: JoinOffer) -> PageView {
        var view = about(offer, "join", headline: headline(offer))
        view.lead = [words.html(.joinLead)]
        view.facts = facts(offer)
        view.form = address(offer)
        view.alert = trouble?.message
        return view
    }

    private func signedIn(_ offer: JoinOffer, _ user: User) -> PageView {
        var view = about(offer, "join-signed-in", headline: headline(offer))
        view.lead = [words.html(.leadReady, ["person": .strong(user.email.typed)])]
        view.facts = facts(offer)
        let submit = words.text(.submitReady, ["organization": offer.organization.name.text])
        view.form = desk.form(.joinSignedIn, to: "/join/me", submit: submit)
        var other = address(offer)
        other.isQuiet = true
        view.aside = AsideView(
            summary: words.html(.joinOtherSummary), lead: words.html(.joinLead), form: other, isOpen: trouble != nil)
        view.alert = trouble?.message
        return view
    }

    /// Asks for an address. What the link admits stands with it, so that nobody waits for a letter in vain.
    private func address(_ offer: JoinOffer) -> FormView {
        var form = desk.form(.join, to: "/join", submit: words[.joinSubmit])
        var field = FieldView("email", words[.email], .email, autocomplete: "email")
        field.value = HTML(trouble?.kept["email"] ?? "")
        let domains = offer.link.allowedDomains
        if !domains.isEmpty {
            field.hint = words.html(.joinDomains, ["domains": .name(domains.joined(separator: ", "))])
        }
        form.fields = [field]
        return form.settled(trouble)
    }

    /// The same for every address.
    func sent(to email: String, _ offer: JoinOffer) -> PageView {
        var view = PageView(
            "join-sent", title: words[.resetSentTitle], headline: words.html(.resetSentTitle), symbol: .letter)
        view.lead = [
            words.html(
                .joinSentLead, ["email": .strong(email), "organization": .name(offer.organization.name.text)])
        ]
        view.notes = [.link(words[.joinAgain], to: "/join")]
        return view
    }

    func confirm(_ proof: JoinProof, _ offer: JoinOffer) -> PageView {
        var view = about(offer, "join-confirm", headline: headline(offer))
        view.lead = [words.html(.confirmLead)]
        view.facts = facts(offer)
        view.facts.insert(FactView(label: words.html(.factAddress), value: .name(proof.email.typed)), at: 0)
        view.form = desk.form(.joinProof, to: "/join/proof", submit: words[.confirmSubmit])
        return view
    }

    // MARK: No way on

    private func member(_ offer: JoinOffer, _ role: HeldRole?) -> PageView {
        let organization = HTML.strong(offer.organization.name.text)
        var view = about(
            offer, "join-member", headline: words.html(.memberTitle, ["organization": organization]))
        if let role { view.lead = [words.html(.memberLead, ["role": words.role(role)])] }
        view.action = LinkView(words[.openAccount], to: "/account")
        return view
    }

    /// Somebody who proved their address, and is a member by it.
    func isMember(_ offer: JoinOffer) -> PageView { member(offer, nil) }

    private func full(_ offer: JoinOffer) -> PageView {
        let organization = HTML.strong(offer.organization.name.text)
        var view = about(offer, "join-full", headline: words.html(.fullTitle, ["organization": organization]))
        view.lead = [words.html(.joinFullLead, ["inviter": inviter(offer)])]
        view.action = LinkView(words[.tryAgain], to: "/join")
        return view
    }

    func waits(_ offer: JoinOffer, _ email: EmailAddress) -> PageView {
        let organization = HTML.strong(offer.organization.name.text)
        var view = about(
            offer, "join-waits", headline: words.html(.joinWaitsTitle, ["organization": organization]))
        view.lead = [words.html(.joinWaitsLead, ["email": .strong(email.typed)])]
        return view
    }

    /// No reason: whoever holds the link learns nothing about an address.
    func refused(_ offer: JoinOffer) -> PageView {
        var view = about(offer, "join-refused", headline: words.html(.joinRefusedTitle))
        view.lead = [words.html(.joinRefusedLead, ["inviter": inviter(offer)])]
        view.action = LinkView(words[.joinAgain], to: "/join")
        return view
    }

    private func ended(
        _ state: HTML, _ title: Phrase, _ symbol: Symbol, _ offer: JoinOffer, leadsBack: Bool
    ) -> PageView {
        var view = PageView(state, title: words[title], headline: words.html(title), symbol: symbol)
        view.lead = [words.html(.joinEndedLead, ["inviter": inviter(offer)])]
        view.facts = [organization(offer)] + [invitedBy(offer)].compactMap { $0 }
        view.alert = trouble?.message
        if leadsBack {
            view.lead.append(words.html(.joinBackLead))
            view.form = address(offer)
        }
        return view
    }

    private func unknown() -> PageView {
        let headline = words.html(.joinUnknownTitle)
        var view = PageView("join-unknown", title: words[.joinUnknownTitle], headline: headline, symbol: .search)
        view.lead = [words.html(.unknownLead), words.html(.joinUnknownAdvice)]
        view.action = LinkView(words[.toStart], to: "/")
        return view
    }

    /// - Parameter hasLink: whether the link to join by is still at hand.
    func proofDead(hasLink: Bool) -> PageView {
        let headline = words.html(.resetDeadTitle)
        var view = PageView("join-dead", title: words[.resetDeadTitle], headline: headline, symbol: .slash)
        view.lead = [words.html(.confirmDeadLead)]
        view.action =
            hasLink ? LinkView(words[.joinAgain], to: "/join") : LinkView(words[.toStart], to: "/")
        return view
    }

    // MARK: Parts

    private func about(_ offer: JoinOffer, _ state: HTML, headline: HTML) -> PageView {
        let title = words.text(.submitReady, ["organization": offer.organization.name.text])
        var view = PageView(state, title: title, headline: headline)
        view.monogram = HTML(offer.organization.name.text.prefix(1).uppercased())
        return view
    }

    private func headline(_ offer: JoinOffer) -> HTML {
        words.html(.submitReady, ["organization": .strong(offer.organization.name.text)])
    }

    private func facts(_ offer: JoinOffer) -> [FactView] {
        let all: [FactView?] = [
            organization(offer), invitedBy(offer),
            FactView(label: words.html(.factRole), value: words.role(offer.link)),
            FactView(label: words.html(.factUntil), value: words.moment(offer.link.expiresAt)),
        ]
        return all.compactMap { $0 }
    }

    private func organization(_ offer: JoinOffer) -> FactView {
        FactView(label: words.html(.factOrganization), value: .name(offer.organization.name.text))
    }

    /// The name only: the maker's address is nobody's business who merely holds a link.
    private func invitedBy(_ offer: JoinOffer) -> FactView? {
        offer.inviter?.name.map { FactView(label: words.html(.factInviter), value: .name($0.text)) }
    }

    private func inviter(_ offer: JoinOffer) -> HTML {
        offer.inviter?.name.map { .name($0.text) }
            ?? words.html(.anAdminOf, ["organization": .name(offer.organization.name.text)])
    }
}
