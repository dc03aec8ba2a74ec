import Glibc
import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherText
import UsherUseCases

extension World {
    fileprivate func setLimit(_ seats: Int?, waitlist: Bool? = nil) async throws {
        var change = SettingsChange()
        change.seatLimit = .set(seats)
        if let waitlist { change.keepsWaitlist = .set(waitlist) }
        _ = try await useCases.operatorActions.changeSettings(of: organization.id, change)
    }

    fileprivate func movements(limit: Int = 1000, after: Int64? = nil) async throws -> ListSeatMovements.Page {
        var query = ListSeatMovements.Query()
        (query.limit, query.after) = (limit, after)
        return try await useCases.listSeatMovements(of: organization.id, .success(query), as: try await caller(admin))
    }

    /// Kinds, oldest first.
    fileprivate func kinds() async throws -> [SeatMovement.Kind] {
        try await movements().movements.map(\.movement.kind).reversed()
    }

    fileprivate func drift() async throws -> [ID<Organization>] {
        try await store.read { try $0.seatDrift(in: nil, limit: 10) }
    }
}

/// What happened to seats, as one can read it. A world begins with three members.
@Suite(.timeLimit(.minutes(15)))
struct SeatLedgerTests {
    @Test(arguments: Engine.available)
    func `CON-07 each movement is written down with who, what and what stood after it`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.send("early@example.org")
        #expect(try await world.movements().movements.isEmpty, "without a limit nothing is written")
        try await world.setLimit(6)
        try await world.send("ada@example.org")
        try await world.send("gone@example.org")
        let gone = try #require(try await world.invitation("gone@example.org"))
        _ = try await world.useCases.revokeInvitation(
            gone.id, in: world.organization.id, as: world.caller(world.admin), facts: World.facts)
        try await world.accept("ada@example.org")
        try await world.useCases.declineInvitation(
            code: world.code(for: "early@example.org"), reason: nil, report: false, facts: World.facts)
        try await world.useCases.operatorActions.removeMember(world.member.email, of: world.organization.id)
        try await world.setLimit(nil)

