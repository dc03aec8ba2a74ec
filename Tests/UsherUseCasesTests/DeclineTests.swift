import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// INV-14: whoever was asked may say no at any time before the end, whatever the offer waits for.
@Suite(.timeLimit(.minutes(15))) struct DeclineTests {
    enum Door: CaseIterable, Sendable { case code, ownList }

    @Test(arguments: Engine.available, Door.allCases)
    func `an offer that needs approval can be declined: its seat is free, and who waits goes at once`(
        _ engine: Engine, _ door: Door
    ) async throws {
        let world = try await World(engine)
        let ada = try await world.account("ada@example.org", password: "the password of ada")
        try await world.limit(to: 4, waitlist: true)
        try await world.send("ada@example.org")
        _ = try await world.send("next@example.org")
        #expect(try await world.find("next@example.org").status == .waitlisted)
        let id = try await world.needApproval("ada@example.org")
        #expect(try await world.seats().held == 1, "what needs approval holds its seat")
        try await world.decline(id, "ada@example.org", by: door, as: ada, report: false)
        #expect(try await world.find("ada@example.org").status == .declined)
        #expect(try await world.audited(id) == ["invitation.created", "invitation.declined"])
        #expect(try await world.find("next@example.org").status == .pending, "in the same transaction")
        #expect(try await world.due().map(\.recipient.wire) == ["next@example.org"])
        let seats = try await world.seats()
        #expect((seats.held, seats.waiting) == (1, 0))
        await #expect(throws: Refusal.invitationNotPending) { try await world.approve(id, as: world.owner) }
        await #expect(throws: Refusal.invitationEnded) { try await world.accept("ada@example.org") }
        await #expect(throws: Refusal.invitationEnded) {
            try await world.decline(id, "ada@example.org", by: door, as: ada, report: false)
        }
        #expect(try await world.send("ada@example.org") != .sent, "it may be offered anew, behind who waits")
    }

    @Test(arguments: Engine.available, Door.allCases)
    func `an offer that needs approval can be reported, and then nothing is sent to the address any more`(
        _ engine: Engine, _ door: Door
    ) async throws {
        let world = try await World(engine)
        let ada = try await world.account("ada@example.org", password: "the password of ada")
        try await world.send("ada@example.org")
        let id = try await world.needApproval("ada@example.org")
        try await world.decline(id, "ada@example.org", by: door, as: ada, report: true)
        #expect(try await world.audited(id) == ["invitation.created", "invitation.reported"])
        await #expect(throws: Refusal.recipientSuppressed) { try await world.send("ada@example.org") }
    }

    @Test(arguments: Engine.available, Door.allCases)
    func `an offer on the waitlist can be declined, and who waits behind it stays in order`(
        _ engine: Engine, _ door: Door
    ) async throws {
        let world = try await World(engine)
        let ada = try await world.account("ada@example.org", password: "the password of ada")
        try await world.limit(to: 4, waitlist: true)
        for address in ["first@example.org", "ada@example.org", "last@example.org"] {
            _ = try await world.send(address)
            world.clock.advance(by: .seconds(1))
        }
        let id = try await world.find("ada@example.org").id
        try await world.decline(id, "ada@example.org", by: door, as: ada, report: false)
        #expect(try await world.find("ada@example.org").status == .declined)
        let seats = try await world.seats()
        #expect((seats.held, seats.waiting) == (1, 1))
        #expect(try await world.due().isEmpty)
        try await world.revoke("first@example.org")
        #expect(try await world.find("last@example.org").status == .pending)
        #expect(try await world.find("ada@example.org").status == .declined)
    }

    @Test(arguments: Engine.available)
    func `an offer that needs approval and whose time is over is not declined`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("ada@example.org")
        let id = try await world.needApproval("ada@example.org")
        world.clock.advance(by: InvitationLife.usual)
        await #expect(throws: Refusal.invitationExpired) { try await world.decline("ada") }
        #expect(try await world.find("ada@example.org").status == .needsApproval)
        #expect(try await world.audited(id) == ["invitation.created"])
    }

    @Test(arguments: Engine.available)
    func `INV-11 the code of a replaced letter declines nothing, and is told that there is a newer one`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("ada@example.org")
        let old = try world.code(for: "ada@example.org")
        world.clock.advance(by: .hours(1))
        let id = try await world.find("ada@example.org").id
        _ = try await world.resend(id)
        for _ in 0..<2 {
            await #expect(throws: Refusal.invitationSuperseded) {
                try await world.useCases.declineInvitation(code: old, reason: nil, report: true, facts: World.facts)
            }
        }
        #expect(try await world.find("ada@example.org").status == .pending)
        #expect(try await world.audited(id) == ["invitation.created", "invitation.resent"])
        try await world.decline("ada")
        #expect(try await world.find("ada@example.org").status == .declined)
    }

    @Test(arguments: Engine.available)
    func `CON-03 of approvals and refusals at once one refusal takes effect, and none is brought back`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<6 {
            let guest = "guest\(round)@example.org"
            try await world.send(guest)
            let (id, code) = (try await world.needApproval(guest), try world.code(for: guest))
            let outcomes = try await verdicts(of: 20) { index in
                if index.isMultiple(of: 2) {
                    _ = try await world.approve(id, as: world.owner)
                } else {
                    try await world.useCases.declineInvitation(
                        code: code, reason: nil, report: false, facts: World.facts)
                }
            }
            let approvals = stride(from: 0, to: 20, by: 2).map { outcomes[$0] }
            let refusals = stride(from: 1, to: 20, by: 2).map { outcomes[$0] }
            #expect(refusals.count { $0 == nil } == 1, "\(refusals)")
            #expect(refusals.allSatisfy { $0 == nil || $0 == .invitationEnded }, "\(refusals)")
            #expect(approvals.allSatisfy { $0 == nil || $0 == .invitationNotPending }, "\(approvals)")
            #expect(try await world.find(guest).status == .declined)
            let isApproved = approvals.contains(nil)
            #expect(
                try await world.audited(id) == ["invitation.created"]
                    + (isApproved ? ["invitation.approved"] : []) + ["invitation.declined"])
        }
    }
}

extension World {
    /// - Returns: the id of the address's offer, which waits for another admin now.
    fileprivate func needApproval(_ address: String) async throws -> ID<Invitation> {
        let (id, organization, now) = (try await find(address).id, organization.id, clock.now())
        #expect(try await store.write { try $0.needApproval(id, in: organization, at: now) })
        return id
    }

    fileprivate func decline(
        _ id: ID<Invitation>, _ address: String, by door: DeclineTests.Door, as user: User, report: Bool
    ) async throws {
        switch door {
        case .code:
            let code = effects.code(of: id, generation: 1)
            try await useCases.declineInvitation(code: code, reason: nil, report: report, facts: Self.facts)
        case .ownList: try await declineOwn(id, caller(user), report: report)
        }
    }
}
