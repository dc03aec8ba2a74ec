import Foundation
import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

@testable import UsherPages

/// Writes every page as a file, to be looked at: `USHER_GALLERY=folder swift test --filter PagesGallery`.
@Suite struct PagesGallery {
    private static let folder = ProcessInfo.processInfo.environment["USHER_GALLERY"]

    @Test(.enabled(if: folder != nil), arguments: Language.allCases)
    func `every page as a file`(_ language: Language) throws {
        let folder = URL(fileURLWithPath: try #require(Self.folder))
        let assets = Assets(hash: { _ in "gallery" })
        let templates = Templates(PageTemplates.all)
        let pages = Self.pages(in: language)
        for (name, view) in pages {
            let frame = Frame(view, words: Words(language), app: "Usher", assets: assets)
            let file = folder.appendingPathComponent("\(name).\(language.rawValue).html")
            try templates.render(frame, with: "page").markup.write(to: file, atomically: true, encoding: .utf8)
        }
        let style = folder.appendingPathComponent("assets")
        try FileManager.default.createDirectory(at: style, withIntermediateDirectories: true)
        try Stylesheet.text.write(
            to: style.appendingPathComponent("usher.css"), atomically: true, encoding: .utf8)
        try Script.text.write(to: style.appendingPathComponent("usher.js"), atomically: true, encoding: .utf8)
        #expect(pages.count == 43)
    }

    private static func pages(in language: Language) -> [String: PageView] {
        let words = Words(language)
        let rules = ServerRules(
            appName: "Usher", ownOrigin: Origin(stored: "https://usher.example.com"), allowsLoopback: false)
        let desk = Desk(words: words, rules: rules, now: Sample.now, minimumPassword: 12) { _ in "token" }
        let notices = NoticePages(words: words)
        let people = AccountPages(desk: desk)
        var all = invitations(desk)
        all["M"] = notices.trouble(.limited(.seconds(90)), retry: "/", requestID: "0190-example", hasInvitation: true)
        all["M-fault"] = notices.trouble(.fault, retry: "/", requestID: "0190-example", hasInvitation: false)
        all["declined"] = notices.declined(isReported: true)
        all["unsubscribe"] = notices.unsubscribe(address: "/letter/unsubscribe")
        all["signin"] = people.signIn(email: "", next: nil, hasSignUp: true)
        let wrong = AccountPages(desk: desk, trouble: FormTrouble(.wrongCredentials, desk))
        all["signin-wrong"] = wrong.signIn(email: "ada@example.com", next: nil, hasSignUp: false)
        all["reset"] = people.reset(email: "")
        all["reset-sent"] = people.resetSent(to: "ada@example.com")
        all["reset-new"] = people.newPassword(of: Sample.user("ada"))
        all["reset-dead"] = people.resetDead()
        all.merge(links(desk)) { $1 }
        all.merge(signUp(desk)) { $1 }
        all["setup"] = people.setUp(organization: "Example Orchard")
        return all
    }

    private static func links(_ desk: Desk) -> [String: PageView] {
        let organization = Sample.organization(name: "Example Orchard")
        let (inviter, user) = (Sample.user("olga", name: "Olga Owner"), Sample.user("ada.lovelace", name: "Ada"))
        let link = JoinLink(
            id: Sample.id(), organization: organization.id, role: .user, inviter: .user(inviter.id), maximumUses: 30,
            allowedDomains: ["example.com", "*.example.org"], redirectURI: Sample.url,
            expiresAt: Sample.now + .days(7), createdAt: Sample.now, updatedAt: Sample.now)
        let offer = JoinOffer(link: link, organization: organization, inviter: inviter)
        let proof = JoinProof(
            id: Sample.id(), link: link.id, organization: organization.id, email: user.email, locale: nil,
            expiresAt: Sample.now + .minutes(10))
        let pages = JoinPages(desk: desk)
        let states: [JoinLinkPage] = [
            .open(offer), .signedIn(offer, user), .member(offer, .user), .full(offer), .expired(offer),
            .revoked(offer), .usedUp(offer), .unknown,
        ]
        let all =
            states.map { pages.page($0).view } + [
                pages.sent(to: user.email.typed, offer), pages.confirm(proof, offer), pages.waits(offer, user.email),
                pages.refused(offer),
            ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.state.markup, $0) })
    }

    private static func signUp(_ desk: Desk) -> [String: PageView] {
        let (organization, email) = (Sample.organization(name: "Example Orchard"), Sample.email("ada.lovelace"))
        let pages = SignUpPages(desk: desk)
        let states: [SignUpPage] = [.open(email, organization, .join), .known(email), .closed(email), .dead]
        let all = states.map { pages.page($0).view } + [pages.address(""), pages.sent(to: email.typed)]
        let asks = ["sign-up-new-ask": pages.page(.open(email, organization, .request)).view]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.state.markup, $0) }).merging(asks) { $1 }
    }

    private static func invitations(_ desk: Desk) -> [String: PageView] {
        let organization = Sample.organization(name: "Example Orchard")
        let inviter = Sample.user("olga", name: "Olga Owner")
        let user = Sample.user("ada.lovelace", name: "Ada")
        func offer(_ change: (inout Invitation) -> Void = { _ in }) -> Offer {
            var invitation = Sample.invitation(
                to: Sample.email("ada.lovelace"), in: organization.id, by: .user(inviter.id), role: .admin)
            change(&invitation)
            return Offer(invitation: invitation, organization: organization, inviter: inviter)
        }
        let plain = offer()
        let accepted = offer { $0.acceptedAt = Sample.now - .days(1) }
        let other = Sample.user("grace", name: nil)
        let pages: [String: InvitationPage] = [
            "A": .newPerson(plain), "B": .knownPerson(plain), "C": .ready(plain, user),
            "D": .wrongAccount(plain, other), "E": .alreadyMember(plain, .user), "F": .acceptedByYou(accepted, .admin),
            "G": .used(accepted), "H": .expired(plain), "I": .withdrawn(plain), "J": .superseded(plain),
            "K": .unknown, "L": .needsApproval(plain),
        ]
        var all = pages.mapValues { InvitationPageModel($0, desk).view }
        let short = FormTrouble(.weakPassword(.tooShort(minimum: 12)), desk)
        all["A-wrong"] = InvitationPageModel(.newPerson(plain), desk, trouble: short).view
        return all
    }
}