        let page = try await world.movements().movements.reversed()
        #expect(
            page.map(\.movement.kind) == [
                .opened, .held, .held, .released, .occupied, .converted, .released, .vacated, .limitChanged,
            ]
                || page.map(\.movement.kind) == [
                    .opened, .held, .held, .released, .converted, .occupied, .released, .vacated, .limitChanged,
                ])
        let after = page.map { [$0.after.used, $0.after.held, $0.after.waiting] }
        #expect(after.first == [3, 1, 0] && after[1] == [3, 2, 0] && after[2] == [3, 3, 0] && after[3] == [3, 2, 0])
        #expect(after[5] == [4, 1, 0] && after[6] == [4, 0, 0] && after.last == [3, 0, 0])
        let list = Array(page.map(\.movement))
        #expect(list[0].limit == 6 && list[0].actor == "operator" && list.last?.limit == nil)
        #expect(list[1].actor == "user:\(world.admin.id)" && list[1].status == "pending")
        #expect(list[3].invitation == gone.id && list[3].status == "revoked")
        #expect(list[6].actor == "invitee" && list[6].status == "declined")
        #expect(list[7].actor == "operator" && list[7].membership != nil && list[7].at == world.clock.now())
        let joined = try #require(list.first { $0.kind == .occupied })
        #expect(joined.actor?.hasPrefix("user:") == true && joined.invitation != nil)
        let seats = try await world.store.read { [id = world.organization.id, now = world.clock.now()] in
            try $0.seats(of: id, at: now)
        }
        #expect(seats?.used == 3 && seats?.held == 0)
        #expect(try await world.drift().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `CON-07 waiting, going on, expiry and a letter that came back are movements`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.setLimit(4, waitlist: true)
        try await world.send("first@example.org")
        try await world.send("second@example.org")
        #expect(try await world.kinds() == [.opened, .held, .waitlisted])
        world.clock.advance(by: .days(8))
        _ = try await world.useCases.sweepInvitations.expire(limit: 100)
        _ = try await world.useCases.fillSeats()
        #expect(try await world.kinds() == [.opened, .held, .waitlisted, .released, .advanced])
        let last = try #require(try await world.movements().movements.first)
        #expect(last.movement.change == SeatMovement.Count(used: 0, held: 1, waiting: -1))
        #expect(last.after == SeatMovement.Count(used: 3, held: 1, waiting: 0))
        try await world.setLimit(9)
        world.dispatch.answer(.refused(code: 550, reason: "no such user"))
        try await world.send("bad@example.org")
        #expect(try await world.kinds().suffix(3) == [.limitChanged, .held, .released])
        #expect(try await world.movements().movements.first?.movement.status == "undeliverable")
        #expect(try await world.drift().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `pages follow one another, and tell the same as one`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.setLimit(100)
        for number in 0..<9 { try await world.send("p\(number)@example.org") }
        let all = try await world.movements()
        #expect(all.movements.count == 10 && all.next == nil)
        var (found, next): ([SeatMovement.Count], Int64?) = ([], nil)
        repeat {
            let page = try await world.movements(limit: 3, after: next)
            found += page.movements.map(\.after)
            next = page.next
        } while next != nil
        #expect(found == all.movements.map(\.after))
        await #expect(throws: Refusal.roleTooLow(needed: .seatRead)) {
            _ = try await world.useCases.listSeatMovements(
                of: world.organization.id, .success(ListSeatMovements.Query()), as: world.caller(world.member))
        }
    }

    @Test(arguments: Engine.available)
    func `CON-07 a ledger that opens in the middle of it all misses nothing`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for number in 0..<20 { try await world.send("early\(number)@example.org") }
        _ = await world.many(60) { number in
            switch number {
            case 30:
                try await world.setLimit(500)
            case 0..<20: try await world.accept("early\(number)@example.org")
            default: try await world.send("late\(number)@example.org")
            }
            return true
        }
        #expect(try await world.kinds().first == .opened)
        #expect(try await world.drift().isEmpty)
    }

    /// Somebody has a key-share lock when it opens, so that PostgreSQL notes whoever opens it as one of several lockers;
    /// those that wait then go on with the row that they saw before.
    @Test(arguments: Engine.available)
    func `CON-07 who joins while the ledger opens is counted once`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for number in 0..<5 { try await world.send("early\(number)@example.org") }
        let (id, now) = (world.organization.id, world.clock.now())
        let (shared, isShared) = AsyncStream.makeStream(of: Void.self)
        let (locked, announce) = AsyncStream.makeStream(of: Void.self)
        let first = Sample.invitation(in: id, by: .user(world.admin.id), createdAt: now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await world.store.write { tx in
                    _ = try tx.add(first, codeHash: "first", emailHash: "first")
                    isShared.yield()
                    usleep(300_000)
                }
            }
            for await _ in shared { break }
            group.addTask {
                try await world.store.write { tx in
                    guard try tx.lock(id, at: now), let found = try tx.organization(id) else {
                        throw Refusal.organizationNotFound
                    }
                    try tx.change(found)
                    try tx.keepSeatLedger(of: id, limit: 500, at: now)
                    announce.yield()
                    // Long enough for the others to come to the lock.
                    usleep(500_000)
                }
            }
            for await _ in locked { break }
            for number in 0..<5 { group.addTask { try await world.accept("early\(number)@example.org") } }
            try await group.waitForAll()
        }
        #expect(try await world.drift().isEmpty)
        #expect(try await world.kinds().count { $0 == .converted } == 5)
    }

    @Test(arguments: Engine.available)
    func `who is erased leaves the seat, and nothing else is written for who never had a limit`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.setLimit(50)
        try await world.send("ada@example.org")
        _ = try await world.useCases.operatorActions.erase(world.member.email)
        _ = try await world.useCases.operatorActions.erase(try EmailAddress(parsing: "ada@example.org"))
        #expect(try await world.kinds() == [.opened, .held, .vacated, .released])
        #expect(try await world.movements().movements.allSatisfy { $0.movement.at == world.clock.now() })
        #expect(try await world.drift().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `CON-07 movements are taken into the balance while many send, decline and join`(_ engine: Engine) async throws
    {
        let world = try await World(engine, quotas: .off)
        try await world.setLimit(190)
        for number in 0..<180 { try await world.send("early\(number)@example.org") }
        // 187 seats are left for 3 members, 180 offers are out: seven are free, and forty will be freed.
        let done = await world.many(200) { number in
            switch number {
            case 0..<40:
                try await world.useCases.declineInvitation(
                    code: world.code(for: "early\(number)@example.org"), reason: nil, report: false,
                    facts: World.facts)
            case 40..<100: try await world.accept("early\(number)@example.org")
            default: try await world.send("late\(number)@example.org")
            }
            return true
        }
        #expect(done.refusals.allSatisfy { $0 == .seatLimitReached })
        #expect(done.refusals.count >= 53 && done.refusals.count <= 93, "\(done.refusals.count)")
        #expect(try await world.drift().isEmpty)
        let (id, now) = (world.organization.id, world.clock.now())
        let found = try await world.store.read { try $0.seatsAndChanges(of: id, at: now) }
        let seats = try #require(found)
        #expect(seats.changes < 400 && seats.seats.used == 63 && seats.seats.used + seats.seats.held <= 190)
        #expect(seats.seats.held == 80 + 100 - done.refusals.count)
    }

    @Test(arguments: Engine.available)
    func `a ledger that somebody wrote to is found and counted anew`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.setLimit(10)
        try await world.send("ada@example.org")
        let id = world.organization.id
        try await world.database.transaction(writing: true) { session in
            _ = try session.rows(
                "UPDATE seat_changes SET held = held + 5 WHERE organization_id = \(id) AND held = 1 RETURNING 1")
        }
        #expect(try await world.drift() == [world.organization.id])
        try await world.useCases.operatorActions.recountSeats(of: world.organization.id)
        #expect(try await world.drift().isEmpty)
        #expect(try await world.movements().movements.first?.after == SeatMovement.Count(used: 3, held: 1, waiting: 0))
        try await world.send("bob@example.org")
        #expect(try await world.drift().isEmpty)
        #expect(try await world.movements().movements.first?.after == SeatMovement.Count(used: 3, held: 2, waiting: 0))
    }
}
