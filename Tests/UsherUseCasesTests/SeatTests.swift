import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// The seat ledger. A world begins with three members.
@Suite(.timeLimit(.minutes(15)))
struct SeatTests {
    // MARK: Exactness

    @Test(arguments: Engine.available)
    func `CON-07 of forty sends at once into ten free seats exactly ten go out`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.limit(to: 13)
        let sent = await world.many(40) { number in try await world.send("new\(number)@example.org") == .sent }
        #expect(sent.wins == 10, "\(sent)")
        #expect(sent.refusals == Array(repeating: .seatLimitReached, count: 30))
        #expect(world.dispatch.letters.count == 10)
        let seats = try await world.seats()
        #expect(seats == SeatCount(limit: 13, used: 3, held: 10, waiting: 0, keepsWaitlist: false))
        #expect(seats.free == 0)
    }

    @Test(arguments: Engine.available)
    func `CON-07 INV-22 of twenty acceptances at once ten join, and the others are as they were`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        for number in 0..<20 { try await world.send("new\(number)@example.org") }
        try await world.limit(to: 13)
        let joined = await world.many(20) { number in
            try await world.accept("new\(number)@example.org")
            return true
        }
        #expect(joined.wins == 10, "\(joined)")
        #expect(joined.refusals == Array(repeating: .seatLimitReached, count: 10))
        #expect(try await world.seats().used == 13)
        var open = 0
        for number in 0..<20 {
            let invitation = try #require(try await world.invitation("new\(number)@example.org"))
            guard invitation.status == .pending else { continue }
            open += 1
            let account = try await world.store.read { try $0.account(of: invitation.email)?.user.id }
            #expect(account == nil, "nothing is done by halves")
        }
        #expect(open == 10)
    }

    @Test(arguments: Engine.available)
    func `CON-07 acceptances and sends at once never make more than the seats`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.limit(to: 23)
        for number in 0..<10 { try await world.send("early\(number)@example.org") }
        let done = await world.many(50) { number in
            if number < 10 {
                try await world.accept("early\(number)@example.org")
                return true
            }
            return try await world.send("late\(number)@example.org") == .sent
        }
        #expect(done.wins == 20, "\(done)")
        #expect(try await world.seats() == SeatCount(limit: 23, used: 13, held: 10, waiting: 0, keepsWaitlist: false))
    }

    // MARK: Hold, release, convert

    @Test(arguments: Engine.available)
    func `an open offer holds a seat, and acceptance turns the hold into it`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4)
        try await world.send("new@example.org")
        #expect(try await world.seats().held == 1)
        await #expect(throws: Refusal.seatLimitReached) { try await world.send("more@example.org") }
        let user = try #require(try await world.accept("new@example.org").session?.session.user)
        let seats = try await world.seats()
        #expect(seats.used == 4 && seats.held == 0 && seats.free == 0)
        await #expect(throws: Refusal.seatLimitReached) { try await world.send("more@example.org") }
        try await world.database.remove(user, from: world.organization.id)
        #expect(try await world.send("more@example.org") == .sent)
    }

    enum End: String, CaseIterable, Sendable { case revoked, declined, reported, undeliverable, expired }

    @Test(arguments: Engine.available, End.allCases)
    func `each end of an offer frees its seat, without anybody saying so`(_ engine: Engine, _ end: End) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4)
        if end == .undeliverable { world.dispatch.answer(.refused(code: 550, reason: "no such user")) }
        _ = try? await world.send("new@example.org")
        if end != .undeliverable {
            await #expect(throws: Refusal.seatLimitReached) { try await world.send("more@example.org") }
        }
        world.dispatch.answer(.handedOver(code: 250))
        try await world.end("new@example.org", by: end)
        #expect(try await world.seats().free == 1)
        #expect(try await world.send("more@example.org") == .sent)
        #expect(try await world.seats().free == 0)
    }

    @Test(arguments: Engine.available)
    func `an offer that needs approval holds its seat`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4)
        try await world.send("new@example.org")
        try await world.database.remove(world.admin.id, from: world.organization.id)
        await #expect(throws: Refusal.invitationNeedsApproval) { try await world.accept("new@example.org") }
        #expect(try await world.seats() == SeatCount(limit: 4, used: 2, held: 1, waiting: 0, keepsWaitlist: false))
    }

    @Test(arguments: Engine.available)
    func `an address that is invited already hears that, and not that all is full`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4)
        try await world.send("new@example.org")
        await #expect(throws: Refusal.alreadyInvited) { try await world.send("new@example.org") }
        await #expect(throws: Refusal.alreadyMember) { try await world.send("member@example.com") }
    }

    @Test(arguments: Engine.available)
    func `without a limit no send and no acceptance takes the organization's lock`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        try await world.accept("new@example.org")
        #expect(!world.database.statements.contains { $0.contains("SET touched_at") })
        #expect(!world.database.statements.contains { $0.contains("COUNT(*) FROM memberships WHERE") })
    }

    @Test(arguments: Engine.available)
    func `a limit below what is there ends nothing, and admits nobody`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        try await world.limit(to: 1)
        let seats = try await world.seats()
        #expect(seats.used == 3 && seats.held == 1 && seats.free == 0)
        await #expect(throws: Refusal.seatLimitReached) { try await world.accept("new@example.org") }
        await #expect(throws: Refusal.seatLimitReached) { try await world.send("more@example.org") }
        let page = try await world.useCases.openInvitation(code: world.code(for: "new@example.org"), as: nil)
        guard case .barred(_, .seat) = page else {
            Issue.record("the page says \(page)")
            return
        }
    }

    @Test(arguments: Engine.available)
    func `only admins count seats, and only those of their own organization`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let (organization, count) = (world.organization.id, world.useCases.countSeats)
        #expect(try await count(of: organization, as: world.caller(world.admin)).used == 3)
        await #expect(throws: Refusal.roleTooLow(needed: .seatRead)) {
            try await count(of: organization, as: world.caller(world.member))
        }
        let stranger = try await world.account("stranger@example.org")
        await #expect(throws: Refusal.notAMember) {
            try await count(of: organization, as: world.caller(stranger))
        }
    }
}

