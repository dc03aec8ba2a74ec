import UsherDomain
import UsherUseCases

/// The page of an invitation in one of its states, from what `OpenInvitation` saw. Pure.
struct InvitationPageModel: Sendable {
    let view: PageView
    let status: Int
    /// Where the form's answer may lead the browser beside our own pages.
    let target: Origin?

    init(_ page: InvitationPage, _ desk: Desk, trouble: FormTrouble? = nil) {
        let draft = InvitationDraft(desk: desk, trouble: trouble)
        switch page {
        case .newPerson(let offer): (view, status) = (draft.newPerson(offer), 200)
        case .knownPerson(let offer): (view, status) = (draft.knownPerson(offer), 200)
        case .ready(let offer, let user): (view, status) = (draft.ready(offer, user), 200)
        case .wrongAccount(let offer, let user): (view, status) = (draft.wrongAccount(offer, user), 403)
        case .alreadyMember(let offer, let role): (view, status) = (draft.member("E", offer, role), 200)
        case .acceptedByYou(let offer, let role): (view, status) = (draft.member("F", offer, role), 200)
        case .used(let offer): (view, status) = (draft.used(offer), 410)
        case .expired(let offer): (view, status) = (draft.expired(offer), 410)
        case .withdrawn(let offer): (view, status) = (draft.withdrawn(offer), 410)
        case .superseded(let offer): (view, status) = (draft.superseded(offer), 410)
        case .unknown: (view, status) = (draft.unknown(), 404)
        case .needsApproval(let offer): (view, status) = (draft.needsApproval(offer), 403)
        case .barred(let offer, let barrier): (view, status) = (draft.barred(offer, by: barrier), 403)
        }
        target = page.openOffer.flatMap { $0.leads(where: desk.rules) ? $0.invitation.redirectURI.origin : nil }
    }
}

extension InvitationPage {
    /// What is offered, whatever became of it.
    var offer: Offer? {
        switch self {
        case .newPerson(let offer), .knownPerson(let offer), .ready(let offer, _), .wrongAccount(let offer, _),
            .alreadyMember(let offer, _), .acceptedByYou(let offer, _), .used(let offer), .expired(let offer),
            .withdrawn(let offer), .superseded(let offer), .needsApproval(let offer), .barred(let offer, _):
            offer
        case .unknown: nil
        }
    }

    /// What can be accepted from this page now.
    var openOffer: Offer? {
        switch self {
        case .newPerson(let offer), .knownPerson(let offer), .ready(let offer, _): offer
        case .wrongAccount, .alreadyMember, .acceptedByYou, .used, .expired, .withdrawn, .superseded, .unknown,
            .needsApproval, .barred:
            nil
        }
    }
}

extension Offer {
    /// Whether the target is on an allowed origin now, whatever was so when the letter was sent.
    func leads(where rules: ServerRules) -> Bool {
        do throws(Refusal) {
            try rules.check(invitation.redirectURI, field: "redirect_uri", for: organization)
            return true
        } catch {
            return false
        }
    }
}
