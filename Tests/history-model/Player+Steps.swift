import UsherDomain
import UsherHistoryModel

/// The model's steps in words of HTTP.
extension Player {
    /// So far the clock may go back and forth, in seconds: what ended long ago loses its address, which no list shows then.
    private static let range: ClosedRange<Int64> = -10_800...(75 * 86_400)

    func choose(_ number: Int, _ random: inout SeededGenerator) -> (Move, WireStep) {
        for _ in 0..<200 {
            let chance = Int.random(in: 0..<100, using: &random)
            if chance < 3 { return (.kill, WireStep(number: number, words: "\(number): kill")) }
            if chance < 6, let name = possible[0].names.filter(isReadable).randomElement(using: &random) {
                let words = "\(number): look at \(name)"
                return (.look(name), WireStep(number: number, words: words, look: page(of: name)))
            }
            guard let step = playable(possible[0].anyStep(&random)) else { continue }
            let isKilled = Int.random(in: 0..<7, using: &random) == 0 && step.isRequest
            let kill = isKilled ? Int.random(in: 0...step.patience, using: &random) : nil
            if let wire = wire(step, number, kill: kill) { return (.step(kill == nil ? step : step.taken), wire) }
        }
        return (.kill, WireStep(number: number, words: "\(number): kill"))
    }

    /// What a driver can do; nil: something else is tried.
    private func playable(_ step: HistoryModel.Step) -> HistoryModel.Step? {
        switch step {
        case .act(_, _, .edit(_, nil, nil)): return nil
        case .act: return step
        case .decline(let name, _): return isReadable(name) ? step : nil
        case .joinAnew(let name), .join(let name, _), .enter(let name): return isReadable(name) ? .enter(name) : nil
        case .wait(let duration):
            let seconds = duration.components.seconds
            guard seconds != 0, Self.range.contains(offset + seconds) else { return nil }
            // A little behind a boundary instead of on it.
            return .wait(.seconds(seconds.isMultiple(of: 10) || seconds < 10 ? seconds : seconds + 5))
        case .sweep, .prune, .fill, .post: return nil
        }
    }

    /// Whether the newest letter of the organization to that person is certainly the newest of this offer.
    private func isReadable(_ name: HistoryModel.Name) -> Bool {
        possible.allSatisfy { model in
            let offers = model.homes[name.home].offers
            let offer = offers[name.place]
            return offer.isHandedOver && offer.letterDueAt == nil
                && offers.lastIndex { $0.person == offer.person } == name.place
        }
    }

    private func page(of name: HistoryModel.Name, report: Bool = false) -> WireStep.Page {
        WireStep.Page(person: possible[0][name].person, organization: name.home, report: report)
    }

    private func wire(_ step: HistoryModel.Step, _ number: Int, kill: Int?) -> WireStep? {
        let step = kill == nil ? step : step.taken
        let killed = kill.map { ", killed after \($0) ms" } ?? ""
        let words = "\(number): \(step)\(killed)".replacing("UsherHistoryModel.HistoryModel.", with: "")
            .replacing("UsherDomain.", with: "")
        var wire = WireStep(number: number, words: words, kill: kill)
        switch step {
        case .act(let person, let home, let deed):
            wire.call = call(deed, by: person, in: home)
            wire.verdict = verdict(of: deed, in: home)
        case .enter(let name): wire.enter = page(of: name)
        case .decline(let name, let report): wire.decline = page(of: name, report: report)
        case .wait(let duration):
            wire.wait = duration.components.seconds
            offset += duration.components.seconds
        default: return nil
        }
        return wire
    }

    private func verdict(of deed: HistoryModel.Deed, in home: Int) -> WireStep.Verdict? {
        let (person, verdict): (Person, HistoryModel.Verdict) =
            switch deed {
            case .send(let guest, _, _, let verdict): (guest, verdict)
            case .resend(let name, let verdict), .approve(let name, let verdict):
                (possible[0][name].person, verdict)
            default: (0, .takes)
            }
        guard verdict != .takes else { return nil }
        return WireStep.Verdict(person: person, organization: home, word: "\(verdict)")
    }
}

extension HistoryModel.Step {
    fileprivate var isRequest: Bool { if case .wait = self { false } else { true } }

