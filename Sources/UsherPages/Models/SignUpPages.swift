import UsherDomain
import UsherUseCases

/// From an address of a verified domain to an account.
struct SignUpPages {
    let desk: Desk
    var trouble: FormTrouble?

    private var words: Words { desk.words }

    private static let signIn = "/signin?next=/organizations"
    private static let address = "/organizations/address"

    // MARK: The address

    func address(_ email: String) -> PageView {
        var view = PageView(
            "sign-up", title: words[.signUpTitle], headline: words.html(.signUpTitle), symbol: .letter)
        view.lead = [words.html(.signUpLead)]
        var form = desk.form(.signUp, to: Self.address, submit: words[.joinSubmit])
        var field = FieldView("email", words[.email], .email, autocomplete: "email")
        field.value = HTML(email)
        form.fields = [field]
        view.form = form.settled(trouble)
        view.alert = trouble?.message
        view.notes = [.link(words[.signUpHasAccount], to: Self.signIn)]
        return view
    }

    /// The same for every address.
    func sent(to email: String) -> PageView {
        var view = PageView(
            "sign-up-sent", title: words[.resetSentTitle], headline: words.html(.resetSentTitle), symbol: .letter)
        view.lead = [words.html(.signUpSentLead, ["email": .strong(email)])]
        view.notes = [.link(words[.joinAgain], to: Self.address)]
        return view
    }

    // MARK: The letter's link

    /// The page in one of its states, and the status that goes with it.
    func page(_ page: SignUpPage) -> (view: PageView, status: Int) {
        switch page {
        case .open(let email, let organization, let joining): (open(email, organization, joining), 200)
        case .known(let email):
            (ended("sign-up-known", .signUpKnownTitle, .signUpKnownLead, .key, email, leadsOn: true), 200)
        case .closed(let email):
            (ended("sign-up-closed", .signUpClosedTitle, .signUpClosedLead, .slash, email, leadsOn: false), 403)
        case .dead: (dead(), 410)
        }
    }

    private func open(
        _ email: EmailAddress, _ organization: Organization, _ joining: OrganizationDomain.Joining
    ) -> PageView {
        let name = organization.name.text
        var view = PageView("sign-up-new", title: words[.signUpNewTitle], headline: words.html(.signUpNewTitle))
        view.monogram = HTML(name.prefix(1).uppercased())
        let lead: Phrase = joining == .join ? .signUpJoinLead : .signUpAskLead
        view.lead = [words.html(lead, ["organization": .strong(name)])]
        var form = desk.form(.signUpProof, to: "/organizations/proof", submit: words[.signUpSubmit])
        form.fields = [
            desk.email(email.typed, isReadOnly: true), desk.personName(trouble?.kept["name"] ?? ""),
            desk.newPassword(),
        ]
        view.form = form.settled(trouble)
        view.alert = trouble?.message
        return view
    }

    private func ended(
        _ state: HTML, _ title: Phrase, _ lead: Phrase, _ symbol: Symbol, _ email: EmailAddress, leadsOn: Bool
    ) -> PageView {
        var view = PageView(state, title: words[title], headline: words.html(title), symbol: symbol)
        view.lead = [words.html(lead, ["email": .strong(email.typed)])]
        view.action =
            leadsOn
            ? LinkView(words[.signInTitle], to: Self.signIn) : LinkView(words[.joinAgain], to: Self.address)
        return view
    }

    private func dead() -> PageView {
        var view = PageView(
            "sign-up-dead", title: words[.resetDeadTitle], headline: words.html(.resetDeadTitle), symbol: .slash)
        view.lead = [words.html(.signUpDeadLead)]
        view.action = LinkView(words[.resetAgain], to: Self.address)
        view.notes = [.link(words[.signInTitle], to: Self.signIn)]
        return view
    }
}
