import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

@Suite struct AcceptInvitationTests {
    @Test(arguments: Engine.available)
    func `a new person who sets a password is a member with the role of the invitation`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org", role: .admin)
        let joined = try await world.accept("new@example.org")
        let user = try #require(joined.session?.session.user)
        #expect(try await world.role(of: user) == .admin)
        #expect(joined.offer.invitation.redirectURI.text == "https://app.example.com/welcome")
        let secret = try #require(joined.session?.secret)
        let caller = try await world.useCases.authenticate(.session(secret))
        #expect(caller?.user == user)
    }

    // CON-01, CON-02, INV-13
    @Test(arguments: Engine.available)
    func `of twenty who use one link at once one joins, and the link is used up`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let joined = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask { (try? await world.accept("new@example.org", password: "password \(number)")) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(joined == 1)
        await #expect(throws: Refusal.invitationUsed) { try await world.accept("new@example.org") }
    }

    // INV-04
    @Test(arguments: Engine.available)
    func `somebody else who is signed in cannot take it, and it stays open`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let other = try await world.account("other@example.net")
        let session = try await world.session(of: other)
        let code = try world.code(for: "new@example.org")
        await #expect(throws: Refusal.wrongAccount) {
            try await world.useCases.acceptInvitation.asSignedIn(code: code, session: session, facts: World.facts)
        }
        #expect(try await world.invitation("new@example.org")?.status == .pending)
        #expect(try await world.role(of: other.id) == nil)
    }

    // INV-05, AUT-17
    @Test(arguments: Engine.available)
    func `an account that nobody proved cannot accept, and loses everything when the code proves the address`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let squatter = try await world.account("new@example.org", verified: false, password: "of the squatter")
        let session = try await world.session(of: squatter)
        try await world.send("new@example.org")
        let code = try world.code(for: "new@example.org")
        await #expect(throws: Refusal.wrongAccount) {
            try await world.useCases.acceptInvitation.asSignedIn(code: code, session: session, facts: World.facts)
        }
        await #expect(throws: Refusal.wrongCredentials) {
            try await world.useCases.acceptInvitation.bySigningIn(
                code: code, password: Password(parsing: "of the squatter"), facts: World.facts)
        }
        let joined = try await world.accept("new@example.org", password: "of the real person")
        #expect(joined.session?.session.user == squatter.id)
        let limits = SessionLimits()
        let now = world.clock.now()
        let old = try await world.store.read { try $0.session(session, limits: limits, at: now) }
        #expect(old == nil)
        await #expect(throws: Refusal.wrongCredentials) {
            try await world.useCases.signIn(
                email: squatter.email, password: Password(parsing: "of the squatter"), former: nil,
                facts: World.facts)
        }
    }

    @Test(arguments: Engine.available)
    func `an account with a password is not taken over by the link alone`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.account("known@example.org", password: "their own password")
        try await world.send("known@example.org")
        await #expect(throws: Refusal.accountExists) { try await world.accept("known@example.org") }
        let code = try world.code(for: "known@example.org")
        await #expect(throws: Refusal.wrongCredentials) {
            try await world.useCases.acceptInvitation.bySigningIn(
                code: code, password: Password(parsing: "not theirs at all"), facts: World.facts)
        }
        let joined = try await world.useCases.acceptInvitation.bySigningIn(
            code: code, password: Password(parsing: "their own password"), facts: World.facts)
        let user = try #require(joined.session?.session.user)
        #expect(try await world.role(of: user) == .user)
    }

    // AUT-01: joining renews the session.
    @Test(arguments: Engine.available)
    func `joining by session gives a new session and ends the old, and once more is a success`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let user = try await world.account("known@example.org", password: "their own password")
        try await world.send("known@example.org")
        let old = try await world.session(of: user)
        let code = try world.code(for: "known@example.org")
        let accept = world.useCases.acceptInvitation
        let joined = try await accept.asSignedIn(code: code, session: old, facts: World.facts)
        let new = try #require(joined.session?.session.hash)
        #expect(new != old)
        await #expect(throws: Refusal.notSignedIn) {
            try await accept.asSignedIn(code: code, session: old, facts: World.facts)
        }
        let again = try await accept.asSignedIn(code: code, session: new, facts: World.facts)
        #expect(again.session == nil)
        #expect(try await world.role(of: user.id) == .user)
    }

    // INV-10: the boundary is exact, with no job running.
    @Test(arguments: Engine.available, [(-1, true), (0, false), (1, false)])
    func `an offer ends to the millisecond`(_ engine: Engine, _ edge: (offset: Int64, open: Bool)) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        world.clock.advance(by: InvitationLife.usual + .milliseconds(edge.offset))
        if edge.open {
            _ = try await world.accept("new@example.org")
        } else {
            await #expect(throws: Refusal.invitationExpired) { try await world.accept("new@example.org") }
            #expect(try await world.send("new@example.org") == .sent, "an expired one blocks nobody")
        }
    }

    enum Door: CaseIterable, Sendable {
        case newPerson, signingIn, signedIn, ownAccept, ownList, page, decline, ownDecline
    }

    // No job marks it: the row says pending on both sides of the moment.
    @Test(arguments: Engine.available, Door.allCases)
    func `INV-10 by no door does an offer open once its time is over, or close before`(
        _ engine: Engine, _ door: Door
    ) async throws {
        for offset in [-1000, -1, 0, 1000] as [Int64] {
            let world = try await World(engine)
            if door != .newPerson { _ = try await world.account("ada@example.org", password: "the password of ada") }
            try await world.send("ada@example.org")
            let code = try world.code(for: "ada@example.org")
            world.clock.advance(by: InvitationLife.usual + .milliseconds(offset))
            let refused = try await refusal { try await world.go(through: door, code) }
            #expect((refused == nil) == (offset < 0), "\(offset): \(String(describing: refused))")
            let joins = [Door.newPerson, .signingIn, .signedIn, .ownAccept].contains(door)
            #expect((try await world.role(of: "ada@example.org") == .user) == (joins && offset < 0))
            if offset >= 0 { #expect(try await world.find("ada@example.org").status == .pending, "nothing was done") }
        }
    }

    // AZ-06, INV-31: the ceiling holds at accept too.
    @Test(arguments: Engine.available)
    func `when the inviter's key is gone the offer waits for another admin`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let organization = world.organization.id
        let draft = KeyDraft(name: DisplayName(stored: "key"), role: .admin, scopes: nil, expiresAt: nil)
        let made = try await world.useCases.operatorActions.createKey(
            draft, in: organization, for: world.admin.email)
        let request = SendInvitation.Request(
            organization: organization, caller: .userKey(user: world.admin.id, key: made.key.id),
            draft: .success(try world.draft("new@example.org")), idempotency: nil, facts: World.facts,
            patience: .seconds(1))
        _ = try await world.useCases.sendInvitation(request)
        // The person invited, not the key: the offer holds while the person may invite.
        let admin = world.admin.id
        let now = world.clock.now()
        try await world.store.write { try $0.endKeys(of: admin, at: now) }
        _ = try await world.accept("new@example.org")

        let own = try await world.useCases.operatorActions.createKey(
            KeyDraft(name: DisplayName(stored: "short"), role: .admin, scopes: nil, expiresAt: now + .hours(1)),
            in: organization, for: nil)
        let byKey = SendInvitation.Request(
            organization: organization, caller: .organizationKey(organization: organization, key: own.key.id),
            draft: .success(try world.draft("second@example.org")), idempotency: nil, facts: World.facts,
            patience: .seconds(1))
        _ = try await world.useCases.sendInvitation(byKey)
        world.clock.advance(by: .hours(2))
        await #expect(throws: Refusal.invitationNeedsApproval) { try await world.accept("second@example.org") }
        #expect(try await world.invitation("second@example.org")?.status == .needsApproval)
        let email = try EmailAddress(parsing: "second@example.org")
        let account = try await world.store.read { try $0.account(of: email)?.user.id }
        #expect(account == nil, "nobody was created")
    }

    // CON-03
    @Test(arguments: Engine.available)
    func `accept and revoke at once leave a member or a withdrawn offer, never both`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let admin = try await world.caller(world.admin)
        for number in 0..<10 {
            let address = "new\(number)@example.org"
            try await world.send(address)
            let id = try #require(try await world.invitation(address)).id
            async let revoked: Void? = try? world.useCases.revokeInvitation(
                id, in: world.organization.id, as: admin, facts: World.facts)
            async let joined = try? world.accept(address)
            let (wasRevoked, joining) = await (revoked != nil, joined)
            #expect(wasRevoked != (joining != nil))
            let status = try await world.invitation(address)?.status
            #expect(status == (wasRevoked ? .revoked : .accepted))
        }
    }

    // INV-23
    @Test(arguments: Engine.available)
    func `a clock that steps brings no used or withdrawn link back`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("joined@example.org")
        try await world.send("withdrawn@example.org")
        try await world.send("open@example.org")
        try await world.accept("joined@example.org")
        let withdrawn = try #require(try await world.invitation("withdrawn@example.org"))
        try await world.useCases.revokeInvitation(
            withdrawn.id, in: world.organization.id, as: world.caller(world.admin), facts: World.facts)
        for step in [Duration.days(-1), .days(-1), .days(3), .days(20), .days(-21)] {
            world.clock.advance(by: step)
            await #expect(throws: Refusal.invitationUsed) { try await world.accept("joined@example.org") }
            await #expect(throws: Refusal.self) { try await world.accept("withdrawn@example.org") }
            #expect(try await world.invitation("withdrawn@example.org")?.status == .revoked)
        }
        // One clock decides, and it is within the invitation's time again.
        try await world.accept("open@example.org")
    }
}

