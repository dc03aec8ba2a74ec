import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// People of a verified domain who have no account yet: AZ-13, AUT-07, AUT-17, INV-02, CON-02, CON-12, CON-16.
@Suite(.timeLimit(.minutes(3)))
struct SignUpByDomainTests {
    // MARK: The way in

    @Test(arguments: Engine.available)
    func `AZ-13 a letter, a password and a press make a member of who had no account`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join, role: .admin)
        let secret = try await world.signUpSecret("Ada@Example.org")
        guard case .open(let email, let organization, .join) = try await world.look(secret) else {
            Issue.record("not open")
            return
        }
        #expect(email.typed == "Ada@Example.org" && organization.id == world.organization.id)
        let made = try await world.signUp(secret, name: "Ada")
        let user = try await World.person(made.session.user, world.store)
        #expect(user.email.canonical == "ada@example.org" && user.name?.text == "Ada")
        #expect(user.verifiedAt == world.clock.now())
        #expect(try await world.useCases.authenticate(.session(made.secret)) != nil)
        #expect(try await world.role(of: user.id) == nil, "an account is no membership")
        #expect(try await world.all().isEmpty)
        guard case .joined(_, .admin) = try await world.enter(user) else {
            Issue.record("not joined")
            return
        }
        #expect(try await world.role(of: user.id) == .admin)
    }

    @Test(arguments: Engine.available)
    func `who may only ask is told so, and asks with the account`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join, role: .admin)
        // AZ-04: who answers for the domain could not let them in any more.
        try await world.change(world.admin, to: .user, as: world.owner)
        let secret = try await world.signUpSecret("ada@example.org")
        guard case .open(_, _, .request) = try await world.look(secret) else {
            Issue.record("not to be asked")
            return
        }
        let user = try await World.person(try await world.signUp(secret).session.user, world.store)
        guard case .requested = try await world.enter(user) else {
            Issue.record("not asked")
            return
        }
        #expect(try await world.role(of: user.id) == nil)
    }

    @Test(arguments: Engine.available)
    func `INV-02 looking uses nothing up; the link works once, and for ten minutes`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        let secret = try await world.signUpSecret("ada@example.org")
        for _ in 0..<100 { _ = try await world.look(secret) }
        #expect(try await world.accounts("ada@example.org") == nil)
        let late = try await world.signUpSecret("late@example.org")
        world.clock.advance(by: .minutes(10) - .milliseconds(1))
        _ = try await world.signUp(secret)
        await #expect(throws: Refusal.linkInvalid) { try await world.signUp(secret) }
        guard case .dead = try await world.look(secret) else {
            Issue.record("it opens still")
            return
        }
        world.clock.advance(by: .milliseconds(1))
        await #expect(throws: Refusal.linkInvalid) { try await world.signUp(late) }
        #expect(try await world.accounts("late@example.org") == nil)
    }

    @Test(arguments: Engine.available)
    func `CON-16 a blank secret, that of another link and a made-up one open nothing`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        _ = try await world.signUpSecret("ada@example.org")
        let link = try await world.link()
        let others = ["", " ", "null", "0", world.effects.newSecret(), link.secret.reveal()]
        for secret in others {
            guard case .dead = try await world.look(secret) else {
                Issue.record("\(secret) opens something")
                continue
            }
            await #expect(throws: Refusal.linkInvalid) { try await world.signUp(secret) }
        }
        #expect(try await world.accounts("ada@example.org") == nil)
    }

    // MARK: Who learns what

    /// AUT-07, AUT-08: the same statements in the same order, whosever the address is, and a letter for some.
    @Test(arguments: Engine.available)
    func `AUT-07 what is done for an address does not tell whether it is welcome or known`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        _ = try await world.prove("off.example", joining: .off)
        _ = try await world.claim("claimed.example", joining: .join)
        _ = try await world.account("known@example.org", password: "a password of theirs")
        _ = try await world.account("unproved@example.org", verified: false, password: "somebody's")
        _ = try await world.account("elsewhere@example.net", password: "a password of theirs")
        let (id, now) = (world.organization.id, world.clock.now())
        let stopped = world.effects.emailHash(try EmailAddress(parsing: "stopped@example.org"))
        try await world.store.write { try $0.suppress(stopped, in: id, at: now) }
        let welcome = ["new@example.org", "known@example.org", "unproved@example.org"]
        let others = [
            "a@off.example", "a@claimed.example", "stopped@example.org", "elsewhere@example.net", "a@nowhere.example",
            "a@sub.example.org",
        ]
        var works: Set<[String]> = []
        for address in welcome + others {
            works.insert(try await world.database.texts { try await world.type(address) })
        }
        #expect(works.count == 1 && (works.first?.count ?? 0) > 8, "\(works)")
        let notices = try await world.takeNotices()
        #expect(Set(notices.map(\.to.typed)) == Set(welcome) && notices.count == 3)
        for (to, notice) in notices {
            let isKnown = to.typed == "known@example.org"
            #expect(notice.kind == (isKnown ? .domainKnown : .domainProof), "\(to.typed)")
            #expect((notice.link == nil) == isKnown && notice.organization == id)
        }
        // Nothing stays of an address that somebody typed.
        let later = now + .minutes(10)
        _ = try await world.store.write { try $0.prune(limit: 1000, at: later) }
        let everything = try await world.database.everything()
        for address in others where address != "elsewhere@example.net" {
            #expect(!everything.contains(address), "\(address)")
        }
    }

    @Test(arguments: Engine.available)
    func `an address that its organization does not admit gets no letter`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        try await world.database.set(of: world.organization.id) { $0.blockedDomains = ["example.org"] }
        try await world.type("ada@example.org")
        try await world.database.set(of: world.organization.id) { $0.blockedDomains = [] }
        try await world.delete()
        try await world.type("bob@example.org")
        #expect(try await world.takeNotices().isEmpty)
    }

    /// CON-12: never above the limit; and what was typed here keeps no invitation from anybody.
    @Test(arguments: Engine.available)
    func `CON-12 of twenty who type one address at once five get through, and one letter works`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        let typed = await world.many(20) { _ in
            try await world.type("ada@example.org")
            return true
        }
        #expect(typed.wins == 20, "nobody is told: \(typed)")
        let now = world.clock.now()
        #expect(try await world.store.read { try $0.outboxDepth(at: now).waiting } == 5)
        #expect(try await world.takeNotices().count == 1, "the others were replaced before they went")
        for _ in 0..<23 {
            world.clock.advance(by: .hours(1))
            for _ in 0..<6 { try await world.type("ada@example.org") }
            _ = try await world.takeNotices()
        }
        #expect(try await world.send("ada@example.org") == .sent)
    }

    // MARK: What comes between

    @Test(arguments: Engine.available)
    func `a newer letter takes the place of an older one`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        let first = try await world.signUpSecret("ada@example.org")
        let second = try await world.signUpSecret("ADA@example.org")
        await #expect(throws: Refusal.linkInvalid) { try await world.signUp(first) }
        _ = try await world.signUp(second)
    }

    @Test(arguments: Engine.available)
    func `nothing is made when the organization takes nobody in any more, and the link waits`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let domain = try await world.prove("example.org", joining: .join)
        let secret = try await world.signUpSecret("ada@example.org")
        try await world.set(domain, DomainChange(joining: .off))
        try await isClosed(world, secret, "ada@example.org")
        try await world.set(domain, DomainChange(joining: .request))
        try await world.database.set(of: world.organization.id) { $0.blockedDomains = ["example.org"] }
        try await isClosed(world, secret, "ada@example.org")
        try await world.database.set(of: world.organization.id) { $0.blockedDomains = [] }
        _ = try await world.signUp(secret)
        let other = try await world.signUpSecret("bob@example.org")
        try await world.delete()
        try await isClosed(world, other, "bob@example.org")
    }

    private func isClosed(_ world: World, _ secret: String, _ address: String) async throws {
        guard case .closed = try await world.look(secret) else {
            Issue.record("not closed")
            return
        }
        await #expect(throws: Refusal.domainNotAllowed) { try await world.signUp(secret) }
        #expect(try await world.accounts(address) == nil)
    }

    @Test(arguments: Engine.available)
    func `an account that was made meanwhile stays as it is`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        let secret = try await world.signUpSecret("ada@example.org")
        try await world.send("ada@example.org")
        _ = try await world.accept("ada@example.org", password: "of the invitation")
        guard case .known = try await world.look(secret) else {
            Issue.record("not known")
            return
        }
        await #expect(throws: Refusal.accountExists) { try await world.signUp(secret) }
        #expect(try await world.accounts("ada@example.org")?.passwordHash == "plain:of the invitation")
    }

    /// AUT-17: the proof wins.
    @Test(arguments: Engine.available)
    func `AUT-17 an account that nobody proved loses password, sessions and keys`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        let squatter = try await world.account("ada@example.org", verified: false, password: "of the squatter")
        let session = try await world.session(of: squatter)
        let now = world.clock.now()
        let key = APIKey(
            id: Sample.id(), holder: .user(squatter.id), name: DisplayName(stored: "a key"), role: .user, scopes: nil,
            createdAt: now, updatedAt: now, expiresAt: nil)
        try await world.store.write { try $0.add(key, hash: "hash", createdBy: squatter.id) }
        let made = try await world.signUp(try await world.signUpSecret("ada@example.org"))
        #expect(made.session.user == squatter.id)
        let (old, held) = try await world.store.read { tx in
            (try tx.session(session, limits: SessionLimits(), at: now), try tx.apiKey(hash: "hash", at: now))
        }
        #expect(old == nil && held == nil)
        let account = try #require(try await world.accounts("ada@example.org"))
        #expect(account.passwordHash == "plain:a long enough password" && account.user.verifiedAt != nil)
    }

    @Test(arguments: Engine.available)
    func `the session that the browser had ends, and a password that is refused uses nothing up`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        let former = try await world.session(of: world.member)
        let secret = try await world.signUpSecret("ada@example.org")
        await #expect(throws: Refusal.weakPassword(.common)) {
            try await world.useCases.signUpByDomain.create(
                secret: secret, name: nil, password: Password(parsing: "password password"),
                check: { _, _, _ in throw Refusal.weakPassword(.common) }, former: former, facts: World.facts)
        }
        let now = world.clock.now()
        #expect(try await world.store.read { try $0.session(former, limits: SessionLimits(), at: now) } != nil)
        _ = try await world.signUp(secret, former: former)
        #expect(try await world.store.read { try $0.session(former, limits: SessionLimits(), at: now) } == nil)
    }

    /// CON-02: one link, twenty at once.
    @Test(arguments: Engine.available)
    func `CON-02 of twenty who use one link at once one makes the account and has the session`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        _ = try await world.prove("example.org", joining: .join)
        let secret = try await world.signUpSecret("ada@example.org")
        let steps = await world.many(20) { number in
            _ = try await world.signUp(secret, password: "the password of number \(number)")
            return true
        }
        #expect(steps.wins == 1 && steps.refusals.count == 19, "\(steps)")
        #expect(steps.refusals.allSatisfy { [.linkInvalid, .accountExists].contains($0) }, "\(steps.refusals)")
        let user = try #require(try await world.accounts("ada@example.org")?.user)
        let actions = try await world.database.everything().split(separator: "\n").filter {
            $0.contains(user.id.rawValue) && ($0.contains("user.created") || $0.contains("session.created"))
        }
        #expect(actions.count == 2, "\(actions)")
    }

    // MARK: What ends it

    @Test(arguments: Engine.available)
    func `a restore and an erasure end the link, and the erasure leaves no address`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .join)
        let now = world.clock.now()
        let restored = try await world.signUpSecret("ada@example.org")
        _ = try await world.store.write { try $0.endWhatIsOpen(at: now) }
        await #expect(throws: Refusal.linkInvalid) { try await world.signUp(restored) }
        let erased = try await world.signUpSecret("bob@example.org")
        _ = try await world.useCases.operatorActions.erase(try EmailAddress(parsing: "bob@example.org"))
        await #expect(throws: Refusal.linkInvalid) { try await world.signUp(erased) }
        #expect(try await !world.database.everything().contains("bob@example.org"))
    }
}

