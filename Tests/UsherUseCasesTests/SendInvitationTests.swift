import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

@Suite struct SendInvitationTests {
    @Test(arguments: Engine.available)
    func `an invitation that the relay took is sent, stored once and on its way to nobody else`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let outcome = try await world.send("new@example.org")
        #expect(outcome == .sent)
        let stored = try #require(try await world.invitation("new@example.org"))
        #expect(stored.status == .pending)
        #expect(stored.delivery == .handedOver)
        #expect(world.dispatch.letters.map(\.recipient.wire) == ["new@example.org"])
        let account = try await world.store.read { try $0.account(of: stored.email)?.user.id }
        #expect(account == nil, "nothing is created for a person before they act")
    }

    @Test(arguments: Engine.available)
    func `a recipient refused for good is undeliverable and may be invited again`(_ engine: Engine) async throws {
        let world = try await World(engine)
        world.dispatch.answer(.refused(code: 550, reason: "no such user"))
        let outcome = try await world.send("typo@example.org")
        #expect(outcome == .refused(code: 550))
        #expect(try await world.invitation("typo@example.org")?.status == .undeliverable)
        world.dispatch.answer(.handedOver(code: 250))
        let again = try await world.send("typo@example.org")
        #expect(again == .sent)
    }

    // AZ-04
    @Test(arguments: Engine.available)
    func `nobody invites above their own role, and a member invites nobody`(_ engine: Engine) async throws {
        let world = try await World(engine)
        await #expect(throws: Refusal.roleAboveOwn(own: .admin)) {
            try await world.send("new@example.org", role: .owner)
        }
        await #expect(throws: Refusal.roleTooLow(needed: .invitationCreate)) {
            try await world.send("new@example.org", as: world.member)
        }
        #expect(world.dispatch.letters.isEmpty)
        #expect(try await world.send("new@example.org", role: .owner, as: world.owner) == .sent)
    }

    // INV-15, INV-26
    @Test(arguments: Engine.available)
    func `one address has one open invitation, in whatever spelling`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@bücher.example")
        for spelling in ["New@bücher.example", "NEW@BÜCHER.example", "new@xn--bcher-kva.example"] {
            await #expect(throws: Refusal.alreadyInvited) { try await world.send(spelling) }
        }
        #expect(world.dispatch.letters.count == 1)
        #expect(try await world.send("n.ew@bücher.example") == .sent, "dots tell people apart")
    }

    @Test(arguments: Engine.available)
    func `members and oneself are not invited`(_ engine: Engine) async throws {
        let world = try await World(engine)
        await #expect(throws: Refusal.alreadyMember) { try await world.send("Member@example.com") }
        await #expect(throws: Refusal.selfInvitation) { try await world.send("ADMIN@example.com") }
        #expect(world.dispatch.letters.isEmpty)
    }

    // AZ-02: an outsider is told the same about an organization that exists and one that does not.
    @Test(arguments: Engine.available)
    func `an outsider learns nothing about organizations`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let outsider = try await world.caller(try await world.account("outsider@example.net"))
        for id in [world.organization.id, ID<Organization>(rawValue: world.effects.newID())] {
            let request = SendInvitation.Request(
                organization: id, caller: outsider, draft: .failure(.invalidRole), idempotency: nil,
                facts: World.facts, patience: nil)
            await #expect(throws: Refusal.notAMember) { try await world.useCases.sendInvitation(request) }
        }
    }

    // INV-20, WEB-10
    @Test(arguments: Engine.available)
    func `links point only to allowed origins`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let caller = try await world.caller(world.admin)
        for text in ["https://evil.example/", "http://app.example.com/", "https://app.example.com:444/"] {
            let url = try WebURL(parsing: text, field: "redirect_uri")
            let good = try world.draft("new@example.org")
            let draft = InvitationDraft(
                email: good.email, role: .user, scopes: nil, appURL: good.appURL, redirectURI: url,
                bodyOrganization: nil, locale: nil)
            let request = SendInvitation.Request(
                organization: world.organization.id, caller: caller, draft: .success(draft), idempotency: nil,
                facts: World.facts, patience: nil)
            await #expect(throws: Refusal.originNotAllowed(field: "redirect_uri", origin: url.origin)) {
                try await world.useCases.sendInvitation(request)
            }
        }
        #expect(world.dispatch.letters.isEmpty)
    }

    // CON-08
    @Test(arguments: Engine.available)
    func `of twenty equal requests one invites and mails`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let sent = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? await world.send("new@example.org")) == .sent } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(sent == 1)
        #expect(world.dispatch.letters.count == 1)
    }

    // CON-11, CRS-26
    @Test(arguments: Engine.available)
    func `the same idempotency key has one effect and the same answer`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let answers = try await withThrowingTaskGroup(of: SendOutcome.self) { group in
            for _ in 0..<20 { group.addTask { try await world.send("new@example.org", key: "one") } }
            return try await group.reduce(into: [SendOutcome]()) { $0.append($1) }
        }
        #expect(answers == Array(repeating: .sent, count: 20))
        #expect(world.dispatch.letters.count == 1)
        await #expect(throws: Refusal.idempotencyMismatch) {
            try await world.send("new@example.org", key: "one", fingerprint: "another body")
        }
        // Another actor's key of the same text is another key.
        await #expect(throws: Refusal.alreadyInvited) {
            try await world.send("new@example.org", as: world.owner, key: "one")
        }
    }

    @Test(arguments: Engine.available)
    func `a refused request leaves its idempotency key free`(_ engine: Engine) async throws {
        let world = try await World(engine)
        await #expect(throws: Refusal.alreadyMember) { try await world.send("member@example.com", key: "one") }
        #expect(try await world.send("new@example.org", key: "one") == .sent)
    }

    // EML-19, RES-16
    @Test(arguments: Engine.available)
    func `limits are exact, and a refusal counts against nobody`(_ engine: Engine) async throws {
        var quotas = Quotas.off
        quotas.actor = Quota(.actor, 3, per: .hours(1))
        let world = try await World(engine, quotas: quotas)
        await #expect(throws: Refusal.alreadyMember) { try await world.send("member@example.com") }
        for number in 1...3 { try await world.send("new\(number)@example.org") }
        do {
            try await world.send("new4@example.org")
            Issue.record("the fourth went through")
        } catch let refusal as Refusal {
            guard case .limited(let quota, let retryAfter) = refusal else { throw refusal }
            #expect(quota.name == .actor)
            #expect(retryAfter > .zero && retryAfter <= .hours(1))
        }
        #expect(world.dispatch.letters.count == 3)
        world.clock.advance(by: .hours(1))
        #expect(try await world.send("new4@example.org") == .sent)
    }

    // EML-19
    @Test(arguments: Engine.available)
    func `EML-19 one recipient gets no more letters from many organizations than from one`(
        _ engine: Engine
    ) async throws {
        var quotas = Quotas.off
        quotas.recipient = Quota(.recipient, 5, per: .days(1))
        let world = try await World(engine, quotas: quotas)
        world.clock.advanceToMidnight()
        var made: [Organization] = []
        for _ in 0..<20 { made.append(try await world.organization(reminding: [])) }
        let organizations = made
        let sent = await world.many(20) { number in
            try await world.invite("victim@example.org", to: organizations[number])
            return true
        }
        #expect(sent.wins == 5, "\(sent.faults)")
        #expect(sent.refusals.count == 15)
        for refusal in sent.refusals {
            guard case .limited(let quota, _) = refusal else { throw refusal }
            #expect(quota.name == .recipient)
        }
        #expect(world.dispatch.letters.count == 5)
        for organization in organizations { try await world.invite("\(organization.id)@example.org", to: organization) }
        #expect(world.dispatch.letters.count == 25, "nobody else is held up")
        world.clock.advance(by: .days(1))
        try await world.invite("victim@example.org", to: world.organization(reminding: []))
        #expect(world.dispatch.letters.count == 26)
    }

    @Test(arguments: Engine.available)
    func `without patience the answer comes after the commit, and the letter is left to the courier`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let outcome = try await world.send("new@example.org", patience: nil)
        let stored = try #require(try await world.invitation("new@example.org"))
        #expect(outcome == .underWay(stored.id))
        #expect(stored.delivery == .queued)
    }
}
