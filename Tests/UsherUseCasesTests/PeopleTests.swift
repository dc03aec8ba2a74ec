import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

@Suite struct PeopleTests {
    private let own = "the password of admin@example.com"

    // AUT-13: one counter for all spellings; throttled, not locked for ever; a reset opens it again.
    @Test(arguments: Engine.available)
    func `wrong passwords are counted per account, and throttle it for a while`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let spellings = ["admin@example.com", "ADMIN@example.com", "Admin@EXAMPLE.com"]
        for number in 0..<10 {
            let email = try EmailAddress(parsing: spellings[number % 3])
            await #expect(throws: Refusal.wrongCredentials) {
                try await world.useCases.signIn(
                    email: email, password: Password(parsing: "wrong \(number) and long"), former: nil,
                    facts: World.facts)
            }
        }
        await #expect(throws: Refusal.self) {
            try await world.useCases.signIn(
                email: world.admin.email, password: Password(parsing: own), former: nil, facts: World.facts)
        }
        world.clock.advance(by: .minutes(15))
        let session = try await world.useCases.signIn(
            email: world.admin.email, password: Password(parsing: own), former: nil, facts: World.facts)
        #expect(session.session.user == world.admin.id)
    }

    // AUT-02
    @Test(arguments: Engine.available)
    func `a session that was signed out is dead`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.useCases.signIn(
            email: world.admin.email, password: Password(parsing: own), former: nil, facts: World.facts)
        #expect(try await world.useCases.authenticate(.session(made.secret)) != nil)
        try await world.useCases.signOut(session: made.session.hash, user: world.admin.id, facts: World.facts)
        #expect(try await world.useCases.authenticate(.session(made.secret)) == nil)
    }

    // AUT-29
    @Test(arguments: Engine.available)
    func `sessions end when idle and at the absolute limit`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let made = try await world.useCases.signIn(
            email: world.admin.email, password: Password(parsing: own), former: nil, facts: World.facts)
        for _ in 0..<4 {
            world.clock.advance(by: .days(7) - .seconds(1))
            #expect(try await world.useCases.authenticate(.session(made.secret)) != nil)
        }
        world.clock.advance(by: .days(2) + .seconds(4))
        #expect(try await world.useCases.authenticate(.session(made.secret)) == nil, "the absolute limit")
    }

    // AUT-03, AUT-04
    @Test(arguments: Engine.available)
    func `a reset ends every session and every other link, works once, and tells the owner`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let session = try await world.session(of: world.admin)
        try await world.useCases.requestPasswordReset(email: world.admin.email)
        try await world.useCases.requestPasswordReset(email: world.admin.email)
        let secrets = world.dispatch.letters.compactMap { letter -> String? in
            guard case .passwordReset(let link) = letter.content else { return nil }
            return world.effects.secret(of: link.link)
        }
        #expect(secrets.count == 2)
        let new = try Password(parsing: "an entirely new password")
        await #expect(throws: Refusal.linkInvalid) {
            try await world.useCases.resetPassword(
                secret: secrets[0], password: new, check: { _, _ in }, facts: World.facts)
        }
        try await world.useCases.resetPassword(
            secret: secrets[1], password: new, check: { _, _ in }, facts: World.facts)
        await #expect(throws: Refusal.linkInvalid) {
            try await world.useCases.resetPassword(
                secret: secrets[1], password: new, check: { _, _ in }, facts: World.facts)
        }
        let now = world.clock.now()
        let old = try await world.store.read { try $0.session(session, limits: SessionLimits(), at: now) }
        #expect(old == nil)
        let notices = world.dispatch.letters.filter { if case .passwordChanged = $0.content { true } else { false } }
        #expect(notices.map(\.recipient) == [world.admin.email])
        _ = try await world.useCases.signIn(
            email: world.admin.email, password: new, former: nil, facts: World.facts)
    }

    // AUT-07: nothing is sent to, or made for, an address without an account.
    @Test(arguments: Engine.available)
    func `a reset for an unknown address does nothing, quietly`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.useCases.requestPasswordReset(email: EmailAddress(parsing: "nobody@example.net"))
        #expect(world.dispatch.letters.isEmpty)
    }

    // AUT-24
    @Test(arguments: Engine.available)
    func `the setup link makes one admin, once, and none is given while there is one`(_ engine: Engine) async throws {
        let world = try await World(engine)
        // The owner's account has no password yet, so there is nobody who can sign in as one.
        let first = try #require(try await world.useCases.setUp.link())
        let second = try #require(try await world.useCases.setUp.link())
        let draft = AdminDraft(
            email: try EmailAddress(parsing: "first@example.com"), name: nil, organization: world.organization.name)
        let password = try Password(parsing: "the first password here")
        await #expect(throws: Refusal.linkInvalid) {
            try await world.useCases.setUp.byLink(
                secret: first.reveal(), draft: draft, password: password, check: { _, _, _ in }, facts: World.facts)
        }
        let session = try await world.useCases.setUp.byLink(
            secret: second.reveal(), draft: draft, password: password, check: { _, _, _ in }, facts: World.facts)
        #expect(try await world.role(of: session.session.user) == .owner)
        #expect(try await world.useCases.setUp.link() == nil)
        await #expect(throws: Refusal.linkInvalid) {
            try await world.useCases.setUp.byLink(
                secret: second.reveal(), draft: draft, password: password, check: { _, _, _ in }, facts: World.facts)
        }
    }

    // AZ-08: the role is the row's, at each request; a user key never has more.
    @Test(arguments: Engine.available)
    func `a person's key acts with the lower of both roles`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let key = try await world.useCases.operatorActions.createKey(
            KeyDraft(name: DisplayName(stored: "key"), role: .user, scopes: nil, expiresAt: nil),
            in: world.organization.id, for: world.admin.email)
        let caller = try #require(try await world.useCases.authenticate(.key(key.text)))
        let (id, now) = (world.organization.id, world.clock.now())
        let access = try await world.store.read { try $0.access(of: caller, in: id, at: now) }
        #expect(access?.permissions == .user)
        await #expect(throws: Refusal.roleAboveOwn(own: .user)) {
            try await world.useCases.operatorActions.createKey(
                KeyDraft(name: DisplayName(stored: "key"), role: .admin, scopes: nil, expiresAt: nil),
                in: id, for: world.member.email)
        }
    }

    @Test(arguments: Engine.available)
    func `who declines or reports is not bothered again`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        try await world.useCases.declineInvitation(
            code: try world.code(for: "new@example.org"), reason: "no", report: false, facts: World.facts)
        await #expect(throws: Refusal.invitationEnded) { try await world.accept("new@example.org") }
        try await world.send("new@example.org")
        try await world.useCases.declineInvitation(
            code: try world.code(for: "new@example.org"), reason: nil, report: true, facts: World.facts)
        await #expect(throws: Refusal.recipientSuppressed) { try await world.send("new@example.org") }
    }
}
