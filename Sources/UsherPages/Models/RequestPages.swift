import UsherDomain
import UsherUseCases

/// Pages about requests for new links: what who asked sees, and where an admin decides.
struct RequestPages {
    let desk: Desk

    private var words: Words { desk.words }

    // MARK: Who asked

    func asked() -> PageView {
        var view = PageView("asked", title: words[.askedTitle], headline: words.html(.askedTitle), symbol: .letter)
        view.lead = [words.html(.askedLead), words.html(.askedClose)]
        return view
    }

    func sentAgain() -> PageView {
        var view = PageView("again", title: words[.againTitle], headline: words.html(.againTitle), symbol: .letter)
        view.lead = [words.html(.againLead), words.html(.askedClose)]
        return view
    }

    // MARK: Who decides

    /// - Parameter trouble: why approving did not work.
    func page(_ request: InvitationRequest, _ offer: Offer, trouble: HTML? = nil) -> PageView {
        switch request.status {
        case .open: open(request, offer, trouble)
        case .approved: decided("request-approved", .approvedTitle, .approvedLead, request, offer)
        case .refused: decided("request-refused", .refusedTitle, .refusedLead, request, offer)
        }
    }

    private func open(_ request: InvitationRequest, _ offer: Offer, _ trouble: HTML?) -> PageView {
        let person = address(request, offer)
        let title: Phrase = request.otherEmail == nil ? .requestTitle : .requestOtherTitle
        var view = PageView(
            "request", title: words.text(title, ["person": person]),
            headline: words.html(title, ["person": .strong(person)]))
        view.monogram = HTML(offer.organization.name.text.prefix(1).uppercased())
        view.alert = trouble
        view.lead = [
            words.html(
                request.otherEmail == nil ? .requestLead : .requestOtherLead,
                ["organization": .name(offer.organization.name.text), "person": .name(person)])
        ]
        view.facts = facts(request, offer)
        let path = "/request/\(request.organization)/\(request.id)"
        view.form = desk.form(.approve, to: path + "/approve", submit: words[.requestApprove])
        view.second = desk.form(.refuse, to: path + "/refuse", submit: words[.requestRefuse])
        view.second?.isQuiet = true
        view.notes = [words.html(.requestNote)]
        return view
    }

    private func decided(
        _ state: HTML, _ title: Phrase, _ lead: Phrase, _ request: InvitationRequest, _ offer: Offer
    ) -> PageView {
        var view = PageView(state, title: words[title], headline: words.html(title), symbol: .check)
        view.lead = [words.html(lead, ["person": .strong(address(request, offer))])]
        view.facts = facts(request, offer)
        view.action = LinkView(words[.openAccount], to: "/account")
        return view
    }

    private func facts(_ request: InvitationRequest, _ offer: Offer) -> [FactView] {
        let invited = offer.invitation.email.typed
        let all: [FactView?] = [
            FactView(label: words.html(.factOrganization), value: .name(offer.organization.name.text)),
            FactView(label: words.html(.factAddress), value: .name(address(request, offer))),
            request.otherEmail.map { _ in FactView(label: words.html(.factInstead), value: .name(invited)) },
            FactView(label: words.html(.factTheirRole), value: words.role(offer.invitation)),
            offer.inviter.map { FactView(label: words.html(.factInviter), value: .name($0.shownName)) },
            FactView(label: words.html(.factAsked), value: words.moment(request.askedAt)),
        ]
        return all.compactMap { $0 }
    }

    /// Where the new letter would go.
    private func address(_ request: InvitationRequest, _ offer: Offer) -> String {
        (request.otherEmail ?? offer.invitation.email).typed
    }

    /// Why approving did not work, to the admin; nil: it is no matter of this page.
    func trouble(_ refusal: Refusal, role: HeldRole) -> HTML? {
        switch refusal {
        case .alreadyMember: words.html(.requestMember)
        case .alreadyInvited: words.html(.requestInvited)
        case .selfInvitation: words.html(.requestSelf)
        case .recipientSuppressed: words.html(.requestStopped)
        case .seatLimitReached: words.html(.requestSeats)
        case .roleAboveOwn: words.html(.requestRole, ["role": words.role(role)])
        case .originNotAllowed, .domainNotAllowed: words.html(.requestImpossible)
        default: nil
        }
    }
}
