import UsherDomain

/// What may be tried next.
extension HistoryModel {
    /// People there are, and those of them who may act.
    package static let people = 12
    package static let actors = 8

    /// Something that somebody could try now; most of it makes sense.
    package func anyStep(_ random: inout SeededGenerator) -> Step {
        let home = homes[Int.random(in: homes.indices, using: &random)]
        let by = anyActor(in: home, .invitationCreate, &random)
        // Now and then it is one of the other organization, which is not there for whoever asks.
        let isForeign = Int.random(in: 0..<25, using: &random) == 0
        let offer = anyOffer(isForeign ? homes[homes.count - 1 - home.place] : home, &random)
        switch Int.random(in: 0..<130, using: &random) {
        case 24..<58: if let offer { return .act(by: by, in: home.place, manage(offer, in: home, &random)) }
        case 58..<72: return .act(by: by, in: home.place, tend(by, home, &random))
        case 72..<80:
            let owner = anyActor(in: home, .settingsUpdate, &random)
            return .act(by: owner, in: home.place, settings(of: home, &random))
        case 80..<105: if let offer { return answer(offer, &random) }
        case 105..<107: return .sweep
        case 107: return .prune
        case 108..<114: return .fill(Array(homes.indices))
        case 114..<117: return .post
        case 117..<130: return .wait(anyPause(&random))
        default: break
        }
        return .act(by: by, in: home.place, send(in: home, &random))
    }

    /// Mostly somebody who may.
    private func anyActor(
        in home: HistoryHome, _ needed: Permission, _ random: inout SeededGenerator
    ) -> Person {
        let able = home.members.filter { home.allowed($0.value).contains(needed) }.keys
            .filter { $0 < Self.actors }.sorted()
        let anybody = Int.random(in: 0..<Self.actors, using: &random)
        return Int.random(in: 0..<4, using: &random) == 0 ? anybody : able.randomElement(using: &random) ?? anybody
    }

    /// What is done to an offer that was made.
    private func manage(_ name: Name, in home: HistoryHome, _ random: inout SeededGenerator) -> Deed {
        switch Int.random(in: 0..<36, using: &random) {
        case 0..<11: return .resend(name, anyVerdict(&random))
        case 11..<19: return .approve(name, anyVerdict(&random))
        case 19..<28:
            let role = Bool.random(using: &random) ? anyRole(for: self[name].person, in: home, &random) : nil
            return .edit(name, role, life: anyLife(&random))
        default: return .revoke(name)
        }
    }

    /// What is done to members, roles, and the ownership.
    private func tend(_ by: Person, _ home: HistoryHome, _ random: inout SeededGenerator) -> Deed {
        // The negative one is a role of the other organization.
        let role = Int.random(in: 0..<12, using: &random) == 0 ? -1 : home.roles.indices.randomElement(using: &random)
        switch Int.random(in: 0..<30, using: &random) {
        case 0..<6:
            let isOneself = Int.random(in: 0..<3, using: &random) == 0
            return .remove(isOneself ? by : anybody(of: home, &random))
        case 14..<17 where home.roles.count < 5: return .define(anySet(&random))
        case 17..<20: if let role { return .redefine(role, anySet(&random)) }
        case 20..<22: if let role { return .delete(role) }
        case 22..<24: return .offerOwnership(to: anybody(of: home, &random) % Self.actors)
        case 24..<26: return home.transfer?.receiver == by ? .declineOwnership : .acceptOwnership
        case 26: return .cancelOwnership
        default: break
        }
        let member = anybody(of: home, &random)
        return .setRole(member, anyRole(for: member, in: home, &random))
    }

    /// A limit around what is taken, so that somebody waits.
    private func settings(of home: HistoryHome, _ random: inout SeededGenerator) -> Deed {
        let taken = home.members.count + home.held + Int.random(in: -1...3, using: &random)
        let isLimited = Int.random(in: 0..<5, using: &random) > 0
        return .settings(limit: isLimited ? max(taken, 0) : nil, waitlist: Int.random(in: 0..<4, using: &random) > 0)
    }

