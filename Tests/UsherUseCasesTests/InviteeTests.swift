import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// What the invited person does: by code, or by their own list.
@Suite(.timeLimit(.minutes(15))) struct InviteeTests {
    @Test(arguments: Engine.available)
    func `INV-30 INV-11 a code tells what is open, and of all else only that it ended`(_ engine: Engine) async throws {
        let world = try await World(engine)
        for local in ["open", "revoked", "declined", "expired", "used", "resent"] {
            try await world.send("\(local)@example.org", expiry: local == "expired" ? .after(.hours(1)) : nil)
        }
        let codes = try Dictionary(
            uniqueKeysWithValues: ["open", "revoked", "declined", "expired", "used", "resent"].map {
                ($0, try world.code(for: "\($0)@example.org"))
            })
        var filter = InvitationFilter()
        filter.email = try EmailAddress(parsing: "revoked@example.org")
        try await world.revoke(filter)
        try await world.decline("declined")
        try await world.accept("used@example.org")
        world.clock.advance(by: .hours(2))
        try await world.resend(try #require(try await world.invitation("resent@example.org")?.id))
        let found = try await world.lookUp(codes["open"] ?? "")
        #expect(
            (found.organization.name, found.invitation.email.masked) == (world.organization.name, "o•••@example.org"))
        let refusals: [String: Refusal] = [
            "revoked": .invitationEnded, "declined": .invitationEnded, "expired": .invitationExpired,
            "used": .invitationUsed, "resent": .invitationSuperseded,
        ]
        for (local, refusal) in refusals {
            await #expect(throws: refusal) { try await world.lookUp(codes[local] ?? "") }
        }
        for code in ["", "x", world.effects.newSecret(), String(repeating: "A", count: 43)] {
            await #expect(throws: Refusal.invitationNotFound) { try await world.lookUp(code) }
        }
        #expect(try await world.invitation("open@example.org")?.status == .pending)
    }

    @Test(arguments: Engine.available)
    func `INV-17 ten thousand tries with codes find a limit, and other addresses do not`(
        _ engine: Engine
    ) async throws {
        var quotas = Quotas.off
        quotas.lookup = Quota(.lookup, 100, per: .minutes(1))
        let world = try await World(engine, quotas: quotas)
        try await world.send("new@example.org")
        let code = try world.code(for: "new@example.org")
        let count = 10_000
        let limited = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    var limited = 0
                    for _ in 0..<count / 20 {
                        do { _ = try await world.lookUp(world.effects.newSecret()) } catch Refusal.limited {
                            limited += 1
                        } catch Refusal.invitationNotFound {}
                    }
                    return limited
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(limited == count - 100)
        _ = try await world.useCases.lookUpInvitation(code: code, facts: RequestFacts(id: "r", peer: "198.51.100.7"))
        world.clock.advance(by: .minutes(1))
        _ = try await world.lookUp(code)
    }

    @Test(arguments: Engine.available)
    func `INV-05 INV-14 a person sees, accepts and declines their own invitations, and nobody else's`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        for local in ["ada", "ben", "eve"] { try await world.send("\(local)@example.org") }
        let (ada, ben) = (try await world.account("ada@example.org"), try await world.account("ben@example.org"))
        let eve = try await world.account("eve@example.org", verified: false)
        let own = world.useCases.ownInvitations
        let mine = try await own(as: world.caller(ada)).offers
        #expect(mine.map(\.invitation.email.typed) == ["ada@example.org"])
        #expect(mine.first?.inviter?.id == world.admin.id)
        let id = try #require(mine.first?.invitation.id)
        let bens = try #require(try await world.invitation("ben@example.org")?.id)

        let unproved = try await world.caller(eve)
        await #expect(throws: Refusal.addressUnverified) { try await own(as: unproved) }
        await #expect(throws: Refusal.addressUnverified) { try await world.acceptOwn(bens, unproved) }
        for stranger in [try await world.caller(ben), try await world.caller(world.owner)] {
            await #expect(throws: Refusal.invitationNotFound) { try await world.acceptOwn(id, stranger) }
            await #expect(throws: Refusal.invitationNotFound) { try await world.declineOwn(id, stranger) }
        }
        #expect(try await world.invitation("ada@example.org")?.status == .pending)

        let caller = try await world.caller(ada)
        #expect(try await world.acceptOwn(id, caller).offer.invitation.status == .accepted)
        #expect(try await world.acceptOwn(id, caller).offer.invitation.id == id, "twice is a success")
        #expect(try await world.role(of: ada.id) == .user)
        #expect(try await own(as: caller).offers.isEmpty)

        let other = try await world.caller(ben)
        try await world.declineOwn(bens, other, report: true)
        await #expect(throws: Refusal.invitationEnded) { try await world.acceptOwn(bens, other) }
        await #expect(throws: Refusal.recipientSuppressed) { try await world.send("ben@example.org") }
        #expect(try await world.role(of: ben.id) == nil)
    }

    @Test(arguments: Engine.available)
    func `INV-25 a key accepts nothing and declines nothing`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("ada@example.org")
        let ada = try await world.account("ada@example.org")
        let id = try #require(try await world.invitation("ada@example.org")?.id)
        let key: ID<APIKey> = ID(rawValue: world.effects.newID())
        for caller in [
            Caller.userKey(user: ada.id, key: key), .organizationKey(organization: world.organization.id, key: key),
        ] {
            await #expect(throws: Refusal.sessionRequired) { try await world.acceptOwn(id, caller) }
            await #expect(throws: Refusal.sessionRequired) { try await world.declineOwn(id, caller) }
        }
        #expect(try await world.invitation("ada@example.org")?.status == .pending)
    }

    // CON-01
    @Test(arguments: Engine.available)
    func `CON-01 twenty acceptances of one's own invitation make one membership`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("ada@example.org")
        let ada = try await world.account("ada@example.org")
        let id = try #require(try await world.invitation("ada@example.org")?.id)
        let caller = try await world.caller(ada)
        _ = try await withThrowingTaskGroup(of: Joined?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do { return try await world.acceptOwn(id, caller) } catch Refusal.invitationUsed { return nil }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
        }
        #expect(try await world.audited(id) == ["invitation.created", "invitation.accepted"])
        #expect(try await world.store.read { try $0.memberships(of: ada.id).count } == 1)
    }
}

extension World {
    @discardableResult
    func lookUp(_ code: String) async throws -> Offer {
        try await useCases.lookUpInvitation(code: code, facts: Self.facts).offer
    }

    func decline(_ local: String) async throws {
        try await useCases.declineInvitation(
            code: try code(for: "\(local)@example.org"), reason: nil, report: false, facts: Self.facts)
    }

    func acceptOwn(_ id: ID<Invitation>, _ caller: Caller) async throws -> Joined {
        try await useCases.acceptInvitation.own(id, as: caller, facts: Self.facts)
    }

    func declineOwn(_ id: ID<Invitation>, _ caller: Caller, report: Bool = false) async throws {
        try await useCases.ownInvitations.decline(
            id, reason: "no", report: report, as: caller, facts: Self.facts)
    }
}
