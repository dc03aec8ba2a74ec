import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// The right to be forgotten, and AZ-17: what is gone does not come back under the same id.
@Suite struct EraseUserTests {
    private let password = "a long enough password"

    private func erase(_ world: World, _ user: User, password: String) async throws {
        let caller = try await world.caller(user)
        try await world.useCases.eraseUser(
            password: .success(try Password(parsing: password)), as: caller, facts: World.facts)
    }

    private func joined(_ world: World, _ address: String, role: Role = .user) async throws -> User {
        try await world.send(address, role: role, as: world.owner)
        try await world.accept(address, password: password)
        let email = try EmailAddress(parsing: address)
        return try #require(try await world.store.read { try $0.account(of: email)?.user })
    }

    @Test(arguments: Engine.available)
    func `AZ-17 an erased person is gone, and who comes with their address is somebody new`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let ada = try await joined(world, "ada@example.org")
        let invitation = try #require(try await world.invitation("ada@example.org"))
        let session = try await world.session(of: ada)
        try await erase(world, ada, password: password)

        let organization = world.organization.id
        let (account, role, sessionLeft, former) = try await world.store.read { [effects = world.effects] tx in
            (
                try tx.account(of: ada.email), try tx.membership(of: ada.id, in: organization)?.role,
                try tx.session(session, limits: SessionLimits(), at: effects.now()),
                try tx.invitation(invitation.id, in: organization)
            )
        }
        #expect(account == nil)
        #expect(role == nil)
        #expect(sessionLeft == nil)
        #expect(former?.email.typed == "\(invitation.id)@erased.invalid")
        #expect(former?.status == .accepted && former?.acceptedBy == ada.id, "what happened stays true")
        await #expect(throws: Refusal.notSignedIn) {
            _ = try await world.useCases.describeCaller(.session(user: ada.id, hash: session))
        }
        await #expect(throws: Refusal.wrongCredentials) {
            try await world.useCases.signIn(
                email: ada.email, password: Password(parsing: self.password), former: nil, facts: World.facts)
        }
        let again = try await joined(world, "ada@example.org")
        #expect(again.id != ada.id)
        #expect(try await world.store.read { try $0.user(ada.id) } == nil)
        await #expect(throws: Refusal.notSignedIn) { try await erase(world, ada, password: password) }
    }

    @Test(arguments: Engine.available)
    func `only the right password erases, and a key of an organization is nobody`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let ada = try await joined(world, "ada@example.org")
        await #expect(throws: Refusal.wrongPassword) {
            try await erase(world, ada, password: "another long password")
        }
        await #expect(throws: Refusal.personRequired) {
            try await world.useCases.eraseUser(
                password: .success(Password(parsing: self.password)),
                as: .organizationKey(organization: world.organization.id, key: Sample.id()), facts: World.facts)
        }
        #expect(try await world.role(of: ada.id) == .user)
    }

    /// PRODUCT rule 8.
    @Test(arguments: Engine.available)
    func `the only owner of an organization stays, and of two at once one stays`(_ engine: Engine) async throws {
        let world = try await World(engine)
        await #expect(throws: Refusal.soleOwner([world.organization])) {
            try await world.useCases.operatorActions.erase(world.owner.email)
        }
        #expect(try await world.role(of: world.owner.id) == .owner)
        let second = try await joined(world, "second@example.org", role: .owner)
        let addresses = [world.owner.email, second.email]
        let gone = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<20 {
                group.addTask { (try? await world.useCases.operatorActions.erase(addresses[index % 2]).user) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(gone == 1)
        let roles = [try await world.role(of: world.owner.id), try await world.role(of: second.id)]
        #expect(roles.count { $0 == .owner } == 1)
    }

    @Test(arguments: Engine.available)
    func `offers to them end, offers of theirs wait, letters are not sent, and no address is left`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let ada = try await joined(world, "ada@example.org", role: .admin)
        world.dispatch.answer(nil)
        try await world.send("guest@example.org", as: ada)
        let guest = try #require(try await world.invitation("guest@example.org"))
        let other = try await world.useCases.operatorActions.createOrganization(
            named: DisplayName(stored: "Other"), owner: EmailAddress(parsing: "other@example.com"),
            allowedOrigins: [])
        let offer = Sample.invitation(
            to: ada.email, in: other.organization.id, by: .user(other.owner), createdAt: world.clock.now())
        let letter = Sample.letter(about: offer, in: other.organization)
        let key = APIKey(
            id: Sample.id(), holder: .user(ada.id), name: DisplayName(stored: "Ada's laptop"), role: .user,
            scopes: nil, createdAt: world.clock.now(), updatedAt: world.clock.now(), expiresAt: nil)
        try await world.store.write { [effects = world.effects] tx in
            _ = try tx.add(offer, codeHash: "code", emailHash: effects.emailHash(ada.email))
            try tx.enqueue(letter, lease: Lease(node: "n", until: effects.now()), at: effects.now())
            try tx.add(key, hash: "hash", createdBy: ada.id)
        }
        let erased = try await world.useCases.operatorActions.erase(ada.email)
        #expect(erased == EraseUser.Erased(user: ada.id, memberships: 1, invitations: 2, letters: 1))

        let (mine, theirs, found, claimed) = try await world.store.write { [effects = world.effects] tx in
            (
                try tx.invitation(guest.id, in: guest.organization)?.status,
                try tx.invitation(offer.id, in: other.organization.id),
                try tx.apiKey(hash: "hash", at: effects.now()),
                try tx.claimLetters(
                    100, lease: Lease(node: "m", until: effects.now() + .hours(2)), at: effects.now() + .hours(1))
            )
        }
        #expect(mine == .needsApproval)
        #expect(theirs?.status == .declined)
        #expect(theirs?.email.typed.hasSuffix("@erased.invalid") == true)
        #expect(found == nil)
        #expect(claimed.allSatisfy { $0.recipient != ada.email })
        let text = try await world.database.everything()
        #expect(!text.contains("ada@example.org") && !text.contains("Ada's"))
        #expect(text.contains(world.effects.emailHash(ada.email)), "the keyed hash stays")
        #expect(text.contains("user.erased"))
    }

    @Test(arguments: Engine.available)
    func `an address that was only invited is forgotten too`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("ada@example.org")
        let erased = try await world.useCases.operatorActions.erase(try EmailAddress(parsing: "ADA@example.org"))
        // The letter that is out holds no address any more.
        #expect(erased == EraseUser.Erased(user: nil, memberships: 0, invitations: 1, letters: 0))
        #expect(try await !world.database.everything().contains("ada@example.org"))
        #expect(try await world.send("ada@example.org") == .sent, "they may be invited again")
    }
}
