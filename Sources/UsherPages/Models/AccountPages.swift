import UsherDomain
import UsherUseCases

/// Pages of people with accounts, or nearly: sign-in, reset, set-up, account.
struct AccountPages {
    let desk: Desk
    var trouble: FormTrouble?

    private var words: Words { desk.words }

    /// - Parameter hasSignUp: whether there is a way in for who has no account.
    func signIn(email: String, next: String?, hasSignUp: Bool) -> PageView {
        var view = PageView("signin", title: words[.signInTitle], headline: words.html(.signInTitle))
        view.lead = [words.html(.signInLead)]
        var form = desk.form(.signIn, to: "/signin", submit: words[.signInSubmit])
        if let next { form.hidden.append(HiddenView("next", next)) }
        form.fields = [desk.email(email), desk.currentPassword()]
        view.form = form.settled(trouble)
        view.alert = trouble?.message
        view.notes = [.link(words[.forgot], to: "/reset")]
        if hasSignUp { view.notes.append(.link(words[.signUpLink], to: "/organizations/address")) }
        return view
    }

    func account(_ profile: DescribeCaller.Profile) -> PageView {
        var view = PageView("account", title: words[.accountTitle], headline: words.html(.accountTitle))
        let user = profile.user
        view.monogram = HTML(user.shownName.prefix(1).uppercased())
        view.lead = [words.html(.signedInAs, ["person": .strong(user.email.typed)])]
        if let name = user.name { view.headline = .name(name.text) }
        view.rows = profile.memberships.map { membership, organization in
            RowView(name: .name(organization.name.text), detail: words.role(membership))
        }
        if view.rows.isEmpty {
            view.lead.append(words.html(.accountNone))
        } else {
            view.rowsTitle = words.html(.accountOrganizations)
        }
        view.notes = [.link(words[.openLink], to: "/organizations")]
        view.form = desk.form(.signOut, to: "/signout", submit: words[.signOut])
        view.form?.isQuiet = true
        return view
    }

    /// The other way to an invitation.
    func shortCode(email: String) -> PageView {
        let headline = words.html(.shortCodeTitle)
        var view = PageView("code", title: words[.shortCodeTitle], headline: headline, symbol: .key)
        view.lead = [words.html(.shortCodeLead)]
        var form = desk.form(.shortCode, to: "/code", submit: words[.pasteSubmit])
        var code = FieldView("short_code", words[.shortCodeLabel], .code, autocomplete: "one-time-code")
        code.hint = words.html(.shortCodeHint)
        form.fields = [desk.email(email), code]
        view.form = form.settled(trouble)
        view.alert = trouble?.message
        view.notes = [.link(words[.shortCodeLink], to: "/invitation")]
        return view
    }

    // MARK: Reset

    func reset(email: String) -> PageView {
        var view = PageView("reset", title: words[.resetTitle], headline: words.html(.resetTitle), symbol: .key)
        view.lead = [words.html(.resetLead)]
        var form = desk.form(.reset, to: "/reset", submit: words[.resetSubmit])
        form.fields = [desk.email(email)]
        view.form = form.settled(trouble)
        view.alert = trouble?.message
        view.notes = [.link(words[.signInTitle], to: "/signin")]
        return view
    }

    /// The same for an address that has an account and one that has none.
    func resetSent(to email: String) -> PageView {
        let headline = words.html(.resetSentTitle)
        var view = PageView("reset-sent", title: words[.resetSentTitle], headline: headline, symbol: .letter)
        view.lead = [words.html(.resetSentLead, ["email": .strong(email)])]
        view.action = LinkView(words[.signInTitle], to: "/signin")
        view.notes = [.link(words[.resetAgain], to: "/reset")]
        return view
    }

    func newPassword(of user: User) -> PageView {
        let headline = words.html(.resetNewTitle)
        var view = PageView("reset-new", title: words[.resetNewTitle], headline: headline, symbol: .key)
        view.lead = [words.html(.resetNewLead)]
        var form = desk.form(.newPassword, to: "/reset/new", submit: words[.resetNewSubmit])
        form.fields = [desk.email(user.email.typed, isReadOnly: true), desk.newPassword(.newPassword)]
        view.form = form.settled(trouble)
        view.alert = trouble?.message
        return view
    }

    func resetDone(hasInvitation: Bool) -> PageView {
        let headline = words.html(.resetDoneTitle)
        var view = PageView("reset-done", title: words[.resetDoneTitle], headline: headline, symbol: .check)
        view.lead = hasInvitation ? [] : [words.html(.resetDoneLead)]
        view.action =
            hasInvitation
            ? LinkView(words[.backToInvitation], to: "/invitation") : LinkView(words[.signInTitle], to: "/signin")
        return view
    }

    func resetDead() -> PageView {
        let headline = words.html(.resetDeadTitle)
        var view = PageView("reset-dead", title: words[.resetDeadTitle], headline: headline, symbol: .slash)
        view.lead = [words.html(.resetDeadLead)]
        view.action = LinkView(words[.resetAgain], to: "/reset")
        return view
    }

    // MARK: Set-up

    func setUp(organization: String) -> PageView {
        let app = desk.rules.appName
        var view = PageView(
            "setup", title: words.text(.setUpTitle, ["app": app]),
            headline: words.html(.setUpTitle, ["app": .name(app)]), symbol: .shield)
        view.lead = [words.html(.setUpLead)]
        var form = desk.form(.setUp, to: "/setup", submit: words[.setUpSubmit])
        var name = FieldView("organization", words[.organizationName], autocomplete: "organization")
        name.value = HTML(trouble?.kept["organization"] ?? organization)
        name.limit = HTML("\(DisplayName.maximumCharacters)")
        form.fields = [
            name, desk.personName(trouble?.kept["name"] ?? ""), desk.email(trouble?.kept["email"] ?? ""),
            desk.newPassword(),
        ]
        view.form = form.settled(trouble)
        view.alert = trouble?.message
        return view
    }

    func setUpDead() -> PageView {
        let headline = words.html(.setUpDeadTitle)
        var view = PageView("setup-dead", title: words[.setUpDeadTitle], headline: headline, symbol: .slash)
        view.lead = [words.html(.setUpDeadLead, ["command": "<code dir=\"ltr\">usher admin create</code>"])]
        view.action = LinkView(words[.signInTitle], to: "/signin")
        return view
    }

    func setUpDone() -> PageView {
        let headline = words.html(.setUpDoneTitle)
        var view = PageView("setup-done", title: words[.setUpDoneTitle], headline: headline, symbol: .check)
        view.lead = [words.html(.setUpDoneLead)]
        view.action = LinkView(words[.signInTitle], to: "/signin")
        return view
    }
}
