import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// INV-28: links that many can join by.
@Suite(.timeLimit(.minutes(15)))
struct JoinLinkTests {
    // MARK: The way in

    @Test(arguments: Engine.available)
    func `INV-28 a link, a proved address and a password make a member, and the use is kept`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let made = try await world.link(role: .admin)
        let joined = try await world.joinBy(made.secret, "new@example.org")
        let user = try #require(joined.session?.session.user)
        #expect(try await world.role(of: user) == .admin)
        #expect(joined.offer.invitation.redirectURI.text == "https://app.example.com/welcome")
        #expect(joined.offer.invitation.inviter == .user(world.admin.id))
        let found = try await world.useCases.findJoinLink(
            made.link.id, in: world.organization.id, as: world.caller(world.admin))
        #expect(found.link.uses == 1)
        #expect(found.uses.map(\.email.typed) == ["new@example.org"])
        #expect(found.uses.first?.acceptedBy == user)
        #expect(found.uses.first?.status == .accepted)
        #expect(found.uses.first?.usedAt == world.clock.now())
    }

    @Test(arguments: Engine.available)
    func `CON-14 of a hundred who prove their address at once exactly ten get in`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        let made = try await world.link(uses: 10)
        var proofs: [Secret] = []
        for number in 0..<100 { proofs.append(try await world.proof(made.secret, "new\(number)@example.org")) }
        let secrets = proofs
        let steps = await world.many(100) { number in
            guard case .offer = try await world.prove(secrets[number]) else { return false }
            return true
        }
        #expect(steps.wins == 10)
        #expect(steps.refusals == Array(repeating: .joinLinkEnded, count: 90), "\(steps.faults)")
        let found = try await world.useCases.findJoinLink(
            made.link.id, in: world.organization.id, as: world.caller(world.admin))
        #expect(found.link.uses == 10 && found.uses.count == 10)
        #expect(found.link.state(at: world.clock.now()) == .usedUp)
        #expect(try await world.all().count == 10, "nothing is left of who came too late")
    }

    @Test(arguments: Engine.available)
    func `one person is one use, however often they come`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        let made = try await world.link(uses: 2)
        var proofs: [Secret] = []
        for _ in 0..<20 { proofs.append(try await world.proof(made.secret, "New@example.org")) }
        let secrets = proofs
        let steps = await world.many(20) { number in
            guard case .offer = try await world.prove(secrets[number]) else { return false }
            return true
        }
        #expect(steps.wins == 20, "\(steps)")
        #expect(try await world.uses(of: made) == 1)
        // An admin's own invitation is theirs too, and no use of the link.
        try await world.send("other@example.org")
        let invited = try world.code(for: "other@example.org")
        guard case .offer(let code) = try await world.prove(world.proof(made.secret, "other@example.org")) else {
            Issue.record("no way on")
            return
        }
        #expect(code == invited)
        #expect(try await world.uses(of: made) == 1)
    }

    @Test(arguments: Engine.available)
    func `the letter's link works once, and for ten minutes`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        let first = try await world.proof(made.secret, "new@example.org")
        _ = try await world.prove(first)
        await #expect(throws: Refusal.linkInvalid) { try await world.prove(first) }
        let second = try await world.proof(made.secret, "late@example.org")
        world.clock.advance(by: .minutes(10) - .milliseconds(1))
        #expect(
            try await world.useCases.joinByLink.peek(proof: second.reveal())?.proof.email.typed == "late@example.org")
        world.clock.advance(by: .milliseconds(1))
        #expect(try await world.useCases.joinByLink.peek(proof: second.reveal()) == nil)
        await #expect(throws: Refusal.linkInvalid) { try await world.prove(second) }
        await #expect(throws: Refusal.linkInvalid) { try await world.prove(made.secret) }
        #expect(try await world.uses(of: made) == 1)
    }

    @Test(arguments: Engine.available)
    func `who is signed in with a proved address needs no letter; who is not proved does`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        let known = try await world.account("known@example.org")
        let step = try await world.useCases.joinByLink.asSignedIn(
            secret: made.secret.reveal(), session: world.session(of: known), facts: World.facts)
        guard case .offer(let code) = step else {
            Issue.record("no way on")
            return
        }
        _ = try await world.useCases.acceptInvitation.asSignedIn(
            code: code, session: world.session(of: known), facts: World.facts)
        #expect(try await world.role(of: known.id) == .user)
        let unproved = try await world.account("unproved@example.org", verified: false)
        await #expect(throws: Refusal.notSignedIn) {
            try await world.useCases.joinByLink.asSignedIn(
                secret: made.secret.reveal(), session: world.session(of: unproved), facts: World.facts)
        }
        guard case .open = try await world.useCases.openJoinLink(secret: made.secret.reveal(), as: unproved.id),
            case .member = try await world.useCases.openJoinLink(secret: made.secret.reveal(), as: known.id)
        else {
            Issue.record("wrong pages")
            return
        }
        #expect(world.dispatch.letters.isEmpty)
    }

    // MARK: Ends

    @Test(arguments: Engine.available)
    func `INV-28 an expired, a withdrawn and an unknown link open nothing`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link(life: .hours(1))
        let proof = try await world.proof(made.secret, "new@example.org")
        world.clock.advance(by: .hours(1) - .minutes(5))
        let late = try await world.proof(made.secret, "late@example.org")
        world.clock.advance(by: .minutes(5) - .milliseconds(1))
        guard case .open = try await world.look(made.secret) else { return wrong("not open") }
        world.clock.advance(by: .milliseconds(1))
        guard case .expired = try await world.look(made.secret) else { return wrong("not expired") }
        await #expect(throws: Refusal.joinLinkEnded) { try await world.prove(late) }
        await #expect(throws: Refusal.linkInvalid) { try await world.prove(proof) }
        let count = world.dispatch.letters.count
        try await world.ask(made.secret, "more@example.org")
        #expect(world.dispatch.letters.count == count)
        guard case .unknown = try await world.look(Secret(world.effects.newSecret())) else {
            return wrong("known")
        }
        #expect(try await world.all().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `withdrawing a link withdraws what it made, but no member`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        let member = try #require(try await world.joinBy(made.secret, "member@example.org").session?.session.user)
        guard case .offer(let code) = try await world.prove(world.proof(made.secret, "open@example.org")) else {
            return wrong("no way on")
        }
        let waiting = try await world.proof(made.secret, "waiting@example.org")
        try await world.revokeLink(made)
        try await world.revokeLink(made)
        #expect(try await world.role(of: member) == .user)
        #expect(try await world.find("open@example.org").status == .revoked)
        await #expect(throws: Refusal.invitationEnded) { try await world.accept(code: code) }
        await #expect(throws: Refusal.joinLinkEnded) { try await world.prove(waiting) }
        guard case .revoked = try await world.look(made.secret) else { return wrong("not withdrawn") }
    }

    @Test(arguments: Engine.available)
    func `who was let in by a link that is used up finds back by a letter`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link(uses: 1)
        guard case .offer(let code) = try await world.prove(world.proof(made.secret, "new@example.org")) else {
            return wrong("no way on")
        }
        guard case .usedUp = try await world.look(made.secret) else { return wrong("not used up") }
        guard case .offer(let again) = try await world.prove(world.proof(made.secret, "new@example.org")) else {
            return wrong("no way back")
        }
        #expect(again == code)
        let count = world.dispatch.letters.count
        try await world.ask(made.secret, "other@example.org")
        #expect(world.dispatch.letters.count == count)
    }

    @Test(arguments: Engine.available)
    func `a restore ends every link`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        let now = world.clock.now()
        #expect(try await world.store.write { try $0.endWhatIsOpen(at: now) }.links == 1)
        guard case .revoked = try await world.look(made.secret) else { return wrong("still open") }
    }

    @Test(arguments: Engine.available)
    func `old proofs are removed`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.link()
        _ = try await world.proof(made.secret, "new@example.org")
        guard case .notice(let notice) = world.dispatch.letters.last?.content, let id = notice.link else {
            return wrong("no letter")
        }
        #expect(try await world.store.read { try $0.joinProof(id)?.email.typed } == "new@example.org")
        world.clock.advance(by: .minutes(10))
        let now = world.clock.now()
        #expect(try await world.store.write { try $0.prune(limit: 100, at: now) } >= 2)
        #expect(try await world.store.read { try $0.joinProof(id)?.email.typed } == nil)
    }
}