    /// What the invited do.
    private func answer(_ name: Name, _ random: inout SeededGenerator) -> Step {
        let home = homes[name.home]
        if let transfer = home.standingTransfer, transfer.receiver < Self.actors,
            Int.random(in: 0..<6, using: &random) == 0
        {
            return .act(by: transfer.receiver, in: home.place, .acceptOwnership)
        }
        switch Int.random(in: 0..<28, using: &random) {
        case 0..<4: return .decline(name, report: Int.random(in: 0..<8, using: &random) == 0)
        case 4..<10: return .joinAnew(name)
        case 10..<18: return .enter(name)
        default:
            let isOther = Int.random(in: 0..<5, using: &random) == 0
            return .join(name, as: isOther ? Int.random(in: 0..<Self.actors, using: &random) : self[name].person)
        }
    }

    private func send(in home: HistoryHome, _ random: inout SeededGenerator) -> Deed {
        let guest = Int.random(in: 0..<Self.people, using: &random)
        let life = Bool.random(using: &random) ? nil : anyLife(&random)
        return .send(to: guest, anyRole(for: guest, in: home, &random), life: life, anyVerdict(&random))
    }

    /// Who does not act owns nothing: an organization must not end in their hands.
    private func anyRole(for person: Person, in home: HistoryHome, _ random: inout SeededGenerator) -> Held {
        if Int.random(in: 0..<40, using: &random) == 0 { return .custom(-1) }
        let base: [Role] = person < Self.actors ? [.user, .user, .admin, .owner] : [.user]
        let all = base.map(Held.base) + home.roles.indices.map(Held.custom)
        return all.randomElement(using: &random) ?? .base(.user)
    }

    private func anyLife(_ random: inout SeededGenerator) -> Duration? {
        let lives: [Duration?] = [nil, nil, .hours(1), .days(2), .days(30)]
        return lives.randomElement(using: &random) ?? nil
    }

    /// Much of what the steps here take, so that their holders do something.
    private func anySet(_ random: inout SeededGenerator) -> PermissionSet {
        let pool: [Permission] = [
            .invitationCreate, .invitationCreate, .invitationResend, .invitationApprove, .invitationRevoke,
            .invitationUpdate, .memberUpdate, .memberRemove, .roleCreate, .roleUpdate, .roleDelete, .auditRead,
            .settingsUpdate,
        ]
        return PermissionSet(pool.filter { _ in Bool.random(using: &random) })
    }

    private func anyVerdict(_ random: inout SeededGenerator) -> Verdict {
        let verdicts: [Verdict] = [.takes, .takes, .takes, .takes, .refuses, .delays]
        return verdicts.randomElement(using: &random) ?? .takes
    }

    /// A member, most of the time.
    private func anybody(of home: HistoryHome, _ random: inout SeededGenerator) -> Person {
        let member = home.members.keys.sorted().randomElement(using: &random)
        return Int.random(in: 0..<4, using: &random) > 0
            ? member ?? 0 : Int.random(in: 0..<Self.people, using: &random)
    }

    /// Mostly an open one; otherwise one of the newest. Nil: there is none.
    private func anyOffer(_ home: HistoryHome, _ random: inout SeededGenerator) -> Name? {
        let open = home.offers.indices.filter { home.offers[$0].isOpen(at: now) }
        let newest = Array(home.offers.indices.suffix(20))
        let isAny = Int.random(in: 0..<6, using: &random) == 0
        return (isAny ? newest : open).randomElement(using: &random).map { Name(home: home.place, place: $0) }
    }

    private func anyPause(_ random: inout SeededGenerator) -> Duration {
        let newest = homes.compactMap { $0.offers.last { $0.expiresAt < .latest } }.randomElement(using: &random)
        let exact = newest.map { $0.expiresAt - now } ?? .seconds(1)
        let pauses: [Duration] = [
            .seconds(1), .minutes(10), .hours(7), .days(1), .days(8), .seconds(-30), .hours(-2), exact,
            exact - .milliseconds(1),
        ]
        return pauses.randomElement(using: &random) ?? .seconds(1)
    }
}
