import UsherDomain
import UsherUseCases

/// Writes the invitation's pages, state by state.
struct InvitationDraft {
    let desk: Desk
    let trouble: FormTrouble?

    private var words: Words { desk.words }

    // MARK: Open

    func newPerson(_ offer: Offer) -> PageView {
        var form = desk.form(.accept, to: "/invitation/accept", submit: words[.submitNew])
        form.fields = [
            desk.email(offer.invitation.email.typed, isReadOnly: true),
            desk.personName(trouble?.kept["name"] ?? offer.invitation.extras.name?.text ?? ""),
            desk.newPassword(),
        ]
        return open("A", offer, lead: words.html(.leadNew), form: form)
    }

    func knownPerson(_ offer: Offer) -> PageView {
        var form = desk.form(.accept, to: "/invitation/accept", submit: words[.submitKnown])
        form.fields = [desk.email(offer.invitation.email.typed, isReadOnly: true), desk.currentPassword()]
        var view = open("B", offer, lead: words.html(.leadKnown), form: form)
        view.notes = [.link(words[.forgot], to: "/reset")]
        return view
    }

    func ready(_ offer: Offer, _ user: User) -> PageView {
        let submit = words.text(.submitReady, ["organization": offer.organization.name.text])
        let form = desk.form(.accept, to: "/invitation/accept", submit: submit)
        return open("C", offer, lead: words.html(.leadReady, ["person": .strong(user.email.typed)]), form: form)
    }

    /// Shows the facts, then how to say yes, then how to say no.
    private func open(_ state: HTML, _ offer: Offer, lead: HTML, form: FormView) -> PageView {
        var view = about(offer, PageView(state, title: title(offer), headline: invitation(offer)))
        view.lead = [lead]
        view.facts = facts(offer, address: offer.invitation.email.typed)
        view.quote = offer.invitation.extras.message.map { message in
            QuoteView(
                label: words.html(.inviterWrites, ["inviter": inviter(offer)]),
                paragraphs: message.paragraphs.map { HTML($0) })
        }
        if trouble?.field != "reason" { view.alert = trouble?.message }
        view.form = form.settled(trouble)
        view.aside = decline()
        return view
    }

    func wrongAccount(_ offer: Offer, _ user: User) -> PageView {
        var view = about(offer, PageView("D", title: title(offer), headline: words.html(.wrongTitle)))
        let person = HTML.strong(user.email.typed)
        // The same address, but nobody ever proved it: then the code's mail is the proof, and not this session.
        let isUnproved = user.email == offer.invitation.email
        view.lead = [
            isUnproved
                ? words.html(.wrongUnproved, ["person": person])
                : words.html(.wrongLead, ["invited": .strong(offer.invitation.email.masked), "person": person])
        ]
        view.facts = facts(offer, address: offer.invitation.email.masked)
        var form = desk.form(.signOut, to: "/signout", submit: words[.wrongSubmit])
        form.hidden.append(HiddenView("next", "/invitation"))
        view.form = form
        if !isUnproved {
            view.second = ask(words.text(.askOther, ["person": user.email.typed]), isQuiet: true)
            view.notes = [
                words.html(.wrongAdvice, ["inviter": inviter(offer), "person": .name(user.email.typed)])
            ]
        }
        view.aside = decline()
        return view
    }

    func member(_ state: HTML, _ offer: Offer, _ role: HeldRole) -> PageView {
        let organization = offer.organization.name.text
        var view = about(
            offer,
            PageView(
                state, title: title(offer),
                headline: words.html(.memberTitle, ["organization": .strong(organization)])))
        let role = words.role(role)
        view.lead =
            offer.invitation.acceptedAt.map {
                [words.html(.acceptedLead, ["when": words.moment($0), "role": role])]
            } ?? [words.html(.memberLead, ["role": role])]
        view.action =
            offer.leads(where: desk.rules)
            ? LinkView(
                words.text(.openOrganization, ["organization": organization]),
                to: offer.invitation.redirectURI.text)
            : LinkView(words[.openAccount], to: "/account")
        if state == "E" { view.aside = decline() }
        return view
    }

    func needsApproval(_ offer: Offer) -> PageView {
        var view = about(offer, PageView("L", title: title(offer), headline: words.html(.approvalTitle)))
        view.lead = [
            words.html(.approvalLead, ["organization": .strong(offer.organization.name.text)]),
            words.html(.approvalWhy),
        ]
        view.facts = facts(offer, address: offer.invitation.email.masked)
        view.action = LinkView(words[.tryAgain], to: "/invitation")
        view.aside = decline()
        return view
    }

    /// What the organization puts before joining. The offer stays open, so its end stands there too.
    func barred(_ offer: Offer, by barrier: JoiningBarrier) -> PageView {
        let (headline, lead): (Phrase, Phrase) =
            switch barrier {
            case .seat: (.fullTitle, .fullLead)
            case .domain: (.domainBarredTitle, .domainBarredLead)
            }
        let organization = HTML.strong(offer.organization.name.text)
        var view = about(
            offer,
            PageView("L", title: title(offer), headline: words.html(headline, ["organization": organization])))
        view.lead = [words.html(lead, ["inviter": inviter(offer)])]
        view.facts = facts(offer, address: offer.invitation.email.masked)
        view.action = LinkView(words[.tryAgain], to: "/invitation")
        view.aside = decline()
        return view
    }

    // MARK: Ended

    func used(_ offer: Offer) -> PageView {
        var view = PageView("G", title: title(offer), headline: words.html(.usedTitle), symbol: .check)
        view.lead = [words.html(.usedLead, ["inviter": anAdmin(offer)])]
        view.action = LinkView(words[.signInSubmit], to: "/signin")
        view.second = ask(words[.askNew], isQuiet: true)
        return view
    }

