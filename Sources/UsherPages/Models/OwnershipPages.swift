import UsherDomain
import UsherUseCases

/// Pages about an offer of ownership: who offers what, and what became of it.
struct OwnershipPages {
    let desk: Desk

    private var words: Words { desk.words }

    /// - Parameter path: of the page itself.
    func page(_ page: OwnershipPage, at path: String) -> (view: PageView, status: Int) {
        switch page {
        case .open(let offer): (open(offer, path), 200)
        case .somebodyElse(let person): (somebodyElse(person, path), 403)
        case .accepted: (ended("ownership-accepted", .ownershipAcceptedTitle, .ownershipAcceptedLead, .check), 200)
        case .declined: (ended("ownership-declined", .ownershipDeclinedTitle, .ownershipEndedLead, .check), 200)
        case .withdrawn: (ended("ownership-withdrawn", .ownershipWithdrawnTitle, .ownershipEndedLead, .slash), 410)
        case .expired: (ended("ownership-expired", .ownershipExpiredTitle, .ownershipAgainLead, .clock), 410)
        case .unknown: (ended("ownership-unknown", .ownershipUnknownTitle, .ownershipAgainLead, .search), 404)
        }
    }

    private func open(_ offer: OwnershipOffer, _ path: String) -> PageView {
        let (organization, giver) = (offer.organization.name.text, offer.giver.shownName)
        var view = PageView(
            "ownership", title: words.text(.ownershipTitle, ["person": giver, "organization": organization]),
            headline: words.html(
                .ownershipTitle, ["person": .strong(giver), "organization": .strong(organization)]))
        view.monogram = HTML(organization.prefix(1).uppercased())
        view.lead = [
            words.html(.ownershipLead, ["person": .name(giver)]),
            words.html(.signedInAs, ["person": .strong(offer.receiver.email.typed)]),
        ]
        view.facts = [
            FactView(label: words.html(.factOrganization), value: .name(organization)),
            FactView(
                label: words.html(.factOffers),
                value: .name(offer.giver.name == nil ? giver : "\(giver) (\(offer.giver.email.typed))")),
            FactView(label: words.html(.factRole), value: words.role(offer.role)),
            FactView(label: words.html(.factAfterwards), value: words.role(HeldRole.owner)),
            FactView(label: words.html(.factUntil), value: words.moment(offer.transfer.expiresAt)),
        ]
        view.form = desk.form(.takeOwnership, to: path + "/accept", submit: words[.ownershipAccept])
        view.second = desk.form(.leaveOwnership, to: path + "/decline", submit: words[.ownershipDecline])
        view.second?.isQuiet = true
        view.notes = [words.html(.ownershipNote, ["person": .name(giver)])]
        return view
    }

    private func somebodyElse(_ person: User, _ path: String) -> PageView {
        var view = PageView(
            "ownership-other", title: words[.ownershipOtherTitle], headline: words.html(.ownershipOtherTitle),
            symbol: .shield)
        view.lead = [words.html(.ownershipOtherLead, ["person": .strong(person.email.typed)])]
        var form = desk.form(.signOut, to: "/signout", submit: words[.wrongSubmit])
        form.hidden.append(HiddenView("next", path))
        view.form = form
        return view
    }

    private func ended(_ state: HTML, _ title: Phrase, _ lead: Phrase, _ symbol: Symbol) -> PageView {
        var view = PageView(state, title: words[title], headline: words.html(title), symbol: symbol)
        view.lead = [words.html(lead)]
        view.action = LinkView(words[.openAccount], to: "/account")
        return view
    }
}
