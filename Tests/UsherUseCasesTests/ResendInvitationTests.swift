import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

@Suite(.timeLimit(.minutes(15))) struct ResendInvitationTests {
    // INV-12
    @Test(arguments: Engine.available)
    func `INV-12 a resend makes a new code and lets the old one die, and changes neither role nor inviter`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org", role: .admin)
        let before = try #require(try await world.invitation("new@example.org"))
        let oldCode = try world.code(for: "new@example.org")
        world.clock.advance(by: .minutes(2))
        #expect(try await world.resend(before.id, as: world.owner) == .sent)
        let after = try #require(try await world.invitation("new@example.org"))
        #expect((after.id, after.generation, after.role) == (before.id, 2, .admin))
        #expect(after.inviter == before.inviter)
        #expect(after.expiresAt == before.expiresAt + .minutes(2))
        #expect(after.delivery == .handedOver)
        #expect(world.dispatch.letters.count == 2)
        let page = try await world.useCases.openInvitation(code: oldCode, as: nil)
        guard case .superseded(let offer) = page else { throw Refusal.invitationNotFound }
        #expect(offer.invitation.id == before.id)
        await #expect(throws: Refusal.invitationNotFound) { try await world.accept(code: oldCode) }
        try await world.accept("new@example.org")
        #expect(
            try await world.audited(before.id) == ["invitation.created", "invitation.resent", "invitation.accepted"])
    }

    @Test(arguments: Engine.available)
    func `within a minute a resend is refused and changes nothing`(_ engine: Engine) async throws {
        var quotas = Quotas.off
        quotas.actor = Quota(.actor, 2, per: .hours(1))
        let world = try await World(engine, quotas: quotas)
        try await world.send("new@example.org")
        let before = try #require(try await world.invitation("new@example.org"))
        world.clock.advance(by: .milliseconds(59_999))
        for _ in 0..<5 {
            await #expect(throws: Refusal.resendTooSoon(retryAfter: .milliseconds(1))) {
                try await world.resend(before.id)
            }
        }
        #expect(try await world.invitation("new@example.org") == before)
        #expect(world.dispatch.letters.count == 1)
        world.clock.advance(by: .milliseconds(1))
        #expect(try await world.resend(before.id) == .sent, "the refused ones counted against nobody")
    }

    // EML-19, RES-16
    @Test(arguments: Engine.available, [Quota.Name.actor, .organization, .recipient, .peer])
    func `EML-19 a resend counts as a letter does, and beyond a limit it changes nothing`(
        _ engine: Engine, _ name: Quota.Name
    ) async throws {
        var quotas = Quotas.off
        let quota = Quota(name, 3, per: .days(1))
        switch name {
        case .actor: quotas.actor = quota
        case .organization: quotas.organization = quota
        case .recipient: quotas.recipient = quota
        default: quotas.peer = quota
        }
        let world = try await World(engine, quotas: quotas)
        world.clock.advanceToMidnight()
        try await world.send("new@example.org")
        let id = try #require(try await world.invitation("new@example.org")?.id)
        for _ in 0..<2 {
            world.clock.advance(by: .minutes(2))
            #expect(try await world.resend(id) == .sent)
        }
        let before = try #require(try await world.invitation("new@example.org"))
        world.clock.advance(by: .minutes(2))
        for _ in 0..<3 {
            do {
                try await world.resend(id)
                Issue.record("it went through")
            } catch Refusal.limited(let met, let retryAfter) {
                #expect(met.name == name)
                #expect(retryAfter > .zero && retryAfter <= .days(1))
            }
        }
        #expect(try await world.invitation("new@example.org") == before)
        #expect(before.generation == 3 && world.dispatch.letters.count == 3)
        #expect(try await world.audited(id) == ["invitation.created", "invitation.resent", "invitation.resent"])
        world.clock.advance(by: .days(1))
        #expect(try await world.resend(id) == .sent)
    }

    @Test(arguments: Engine.available, [20, 50])
    func `CON-09 of many resends at once one makes a code and a letter`(_ engine: Engine, _ count: Int) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let id = try #require(try await world.invitation("new@example.org")?.id)
        world.clock.advance(by: .minutes(2))
        let caller = try await world.caller(world.admin)
        let outcomes = await withTaskGroup(of: Result<SendOutcome, any Error>.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do { return .success(try await world.resend(id, by: caller)) } catch { return .failure(error) }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { (try? $0.get()) == .sent } == 1)
        for case .failure(let error) in outcomes {
            guard case .resendTooSoon(let wait)? = error as? Refusal else { throw error }
            #expect(wait > .zero && wait <= InvitationLife.resendPause)
        }
        #expect(world.dispatch.letters.count == 2)
        #expect(try await world.invitation("new@example.org")?.generation == 2)
    }

    @Test(arguments: Engine.available)
    func `CON-04 after a resend that succeeded the old code never wins`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<10 {
            let address = "new\(round)@example.org"
            try await world.send(address)
            let id = try #require(try await world.invitation(address)?.id)
            let oldCode = try world.code(for: address)
            world.clock.advance(by: .minutes(2))
            let caller = try await world.caller(world.admin)
            let wins = await withTaskGroup(of: (resent: Bool, joined: Bool).self) { group in
                for index in 0..<20 {
                    group.addTask {
                        guard index == 7 else { return (false, (try? await world.accept(code: oldCode)) != nil) }
                        return ((try? await world.resend(id, by: caller)) == .sent, false)
                    }
                }
                return await group.reduce(into: [(resent: Bool, joined: Bool)]()) { $0.append($1) }
            }
            let found = try #require(
                try await world.store.read { try $0.invitation(id, in: world.organization.id) })
            let (resent, joined) = (wins.count(where: \.resent), wins.count(where: \.joined))
            #expect(resent + joined == 1)
            #expect(found.status == (joined == 1 ? .accepted : .pending))
            #expect(found.generation == (resent == 1 ? 2 : 1))
        }
    }

    @Test(arguments: Engine.available)
    func `what expired or could not be delivered opens again, unless another offer is open`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("late@example.org")
        let late = try #require(try await world.invitation("late@example.org"))
        world.dispatch.answer(.refused(code: 550, reason: "no such user"))
        try await world.send("typo@example.org")
        let typo = try #require(try await world.invitation("typo@example.org"))
        world.clock.advance(by: .days(8))
        #expect(try await world.resend(typo.id) == .refused(code: 550))
        #expect(try await world.invitation("typo@example.org")?.status == .undeliverable)
        world.dispatch.answer(.handedOver(code: 250))
        #expect(try await world.resend(late.id) == .sent)
        try await world.accept("late@example.org")

        try await world.send("typo@example.org")
        world.clock.advance(by: .minutes(2))
        await #expect(throws: Refusal.alreadyInvited) { try await world.resend(typo.id) }
        await #expect(throws: Refusal.invitationNotPending) { try await world.resend(late.id) }
    }

    @Test(arguments: Engine.available)
    func `of a resend of what expired and a new invitation to the address one gets through`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<10 {
            let address = "new\(round)@example.org"
            try await world.send(address)
            let old = try #require(try await world.invitation(address))
            world.clock.advance(by: .days(8))
            let caller = try await world.caller(world.admin)
            let refusals = await withTaskGroup(of: (any Error)?.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        do {
                            if index.isMultiple(of: 2) {
                                _ = try await world.resend(old.id, by: caller)
                            } else {
                                try await world.send(address)
                            }
                            return nil
                        } catch { return error }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(refusals.count { $0 == nil } == 1)
            #expect(refusals.allSatisfy { $0 == nil || $0 is Refusal }, "\(refusals)")
            let selection = InvitationSelection(
                organization: world.organization.id, statuses: [.pending], limit: 100, now: world.clock.now())
            let open = try await world.store.read { try $0.invitations(selection) }
            #expect(open.count { $0.email.canonical == address } == 1)
        }
    }

    // AZ-04
    @Test(arguments: Engine.available)
    func `AZ-04 nobody resends above their own role, or what is over, or what is not theirs`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("boss@example.org", role: .owner, as: world.owner)
        try await world.send("new@example.org")
        let boss = try #require(try await world.invitation("boss@example.org"))
        let new = try #require(try await world.invitation("new@example.org"))
        world.clock.advance(by: .minutes(2))
        await #expect(throws: Refusal.roleAboveOwn(own: .admin)) { try await world.resend(boss.id) }
        await #expect(throws: Refusal.roleTooLow(needed: .invitationResend)) {
            try await world.resend(new.id, as: world.member)
        }
        let outsider = try await world.account("outsider@example.net")
        await #expect(throws: Refusal.notAMember) { try await world.resend(new.id, as: outsider) }
        await #expect(throws: Refusal.invitationNotFound) {
            try await world.resend(ID(rawValue: world.effects.newID()))
        }
        try await world.useCases.declineInvitation(
            code: try world.code(for: "new@example.org"), reason: nil, report: true, facts: World.facts)
        await #expect(throws: Refusal.invitationNotPending) { try await world.resend(new.id) }
        #expect(world.dispatch.letters.count == 2)
    }

    // CON-11
    @Test(arguments: Engine.available)
    func `CON-11 the same idempotency key resends once and gives the same answer`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let id = try #require(try await world.invitation("new@example.org")?.id)
        world.clock.advance(by: .minutes(2))
        let caller = try await world.caller(world.admin)
        let answers = try await withThrowingTaskGroup(of: SendOutcome.self) { group in
            for _ in 0..<20 { group.addTask { try await world.resend(id, by: caller, key: "one") } }
            return try await group.reduce(into: [SendOutcome]()) { $0.append($1) }
        }
        #expect(answers == Array(repeating: .sent, count: 20))
        #expect(world.dispatch.letters.count == 2)
    }
}

extension World {
    @discardableResult
    func resend(_ id: ID<Invitation>, as user: User? = nil, key: String? = nil) async throws -> SendOutcome {
        try await resend(id, by: try await caller(user ?? admin), key: key)
    }

    func resend(_ id: ID<Invitation>, by caller: Caller, key: String? = nil) async throws -> SendOutcome {
        try await useCases.resendInvitation(
            ResendInvitation.Request(
                invitation: id, organization: organization.id, caller: caller,
                idempotency: key.map { IdempotencyRequest(key: $0, fingerprint: "f") }, facts: Self.facts,
                patience: .seconds(1))
        ).outcome
    }

    /// What was written down about an invitation, in order.
    func audited(_ id: ID<Invitation>) async throws -> [String] {
        let organization = organization.id
        return try await store.read { try $0.entries(about: id.rawValue, in: organization) }.map(\.action.rawValue)
    }
}
