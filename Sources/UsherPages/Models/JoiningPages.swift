import UsherDomain
import UsherUseCases

/// What one's own address lets one join, and where an admin decides on who asks.
struct JoiningPages {
    let desk: Desk

    private var words: Words { desk.words }

    // MARK: One's own

    /// - Parameter found: at most one organization has one's domain.
    func own(_ found: OpenOrganization?, email: String) -> PageView {
        guard let found else {
            var view = PageView(
                "open-none", title: words[.openTitle], headline: words.html(.openTitle), symbol: .search)
            view.lead = [words.html(.signedInAs, ["person": .strong(email)]), words.html(.openNone)]
            view.action = LinkView(words[.openAccount], to: "/account")
            return view
        }
        switch (found.request?.status, found.joining) {
        case (.open?, .off), (.open?, .request): return asked(found)
        case (.refused?, .request): return refused(found)
        default: return open(found, email)
        }
    }

    private func open(_ found: OpenOrganization, _ email: String) -> PageView {
        let joins = found.joining == .join
        var view = about(found, joins ? "open-join" : "open-ask", .submitReady)
        view.lead = [
            words.html(
                joins ? .openJoinLead : .openAskLead,
                ["email": .strong(email), "organization": .name(found.organization.name.text)])
        ]
        view.facts.append(FactView(label: words.html(.factRole), value: words.role(HeldRole(found.role))))
        let submit =
            joins
            ? words.text(.submitReady, ["organization": found.organization.name.text]) : words[.openAskSubmit]
        view.form = form(.joinOpen, "/organizations/join", submit, found)
        return view
    }

    private func asked(_ found: OpenOrganization) -> PageView {
        var view = about(found, "open-asked", .openAskedTitle)
        view.lead = [words.html(.openAskedLead)]
        if let request = found.request {
            view.facts.append(FactView(label: words.html(.factAsked), value: words.moment(request.askedAt)))
        }
        view.form = form(.joinWithdraw, "/organizations/withdraw", words[.openWithdraw], found)
        view.form?.isQuiet = true
        return view
    }

    private func refused(_ found: OpenOrganization) -> PageView {
        var view = about(found, "open-refused", .openAskedTitle)
        view.lead = [words.html(.openRefusedLead)]
        view.action = LinkView(words[.openAccount], to: "/account")
        return view
    }

    /// Joined, or on the waitlist.
    func done(_ found: OpenOrganization, waits: Bool, email: String) -> PageView {
        var view = about(found, waits ? "open-waits" : "open-joined", waits ? .joinWaitsTitle : .memberTitle)
        view.lead = [
            waits
                ? words.html(.joinWaitsLead, ["email": .strong(email)])
                : words.html(.memberLead, ["role": words.role(HeldRole(found.role))])
        ]
        view.action = LinkView(words[.openAccount], to: "/account")
        return view
    }

    /// Why an address that is proved does not get in.
    func trouble(_ refusal: Refusal, _ found: OpenOrganization) -> PageView? {
        switch refusal {
        case .seatLimitReached:
            var view = about(found, "open-full", .fullTitle)
            view.lead = [words.html(.requestSeats)]
            view.action = LinkView(words[.tryAgain], to: "/organizations")
            return view
        case .domainNotAllowed, .recipientSuppressed:
            var view = PageView(
                "open-barred", title: words[.openTitle], headline: words.html(.openTitle), symbol: .slash)
            view.lead = [words.html(.openNone)]
            view.action = LinkView(words[.openAccount], to: "/account")
            return view
        default: return nil
        }
    }

    private func about(_ found: OpenOrganization, _ state: HTML, _ title: Phrase) -> PageView {
        let name = found.organization.name.text
        var view = PageView(
            state, title: words.text(title, ["organization": name]),
            headline: words.html(title, ["organization": .strong(name)]))
        view.monogram = HTML(name.prefix(1).uppercased())
        view.facts = [FactView(label: words.html(.factOrganization), value: .name(name))]
        return view
    }

    private func form(
        _ purpose: FormPurpose, _ path: String, _ submit: String, _ found: OpenOrganization
    ) -> FormView {
        var form = desk.form(purpose, to: path, submit: submit)
        form.hidden.append(HiddenView("organization", found.organization.id.rawValue))
        return form
    }

    // MARK: Who decides

    /// - Parameter trouble: why approving did not work.
    func request(
        _ asked: DecideJoinRequests.Asked, _ organization: Organization, at now: Timestamp, trouble: HTML? = nil
    ) -> PageView {
        switch asked.request.status(at: now) {
        case .open: open(asked, organization, trouble)
        case .approved: decided("joining-approved", .approvedJoinTitle, .approvedJoinLead, asked, organization)
        case .refused: decided("joining-refused", .refusedTitle, .refusedJoinLead, asked, organization)
        case .withdrawn, .expired: decided("joining-ended", .endedJoinTitle, .endedJoinLead, asked, organization)
        }
    }

    private func open(
        _ asked: DecideJoinRequests.Asked, _ organization: Organization, _ trouble: HTML?
    ) -> PageView {
        let person = asked.user.email.typed
        var view = PageView(
            "joining", title: words.text(.askJoinTitle, ["person": person]),
            headline: words.html(.askJoinTitle, ["person": .strong(person)]))
        view.monogram = HTML(organization.name.text.prefix(1).uppercased())
        view.alert = trouble
        view.lead = [
            words.html(
                .askJoinLead,
                [
                    "domain": .name(asked.request.domain), "organization": .name(organization.name.text),
                    "person": .name(person),
                ])
        ]
        view.facts = facts(asked, organization)
        let path = "/joining/\(organization.id)/\(asked.request.id)"
        view.form = desk.form(.approve, to: path + "/approve", submit: words[.askJoinApprove])
        view.second = desk.form(.refuse, to: path + "/refuse", submit: words[.requestRefuse])
        view.second?.isQuiet = true
        view.notes = [words.html(.askJoinNote)]
        return view
    }

    private func decided(
        _ state: HTML, _ title: Phrase, _ lead: Phrase, _ asked: DecideJoinRequests.Asked,
        _ organization: Organization
    ) -> PageView {
        var view = PageView(state, title: words[title], headline: words.html(title), symbol: .check)
        view.lead = [words.html(lead, ["person": .strong(asked.user.email.typed)])]
        view.facts = facts(asked, organization)
        view.action = LinkView(words[.openAccount], to: "/account")
        return view
    }

    private func facts(_ asked: DecideJoinRequests.Asked, _ organization: Organization) -> [FactView] {
        [
            FactView(label: words.html(.factOrganization), value: .name(organization.name.text)),
            FactView(label: words.html(.factAddress), value: .name(asked.user.email.typed)),
            FactView(label: words.html(.factTheirRole), value: words.role(HeldRole(asked.request.role))),
            FactView(label: words.html(.factAsked), value: words.moment(asked.request.askedAt)),
        ]
    }

    /// Why approving did not work, to the admin; nil: it is no matter of this page.
    func trouble(_ refusal: Refusal, role: Role) -> HTML? {
        switch refusal {
        case .seatLimitReached: words.html(.requestSeats)
        case .roleAboveOwn: words.html(.requestRole, ["role": words.role(HeldRole(role))])
        case .recipientSuppressed: words.html(.requestStopped)
        case .domainNotAllowed: words.html(.requestImpossible)
        default: nil
        }
    }
}