extension World {
    /// - Throws: what says no; looking at what is not there is refused with `invitationExpired`.
    fileprivate func go(through door: AcceptInvitationTests.Door, _ code: String) async throws {
        let email = try EmailAddress(parsing: "ada@example.org")
        let accepting = useCases.acceptInvitation
        let ada = try await store.read { try $0.account(of: email)?.user }
        switch (door, ada) {
        case (.newPerson, _): try await accept(code: code)
        case (.page, _):
            if case .expired = try await useCases.openInvitation(code: code, as: nil) {
                throw Refusal.invitationExpired
            }
        case (.decline, _):
            try await useCases.declineInvitation(code: code, reason: nil, report: false, facts: Self.facts)
        case (.signingIn, _):
            _ = try await accepting.bySigningIn(
                code: code, password: Password(parsing: "the password of ada"), facts: Self.facts)
        case (.signedIn, let ada?):
            _ = try await accepting.asSignedIn(code: code, session: session(of: ada), facts: Self.facts)
        case (.ownAccept, let ada?): _ = try await acceptOwn(find("ada@example.org").id, caller(ada))
        case (.ownDecline, let ada?): try await declineOwn(find("ada@example.org").id, caller(ada))
        case (.ownList, let ada?):
            if try await useCases.ownInvitations(as: caller(ada)).offers.isEmpty { throw Refusal.invitationExpired }
        case (_, nil): throw Refusal.notSignedIn
        }
    }
}
