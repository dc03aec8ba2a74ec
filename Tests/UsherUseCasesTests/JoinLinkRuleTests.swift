import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// What a link to join by may do, and for whom.
@Suite(.timeLimit(.minutes(15)))
struct JoinLinkRuleTests {
    // AZ-04
    @Test(arguments: Engine.available)
    func `INV-28 no link makes an owner, and nobody's link grants above their own role`(_ engine: Engine) async throws {
        let world = try await World(engine)
        await #expect(throws: Refusal.invalidBody([FieldProblem("/role", .outOfRange)])) {
            try await world.link(role: .owner, as: world.owner)
        }
        await #expect(throws: Refusal.roleTooLow(needed: .joinLinkCreate)) { try await world.link(as: world.member) }
        let wrong = Refusal.invalidBody([
            FieldProblem("/max_uses", .outOfRange), FieldProblem("/expires_at", .outOfRange),
        ])
        await #expect(throws: wrong) { try await world.link(uses: 0, life: .zero) }
        await #expect(throws: wrong) { try await world.link(uses: 10_001, life: .days(366)) }
        let elsewhere = try world.linkDraft(target: "https://evil.example.net/")
        await #expect(throws: Refusal.self) {
            try await world.useCases.createJoinLink(
                .success(elsewhere), in: world.organization.id, as: world.caller(world.admin), facts: World.facts)
        }
        let page = try await world.useCases.listJoinLinks(
            of: world.organization.id, after: nil, limit: 50, as: world.caller(world.admin))
        #expect(page.links.isEmpty)
    }

    @Test(arguments: Engine.available)
    func `a link whose maker is no admin any more waits for one, before anybody types a password`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let made = try await world.link(role: .admin)
        try await world.database.remove(world.admin.id, from: world.organization.id)
        guard case .offer(let code) = try await world.prove(world.proof(made.secret, "new@example.org")) else {
            return wrong("no way on")
        }
        guard case .needsApproval = try await world.useCases.openInvitation(code: code, as: nil) else {
            return wrong("the page lets them on")
        }
        await #expect(throws: Refusal.invitationNeedsApproval) { try await world.accept(code: code) }
    }

    @Test(arguments: Engine.available)
    func `AZ-15 another organization's link is unknown, to look at and to withdraw`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        let other = try await world.useCases.operatorActions.createOrganization(
            named: DisplayName(stored: "Other"), owner: world.admin.email, allowedOrigins: [])
        let (caller, elsewhere) = (try await world.caller(world.admin), other.organization.id)
        await #expect(throws: Refusal.joinLinkNotFound) {
            try await world.useCases.findJoinLink(made.link.id, in: elsewhere, as: caller)
        }
        await #expect(throws: Refusal.joinLinkNotFound) {
            try await world.useCases.revokeJoinLink(made.link.id, in: elsewhere, as: caller, facts: World.facts)
        }
        let page = try await world.useCases.listJoinLinks(of: elsewhere, after: nil, limit: 50, as: caller)
        #expect(page.links.isEmpty)
        guard case .open = try await world.look(made.secret) else { return wrong("withdrawn") }
    }

    // MARK: Addresses

    @Test(arguments: Engine.available)
    func `INV-19 who must not be written to gets no letter, and nobody can tell`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        try await world.database.set(of: world.organization.id) { $0.blockedDomains = ["shut.example"] }
        let hash = world.effects.emailHash(try EmailAddress(parsing: "never@example.org"))
        let (organization, now) = (world.organization.id, world.clock.now())
        try await world.store.write { try $0.suppress(hash, in: organization, at: now) }
        try await world.ask(made.secret, "never@example.org")
        try await world.ask(made.secret, "new@shut.example")
        #expect(world.dispatch.letters.isEmpty)
        try await world.ask(made.secret, "welcome@example.org")
        #expect(world.dispatch.letters.count == 1)
    }

    @Test(arguments: Engine.available)
    func `AZ-13 the link's own domains are told at once, and asked again when the address is proved`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let made = try await world.link(domains: ["corp.com"])
        for address in ["u@xcorp.com", "u@sub.corp.com", "u@corp.com.evil"] {
            await #expect(throws: Refusal.domainNotAllowed) { try await world.ask(made.secret, address) }
        }
        #expect(world.dispatch.letters.isEmpty)
        let proof = try await world.proof(made.secret, "u@corp.com")
        try await world.database.set(of: world.organization.id) { $0.blockedDomains = ["corp.com"] }
        await #expect(throws: Refusal.domainNotAllowed) { try await world.prove(proof) }
        #expect(try await world.uses(of: made) == 0)
    }

    @Test(arguments: Engine.available)
    func `an address that is suppressed after its letter gets no further`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        let proof = try await world.proof(made.secret, "new@example.org")
        let hash = world.effects.emailHash(try EmailAddress(parsing: "new@example.org"))
        let (organization, now) = (world.organization.id, world.clock.now())
        try await world.store.write { try $0.suppress(hash, in: organization, at: now) }
        await #expect(throws: Refusal.recipientSuppressed) { try await world.prove(proof) }
        #expect(try await world.all().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `EML-19 one address gets few letters, whoever asks, and one link sends only so many`(
        _ engine: Engine
    ) async throws {
        var quotas = Quotas.usual
        quotas.actor = Quota(.actor, 8, per: .hours(1))
        let world = try await World(engine, quotas: quotas)
        let made = try await world.link()
        for _ in 0..<20 { try await world.ask(made.secret, "victim@example.org") }
        #expect(world.dispatch.letters.count == 5)
        for number in 0..<20 { try await world.ask(made.secret, "new\(number)@example.org") }
        #expect(world.dispatch.letters.count == 8)
        // Whoever forgot a password is not locked out by it.
        let victim = try await world.account("victim@example.org", password: "a long enough password")
        try await world.useCases.requestPasswordReset(email: victim.email)
        #expect(world.dispatch.letters.count == 9)
    }

    @Test(arguments: Engine.available)
    func `a member who proves their address is told so, and no use is counted`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        guard case .member = try await world.prove(world.proof(made.secret, "member@example.com")) else {
            return wrong("not told")
        }
        #expect(try await world.uses(of: made) == 0)
        #expect(try await world.role(of: world.member.id) == .user)
    }

    // MARK: Seats

    @Test(arguments: Engine.available)
    func `CON-07 a link gives no more seats than there are, and the proof outlives a full house`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        let made = try await world.link()
        try await world.limit(to: 8)
        var proofs: [Secret] = []
        for number in 0..<20 { proofs.append(try await world.proof(made.secret, "new\(number)@example.org")) }
        let secrets = proofs
        let steps = await world.many(20) { number in
            guard case .offer = try await world.prove(secrets[number]) else { return false }
            return true
        }
        #expect(steps.wins == 5)
        #expect(steps.refusals == Array(repeating: .seatLimitReached, count: 15), "\(steps.faults)")
        #expect(try await world.uses(of: made) == 5)
        guard case .full = try await world.look(made.secret) else { return wrong("not full") }
        try await world.limit(to: 9)
        let again = await world.many(20) { number in
            guard case .offer = try await world.prove(secrets[number]) else { return false }
            return true
        }
        #expect(again.wins == 1)
        #expect(try await world.seats() == SeatCount(limit: 9, used: 3, held: 6, waiting: 0, keepsWaitlist: false))
    }

    @Test(arguments: Engine.available)
    func `with a waitlist they wait, and get the letter of an ordinary invitation`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        try await world.limit(to: 3, waitlist: true)
        guard case .open = try await world.look(made.secret),
            case .waits(_, let email) = try await world.prove(world.proof(made.secret, "new@example.org"))
        else { return wrong("does not wait") }
        #expect(email.typed == "new@example.org")
        try await world.limit(to: 4, waitlist: true)
        #expect(try await world.useCases.fillSeats() == 1)
        let letter = try #require(try await world.due().first { $0.recipient == email })
        guard case .invitation(let about) = letter.content else { return wrong("no invitation") }
        try await world.accept(code: world.effects.code(of: about.invitation, generation: about.generation))
        #expect(try await world.seats().used == 4)
    }
}