    /// Milliseconds within which most of it happens: who enters has a password hashed first.
    fileprivate var patience: Int { if case .enter = self { 80 } else { 20 } }

    /// The same with a relay that takes the letter: of what was killed nobody could tell what else it said.
    fileprivate var taken: Self {
        guard case .act(let person, let home, let deed) = self else { return self }
        return switch deed {
        case .send(let guest, let role, let life, _):
            .act(by: person, in: home, .send(to: guest, role, life: life, .takes))
        case .resend(let name, _): .act(by: person, in: home, .resend(name, .takes))
        case .approve(let name, _): .act(by: person, in: home, .approve(name, .takes))
        default: self
        }
    }
}

// MARK: - Calls

extension Player {
    private func call(_ deed: HistoryModel.Deed, by person: Person, in home: Int) -> WireStep.Call {
        let organization = "/api/organization/\(begin.organizations[home])"
        func call(_ method: String, _ path: String, _ body: [String: JSON]? = nil) -> WireStep.Call {
            WireStep.Call(
                person: person, organization: home, method: method, path: path, body: body.map { .object($0) })
        }
        return switch deed {
        case .send(let guest, let role, let life, _):
            call("POST", "/api/invitation", invitation(guest, role, life, in: home))
        case .resend(let name, _): call("POST", "/api/invitation/\(book.offer(name))/resend")
        case .approve(let name, _): call("POST", "/api/invitation/\(book.offer(name))/approve")
        case .edit(let name, let role, let life):
            call("PATCH", "/api/invitation/\(book.offer(name))", edit(role, life, in: home))
        case .revoke(let name): call("DELETE", "/api/invitation/\(book.offer(name))")
        case .remove(let member): call("DELETE", "\(organization)/user/\(book.user(member))")
        case .setRole(let member, let role):
            call("PUT", "/api/user", wire(role, as: "role", in: home).merging(user(member)) { $1 })
        case .define(let allowed):
            call("POST", "\(organization)/role", ["name": .text(book.nextRole(in: home)), "permissions": allowed.json])
        case .redefine(let role, let allowed):
            call("PUT", "\(organization)/role/\(book.role(role, in: home))", ["permissions": allowed.json])
        case .delete(let role): call("DELETE", "\(organization)/role/\(book.role(role, in: home))")
        case .settings(let limit, let waitlist):
            call(
                "PATCH", "\(organization)/settings",
                ["seat_limit": limit.map { .number(Int64($0)) } ?? .null, "waitlist": .bool(waitlist)])
        case .offerOwnership(let receiver): call("POST", "\(organization)/transfer", user(receiver))
        case .acceptOwnership: call("POST", "\(organization)/transfer/accept")
        case .declineOwnership: call("POST", "\(organization)/transfer/decline")
        case .cancelOwnership: call("DELETE", "\(organization)/transfer")
        }
    }

    private func user(_ person: Person) -> [String: JSON] { ["user_id": .text(book.user(person))] }

    private func invitation(
        _ guest: Person, _ role: HistoryModel.Held, _ life: Duration?, in home: Int
    ) -> [String: JSON] {
        var body = wire(role, as: "user_role", in: home)
        body["app_url"] = .text(begin.url)
        body["redirect_uri"] = .text("\(begin.url)/account")
        body["organization_id"] = .text(begin.organizations[home])
        body["email"] = .text("p\(guest)@example.org")
        body["expires_in"] = life.map { .number($0.components.seconds) }
        return body
    }

    private func edit(_ role: HistoryModel.Held?, _ life: Duration?, in home: Int) -> [String: JSON] {
        var body = role.map { wire($0, as: "role", in: home) } ?? [:]
        body["expires_in"] = life.map { .number($0.components.seconds) }
        return body
    }

    private func wire(_ held: HistoryModel.Held, as name: String, in home: Int) -> [String: JSON] {
        switch held {
        case .base(let role): [name: .number(Int64(role.rawValue))]
        case .custom(let index): [name: .number(0), "role_id": .text(book.role(index, in: home))]
        }
    }
}

extension Book {
    func nextRole(in home: Int) -> String { "role \(roles[home].count)" }
}

extension PermissionSet {
    /// Actions by the kind of thing.
    fileprivate var json: JSON {
        .object(Dictionary(grouping: permissions, by: \.resource).mapValues { .list($0.map { .text($0.action) }) })
    }
}
