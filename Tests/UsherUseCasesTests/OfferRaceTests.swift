import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// What many do to an offer at once, in kinds that exclude each other.
@Suite(.timeLimit(.minutes(15)))
struct OfferRaceTests {
    private static func guests(_ round: Int, _ count: Int = 10) -> [String] {
        (0..<count).map { "guest\($0).\(round)@example.org" }
    }

    @Test(arguments: Engine.available)
    func `CON-04 of acceptances and edits, each member holds what was offered at that moment`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<5 {
            let guests = Self.guests(round)
            let offers = try await world.offers(to: guests)
            let outcomes = try await verdicts(of: 20) { index in
                if index < 10 {
                    try await world.accept(guests[index])
                } else {
                    var edit = InvitationEdit()
                    edit.role = .admin
                    try await world.edit(offers[index - 10], edit, as: world.owner)
                }
            }
            #expect(outcomes[..<10].allSatisfy { $0 == nil }, "\(outcomes)")
            #expect(outcomes[10...].allSatisfy { $0 == nil || $0 == .invitationNotPending }, "\(outcomes)")
            for (index, guest) in guests.enumerated() {
                let isEdited = outcomes[index + 10] == nil
                #expect(try await world.find(guest).role == (isEdited ? .admin : .user))
                #expect(try await world.role(of: guest) == (isEdited ? .admin : .user))
                #expect(
                    try await world.audited(offers[index]).count == (isEdited ? 3 : 2),
                    "nothing is written down of an edit that came too late")
            }
        }
    }

    @Test(arguments: Engine.available)
    func `CON-04 of edits of different things at once none is lost`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        let id = try #require(try await world.offers(to: ["new@example.org"]).first)
        let owner = try await world.caller(world.owner)
        let outcomes = try await verdicts(of: 20) { index in
            var edit = InvitationEdit()
            switch index % 5 {
            case 0: edit.role = .admin
            case 1: edit.name = .some(DisplayName(stored: "Ada"))
            case 2: edit.locale = .some("de")
            case 3: edit.expiry = .after(.hours(30))
            default: edit.metadata = Metadata(["born": "1815"])
            }
            _ = try await world.useCases.editInvitation(
                id, .success(edit), in: world.organization.id, as: owner, facts: World.facts)
        }
        #expect(outcomes.allSatisfy { $0 == nil }, "\(outcomes)")
        let found = try await world.find("new@example.org")
        #expect(found.role == .admin && found.locale == "de" && found.extras.name?.text == "Ada")
        #expect(found.extras.metadata == Metadata(["born": "1815"]))
        #expect(found.expiresAt == world.clock.now() + .hours(30))
        #expect(found.inviter == .user(world.owner.id), "who raised it answers for it")
        #expect(try await world.audited(id).count { $0 == "invitation.edited" } == 20)
    }

    @Test(arguments: Engine.available)
    func `CON-04 INV-10 of acceptances and the sweep around the moment of expiry each offer has one end`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        let guests = Self.guests(0, 20)
        for guest in guests { try await world.send(guest, expiry: .after(.hours(1))) }
        var offers: [ID<Invitation>] = []
        for guest in guests { offers.append(try await world.find(guest).id) }
        world.clock.advance(by: .hours(1) - .milliseconds(50))
        world.clock.tick()
        let outcomes = try await verdicts(of: 40) { index in
            if index.isMultiple(of: 2) {
                try await world.accept(guests[index / 2])
            } else {
                for _ in 0..<4 { _ = try await world.useCases.sweepInvitations.expire(limit: 3) }
            }
        }
        world.clock.advance(by: .hours(1))
        while try await world.useCases.sweepInvitations.expire(limit: 7) > 0 {}
        #expect(
            stride(from: 0, to: 40, by: 2).map { outcomes[$0] }.allSatisfy {
                [nil, .invitationExpired, .invitationUsed].contains($0)
            }, "\(outcomes)")
        for (index, guest) in guests.enumerated() {
            let isMember = try await world.isMember(guest)
            #expect(isMember == (outcomes[index * 2] == nil))
            let last = try await world.audited(offers[index])
            #expect(last == ["invitation.created", isMember ? "invitation.accepted" : "invitation.expired"])
        }
    }

    @Test(arguments: Engine.available)
    func `CON-05 AZ-06 of acceptances and the inviter's loss of the right the order decides`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<5 {
            let inviter = try await world.join("inviter\(round)@example.com", .admin)
            let guests = Self.guests(round)
            let others = (0..<3).map { "other\($0).\(round)@example.org" }
            for guest in guests + others { try await world.send(guest, as: inviter) }
            let outcomes = try await verdicts(of: 20) { index in
                if index < 17 {
                    try await world.accept(guests[index % 10])
                } else {
                    try await world.change(inviter, to: .user, as: world.owner)
                }
            }
            #expect(outcomes[17...].allSatisfy { $0 == nil }, "\(outcomes)")
            for guest in guests {
                let isMember = try await world.isMember(guest)
                #expect(try await world.status(guest) == (isMember ? .accepted : .needsApproval))
            }
            for other in others { #expect(try await world.status(other) == .needsApproval, "nobody touched it") }
        }
    }

    @Test(arguments: Engine.available)
    func `CON-03 of acceptance, refusal and withdrawal exactly one wins`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        let owner = try await world.caller(world.owner)
        for round in 0..<6 {
            let guests = Self.guests(round, 7)
            let offers = try await world.offers(to: guests)
            let outcomes = try await verdicts(of: 21) { index in
                let place = index / 3
                switch index % 3 {
                case 0: try await world.accept(guests[place])
                case 1:
                    try await world.useCases.declineInvitation(
                        code: world.code(for: guests[place]), reason: nil, report: false, facts: World.facts)
                default:
                    try await world.useCases.revokeInvitation(
                        offers[place], in: world.organization.id, as: owner, facts: World.facts)
                }
            }
            for (place, guest) in guests.enumerated() {
                let three = Array(outcomes[(place * 3)..<(place * 3 + 3)])
                #expect(three.count { $0 == nil } == 1, "\(three)")
                let ends: [Invitation.Status] = [.accepted, .declined, .revoked]
                let status = try #require(try await world.status(guest))
                #expect(three.firstIndex(of: nil) == ends.firstIndex(of: status))
                #expect(try await world.isMember(guest) == (status == .accepted))
                #expect(
                    try await world.audited(offers[place]) == ["invitation.created", "invitation.\(status.rawValue)"])
            }
        }
    }

    @Test(arguments: Engine.available)
    func `CON-09 of resends and withdrawals nothing is open or sent in the end`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        let owner = try await world.caller(world.owner)
        for round in 0..<5 {
            let guests = Self.guests(round)
            let offers = try await world.offers(to: guests)
            world.clock.advance(by: .minutes(2))
            let outcomes = try await verdicts(of: 20) { index in
                if index < 10 {
                    _ = try await world.useCases.resendInvitation(
                        ResendInvitation.Request(
                            invitation: offers[index], organization: world.organization.id, caller: owner,
                            idempotency: nil, facts: World.facts, patience: nil))
                } else {
                    try await world.useCases.revokeInvitation(
                        offers[index - 10], in: world.organization.id, as: owner, facts: World.facts)
                }
            }
            #expect(outcomes[..<10].allSatisfy { $0 == nil || $0 == .invitationNotPending }, "\(outcomes)")
            #expect(outcomes[10...].allSatisfy { $0 == nil }, "\(outcomes)")
            for (index, id) in offers.enumerated() {
                let generation = outcomes[index] == nil ? 2 : 1
                let code = world.effects.code(of: id, generation: generation)
                #expect(try await refusal { try await world.accept(code: code) } == .invitationEnded)
            }
            #expect(try await world.waitingLetters().isEmpty)
        }
    }

    /// A clock that goes on, and nodes whose clocks differ: who gets the row last may have the earlier time, and finds a
    /// letter that is later than their own.
    @Test(arguments: Engine.available, [1, -1] as [Int64])
    func `CON-09 of fifty resends one goes out, though no two have the same time`(
        _ engine: Engine, _ step: Int64
    ) async throws {
        let world = try await World(engine, quotas: .off)
        let id = try #require(try await world.offers(to: ["new@example.org"]).first)
        let caller = try await world.caller(world.admin)
        world.clock.advance(by: .minutes(2))
        world.clock.tick(by: step)
        let outcomes = try await verdicts(of: 50) { _ in _ = try await world.resend(id, by: caller) }
        #expect(outcomes.count { $0 == nil } == 1, "\(outcomes)")
        for case .some(let refused) in outcomes {
            guard case .resendTooSoon(let wait) = refused else { throw refused }
            #expect(wait > .zero && wait <= InvitationLife.resendPause)
        }
        #expect(world.dispatch.letters.count == 2)
        #expect(try await world.find("new@example.org").generation == 2)
    }

    @Test(arguments: Engine.available)
    func `CON-03 of approvals, withdrawals and refusals each offer has one end, and no letter goes out`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        let (owner, organization) = (try await world.caller(world.owner), world.organization.id)
        for round in 0..<5 {
            let guests = Self.guests(round, 7)
            let offers = try await world.offers(to: guests)
            let now = world.clock.now()
            for id in offers { _ = try await world.store.write { try $0.needApproval(id, in: organization, at: now) } }
            let outcomes = try await verdicts(of: 21) { index in
                let place = index / 3
                switch index % 3 {
                case 0: _ = try await world.approve(offers[place], by: owner)
                case 1:
                    try await world.useCases.declineInvitation(
                        code: world.code(for: guests[place]), reason: nil, report: false, facts: World.facts)
                default:
                    try await world.useCases.revokeInvitation(
                        offers[place], in: organization, as: owner, facts: World.facts)
                }
            }
            for (place, guest) in guests.enumerated() {
                let (approved, declined) = (outcomes[place * 3] == nil, outcomes[place * 3 + 1] == nil)
                #expect(declined != (outcomes[place * 3 + 2] == nil), "one of the two ends it")
                #expect(try await world.find(guest).status == (declined ? .declined : .revoked))
                let told = try await world.audited(offers[place])
                #expect(told.count { $0 == "invitation.approved" } == (approved ? 1 : 0))
                #expect(told.last == (declined ? "invitation.declined" : "invitation.revoked"))
                #expect(try await world.isMember(guest) == false)
            }
            #expect(try await world.waitingLetters().isEmpty)
        }
    }

    @Test(arguments: Engine.available)
    func `a reminder that is written while its offer is accepted is not sent`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        let home = try await world.organization(reminding: [.after(.days(2))])
        let guests = Self.guests(0, 20)
        for guest in guests { try await world.invite(guest, to: home) }
        world.clock.advance(by: .days(2))
        let outcomes = try await verdicts(of: 20) { index in
            if index.isMultiple(of: 2) {
                _ = try await world.remind()
            } else {
                try await world.accept(guests[index / 2])
            }
        }
        #expect(outcomes.allSatisfy { $0 == nil }, "\(outcomes)")
        let letters = try await world.waitingLetters()
        #expect(letters.map(\.recipient.typed).sorted() == guests[10...].sorted(), "one each, and none to a member")
    }
}

extension World {
    /// Sends one to each; their ids.
    func offers(to addresses: [String]) async throws -> [ID<Invitation>] {
        var made: [ID<Invitation>] = []
        for address in addresses {
            try await send(address)
            made.append(try await find(address).id)
        }
        return made
    }

    /// The role that whoever has this address holds.
    func role(of address: String) async throws -> Role? {
        let (email, id) = (try EmailAddress(parsing: address), organization.id)
        return try await store.read { tx in
            guard let user = try tx.account(of: email)?.user.id else { return nil }
            return try tx.membership(of: user, in: id)?.role
        }
    }
}