/// What should not have come.
func wrong(_ words: Comment) { Issue.record(words) }

extension World {
    func link(
        role: Role = .user, uses: Int = 100, life: Duration = .days(7), domains: [String] = [], as user: User? = nil
    ) async throws -> NewJoinLink {
        try await useCases.createJoinLink(
            .success(linkDraft(role: role, uses: uses, life: life, domains: domains)), in: organization.id,
            as: caller(user ?? admin), facts: Self.facts)
    }

    func linkDraft(
        role: Role = .user, uses: Int = 100, life: Duration = .days(7), domains: [String] = [],
        target: String = "https://app.example.com/welcome"
    ) throws -> JoinLinkDraft {
        JoinLinkDraft(
            role: role, maximumUses: uses, expiresAt: clock.now() + life, allowedDomains: domains,
            redirectURI: try WebURL(parsing: target, field: "redirect_uri"))
    }

    func look(_ secret: Secret) async throws -> JoinLinkPage {
        try await useCases.openJoinLink(secret: secret.reveal(), as: nil)
    }

    func ask(_ secret: Secret, _ address: String) async throws {
        try await useCases.joinByLink.requestProof(
            secret: secret.reveal(), email: EmailAddress(parsing: address), locale: "en", facts: Self.facts)
    }

    /// Asks for a letter; the secret of the link in it.
    func proof(_ secret: Secret, _ address: String) async throws -> Secret {
        try await ask(secret, address)
        let email = try EmailAddress(parsing: address)
        let letter = try #require(dispatch.letters.last)
        guard letter.recipient == email, case .notice(let notice) = letter.content, notice.kind == .joinProof,
            let id = notice.link
        else { throw Refusal.linkInvalid }
        return Secret(effects.secret(of: id))
    }

    func prove(_ secret: Secret) async throws -> JoinStep {
        try await useCases.joinByLink.byProof(secret: secret.reveal(), facts: Self.facts)
    }

    @discardableResult
    func accept(code: String) async throws -> Joined {
        try await useCases.acceptInvitation.asNewPerson(
            code: code, name: nil, password: Password(parsing: "a long enough password"), check: { _, _, _ in },
            facts: Self.facts)
    }

    func joinBy(_ secret: Secret, _ address: String) async throws -> Joined {
        guard case .offer(let code) = try await prove(proof(secret, address)) else { throw Refusal.linkInvalid }
        return try await accept(code: code)
    }

    func uses(of made: NewJoinLink) async throws -> Int {
        try #require(try await store.read { try $0.joinLink(made.link.id, in: made.link.organization) }).uses
    }

    func revokeLink(_ made: NewJoinLink) async throws {
        try await useCases.revokeJoinLink(
            made.link.id, in: organization.id, as: caller(admin), facts: Self.facts)
    }

    func all() async throws -> [Invitation] {
        let selection = InvitationSelection(
            organization: organization.id, statuses: Set(Invitation.Status.allCases), limit: 1000, now: clock.now())
        return try await store.read { try $0.invitations(selection) }
    }
}