    func expired(_ offer: Offer) -> PageView {
        var view = PageView("H", title: title(offer), headline: words.html(.expiredTitle), symbol: .clock)
        view.lead = [
            words.html(.expiredLead, ["when": words.moment(offer.invitation.expiresAt)]),
            words.html(.expiredAdvice, ["inviter": inviter(offer)]),
        ]
        view.facts = [organization(offer)] + [invitedBy(offer)].compactMap { $0 }
        let name = offer.inviter?.name?.text
        view.form = ask(name.map { words.text(.askInviter, ["inviter": $0]) } ?? words[.askNew])
        view.second = paste(words.html(.newerHint), isQuiet: true)
        return view
    }

    /// The same for all that was ended by somebody: no reason, and no name.
    func withdrawn(_ offer: Offer) -> PageView {
        let headline = words.html(.withdrawnTitle)
        var view = PageView("I", title: words[.withdrawnTitle], headline: headline, symbol: .slash)
        view.lead = [words.html(.withdrawnLead)]
        let origin = offer.invitation.redirectURI.origin
        let isElsewhere = offer.leads(where: desk.rules) && origin != desk.rules.ownOrigin
        view.action = LinkView(words[isElsewhere ? .goToApp : .toStart], to: isElsewhere ? "\(origin)/" : "/")
        return view
    }

    func superseded(_ offer: Offer) -> PageView {
        var view = PageView("J", title: title(offer), headline: words.html(.supersededTitle), symbol: .letter)
        view.lead = [words.html(.supersededLead, ["when": words.moment(offer.invitation.lastLetterAt)])]
        view.facts = [organization(offer)] + [invitedBy(offer)].compactMap { $0 }
        view.form = ask(words[.againSubmit])
        view.second = paste(words.html(.newerHint), isQuiet: true)
        return view
    }

    func unknown() -> PageView {
        let headline = words.html(.unknownTitle)
        var view = PageView("K", title: words[.unknownTitle], headline: headline, symbol: .search)
        view.lead = [words.html(.unknownLead)]
        view.alert = trouble?.message
        view.form = paste(words.html(.pasteHint))
        view.notes = [.link(words[.shortCodeInstead], to: "/code")]
        return view
    }

    // MARK: Parts

    private func ask(_ submit: String, isQuiet: Bool = false) -> FormView {
        var form = desk.form(.ask, to: "/invitation/ask", submit: submit)
        form.isQuiet = isQuiet
        return form
    }

    private func paste(_ hint: HTML, isQuiet: Bool = false) -> FormView {
        var form = desk.form(.code, to: "/invitation", submit: words[.pasteSubmit])
        form.isQuiet = isQuiet
        var field = FieldView("code", words[.pasteLabel], autocomplete: "off")
        field.hint = hint
        form.fields = [field]
        return form.settled(trouble)
    }

    private func decline() -> AsideView {
        var form = desk.form(.decline, to: "/invitation/decline", submit: words[.declineSubmit])
        form.isQuiet = true
        var reason = FieldView("reason", words[.declineReason], .area)
        reason.isRequired = false
        reason.optional = HTML(words[.optional])
        reason.limit = "500"
        reason.value = HTML(trouble?.kept["reason"] ?? "")
        form.fields = [reason]
        form.checkbox = CheckboxView("report", words[.declineReport])
        return AsideView(
            summary: words.html(.declineSummary), lead: words.html(.declineLead), form: form.settled(trouble),
            isOpen: trouble?.field == "reason")
    }

    private func about(_ offer: Offer, _ view: PageView) -> PageView {
        var view = view
        view.monogram = HTML(offer.organization.name.text.prefix(1).uppercased())
        return view
    }

    private func title(_ offer: Offer) -> String {
        words.text(.offerTitle, ["organization": offer.organization.name.text])
    }

    private func invitation(_ offer: Offer) -> HTML {
        let organization = HTML.strong(offer.organization.name.text)
        guard let name = offer.inviter?.name?.text else {
            return words.html(.invitedNoName, ["organization": organization])
        }
        return words.html(.invitedBy, ["inviter": .name(name), "organization": organization])
    }

    private func facts(_ offer: Offer, address: String) -> [FactView] {
        let invitation = offer.invitation
        let until =
            words.moment(invitation.expiresAt) + " <span class=\"muted\">("
            + HTML(words.left(invitation.expiresAt - desk.now)) + ")</span>"
        let all: [FactView?] = [
            organization(offer),
            invitedBy(offer),
            FactView(label: words.html(.factRole), value: words.role(invitation)),
            FactView(label: words.html(.factAddress), value: .name(address)),
            FactView(label: words.html(.factUntil), value: until),
        ]
        return all.compactMap { $0 }
    }

    private func organization(_ offer: Offer) -> FactView {
        FactView(label: words.html(.factOrganization), value: .name(offer.organization.name.text))
    }

    /// The name only: the inviter's address is nobody's business who merely holds a link.
    private func invitedBy(_ offer: Offer) -> FactView? {
        offer.inviter?.name.map { FactView(label: words.html(.factInviter), value: .name($0.text)) }
    }

    private func inviter(_ offer: Offer) -> HTML {
        offer.inviter?.name.map { .name($0.text) } ?? anAdmin(offer)
    }

    private func anAdmin(_ offer: Offer) -> HTML {
        words.html(.anAdminOf, ["organization": .name(offer.organization.name.text)])
    }
}