extension World {
    /// Somebody types an address on the page for who has no account.
    func type(_ address: String) async throws {
        try await useCases.signUpByDomain.request(
            email: EmailAddress(parsing: address), locale: nil, facts: Self.facts)
    }

    /// The secret in the letter that comes of it.
    func signUpSecret(_ address: String) async throws -> String {
        try await type(address)
        let email = try EmailAddress(parsing: address)
        let notice = try #require(
            try await takeNotices().last { $0.to == email && $0.notice.kind == .domainProof }?.notice)
        #expect(notice.path == "/organizations/proof?token=")
        return effects.secret(of: try #require(notice.link))
    }

    func look(_ secret: String) async throws -> SignUpPage { try await useCases.signUpByDomain.peek(secret: secret) }

    @discardableResult
    func signUp(
        _ secret: String, name: String? = nil, password: String = "a long enough password", former: String? = nil
    ) async throws -> NewSession {
        try await useCases.signUpByDomain.create(
            secret: secret, name: name.map { DisplayName(stored: $0) }, password: Password(parsing: password),
            check: { _, _, _ in }, former: former, facts: Self.facts)
    }

    func accounts(_ address: String) async throws -> Account? {
        let email = try EmailAddress(parsing: address)
        return try await store.read { try $0.account(of: email) }
    }
}