// MARK: - A world with seats

/// What came of many attempts.
struct Attempts: Sendable {
    var wins = 0
    var refusals: [Refusal] = []
    var faults: [String] = []
}

extension World {
    func limit(to seats: Int?, waitlist: Bool = false) async throws {
        try await database.set(of: organization.id) {
            $0.seatLimit = seats
            $0.keepsWaitlist = waitlist
        }
    }

    func seats() async throws -> SeatCount {
        let (id, now) = (organization.id, clock.now())
        return try #require(try await store.read { try $0.seats(of: id, at: now) })
    }

    /// Does something so many times at once.
    func many(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Bool) async -> Attempts {
        await withTaskGroup(of: Result<Bool, any Error>.self) { group in
            for number in 0..<count {
                group.addTask {
                    for _ in 0..<100 {
                        do { return .success(try await body(number)) } catch is StoreUnavailable, Refusal.busy {
                            // Told to come again, by a machine that has too much to do.
                            try? await Task.sleep(for: .milliseconds(200))
                        } catch { return .failure(error) }
                    }
                    return .failure(Refusal.busy(retryAfter: .zero))
                }
            }
            return await group.reduce(into: Attempts()) { attempts, result in
                switch result {
                case .success(let won): attempts.wins += won ? 1 : 0
                case .failure(let refusal as Refusal): attempts.refusals.append(refusal)
                case .failure(let error): attempts.faults.append("\(error)")
                }
            }
        }
    }

    func find(_ address: String) async throws -> Invitation {
        let email = try EmailAddress(parsing: address)
        let selection = InvitationSelection(
            organization: organization.id, statuses: Set(Invitation.Status.allCases), limit: 1000, now: clock.now())
        return try #require(try await store.read { try $0.invitations(selection) }.first { $0.email == email })
    }

    func revoke(_ address: String) async throws {
        try await useCases.revokeInvitation(
            find(address).id, in: organization.id, as: caller(owner), facts: Self.facts)
    }

    func end(_ address: String, by end: SeatTests.End) async throws {
        switch end {
        case .revoked: try await revoke(address)
        case .declined, .reported:
            try await useCases.declineInvitation(
                code: code(for: address), reason: nil, report: end == .reported, facts: Self.facts)
        case .undeliverable: #expect(try await find(address).status == .undeliverable)
        case .expired: clock.advance(by: .days(7))
        }
    }
}
