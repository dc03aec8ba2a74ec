import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Offers beyond the seats, when the organization lets them wait.
@Suite(.timeLimit(.minutes(15)))
struct WaitlistTests {
    @Test(arguments: Engine.available)
    func `an offer beyond the seats waits: no letter, no seat, and its time does not run`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4, waitlist: true)
        #expect(try await world.send("first@example.org") == .sent)
        guard case .underWay(let id) = try await world.send("second@example.org") else {
            Issue.record("it went out")
            return
        }
        let waiting = try await world.find("second@example.org")
        #expect(waiting.id == id && waiting.status == .waitlisted && waiting.expiresAt == .latest)
        #expect(world.dispatch.letters.map(\.recipient.wire) == ["first@example.org"])
        #expect(try await world.due().isEmpty)
        #expect(try await world.seats() == SeatCount(limit: 4, used: 3, held: 1, waiting: 1, keepsWaitlist: true))
        await #expect(throws: Refusal.alreadyInvited) { try await world.send("second@example.org") }
        world.clock.advance(by: .days(6))
        try await world.revoke("first@example.org")
        let sent = try await world.find("second@example.org")
        #expect(sent.status == .pending)
        #expect(sent.expiresAt == world.clock.now() + .days(7))
        let letters = try await world.due()
        #expect(letters.map(\.recipient.wire) == ["second@example.org"])
        guard case .invitation(let letter) = letters.first?.content else {
            Issue.record("no letter of an invitation")
            return
        }
        #expect(letter.inviterEmail == world.admin.email)
        #expect(letter.expiresAt == sent.expiresAt)
    }

    @Test(arguments: Engine.available)
    func `who waits goes in order, and before anybody new`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.limit(to: 5, waitlist: true)
        for number in 0..<6 {
            try await world.send("new\(number)@example.org")
            world.clock.advance(by: .seconds(1))
        }
        #expect(try await world.statuses(6) == [.pending, .pending] + Array(repeating: .waitlisted, count: 4))
        try await world.end("new1@example.org", by: .declined)
        #expect(try await world.find("new2@example.org").status == .pending)
        // A seat that time freed: who comes next finds those who wait in front.
        world.clock.advance(by: .days(7) - .seconds(6))
        _ = try await world.send("new6@example.org")
        #expect(try await world.find("new3@example.org").status == .pending)
        #expect(try await world.find("new6@example.org").status == .waitlisted)
    }

    @Test(arguments: Engine.available)
    func `an expiry edited while an offer waits begins to run when it is sent`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4, waitlist: true)
        for name in ["first", "short", "long"] { try await world.send("\(name)@example.org") }
        var edit = InvitationEdit()
        for (name, expiry) in [
            ("first", RequestedExpiry.after(.days(20))), ("short", .after(.hours(2))),
            ("long", .at(world.clock.now() + .days(30))),
        ] {
            edit.expiry = expiry
            let edited = try await world.edit(world.find("\(name)@example.org").id, edit)
            #expect(edited.expiresAt == (name == "first" ? world.clock.now() + .days(20) : .latest))
        }
        world.clock.advance(by: .days(3))
        #expect(try await world.useCases.sweepInvitations.expire(limit: 10) == 0)
        #expect(try await world.seats().waiting == 2)
        try await world.limit(to: 6, waitlist: true)
        #expect(try await world.useCases.fillSeats() == 2)
        for (name, life) in [("short", Duration.hours(2)), ("long", .days(30))] {
            let sent = try await world.find("\(name)@example.org")
            #expect(sent.status == .pending && sent.expiresAt == world.clock.now() + life)
        }
    }

    @Test(arguments: Engine.available)
    func `the pause before a resend, and reminders, count from the letter and not from the waiting`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.database.set(of: world.organization.id) {
            $0.seatLimit = 4
            $0.keepsWaitlist = true
            $0.reminders = [.after(.days(2))]
        }
        for name in ["first", "second"] { try await world.send("\(name)@example.org") }
        world.clock.advance(by: .days(10))
        #expect(try await world.useCases.fillSeats() == 1)
        let (sent, now) = (try await world.find("second@example.org"), world.clock.now())
        #expect(sent.status == .pending && sent.lastLetterAt == now)
        let letter = try #require(try await world.due().first)
        let lease = world.dispatch.lease(at: now)
        let isSettled = try await world.store.write {
            try $0.settle(letter, lease: lease, as: .handedOver(code: 250), at: now)
        }
        #expect(isSettled)
        #expect(try await world.remind() == 0)
        await #expect(throws: Refusal.resendTooSoon(retryAfter: InvitationLife.resendPause)) {
            try await world.resend(sent.id)
        }
        world.clock.advance(by: .days(2))
        #expect(try await world.remind() == 1)
    }

    @Test(arguments: Engine.available)
    func `a refusal from one's own list sends who waits longest in the same transaction`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4, waitlist: true)
        for number in 0..<3 {
            try await world.send("new\(number)@example.org")
            world.clock.advance(by: .seconds(1))
        }
        let caller = try await world.caller(world.account("new0@example.org"))
        try await world.declineOwn(world.find("new0@example.org").id, caller)
        #expect(try await world.statuses(3) == [.declined, .pending, .waitlisted])
        #expect(try await world.due().map(\.recipient.wire) == ["new1@example.org"])
        #expect(try await world.seats() == SeatCount(limit: 4, used: 3, held: 1, waiting: 1, keepsWaitlist: true))
    }

    @Test(arguments: Engine.available, [false, true])
    func `twenty seats freed at once go to the twenty who wait longest`(
        _ engine: Engine, _ byInvitee: Bool
    ) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.limit(to: 23, waitlist: true)
        for number in 0..<50 {
            try await world.send("new\(number)@example.org")
            world.clock.advance(by: .milliseconds(1))
        }
        #expect(try await world.seats().waiting == 30)
        var callers: [Caller] = []
        for number in 0..<20 {
            callers.append(try await world.caller(world.account("new\(number)@example.org")))
        }
        let invitees = callers
        let freed = await world.many(20) { number in
            let address = "new\(number)@example.org"
            if byInvitee {
                try await world.declineOwn(world.find(address).id, invitees[number])
            } else {
                try await world.revoke(address)
            }
            return true
        }
        #expect(freed.wins == 20, "\(freed)")
        let expected =
            Array(repeating: Invitation.Status.declined, count: byInvitee ? 20 : 0)
            + Array(repeating: .revoked, count: byInvitee ? 0 : 20) + Array(repeating: .pending, count: 20)
            + Array(repeating: .waitlisted, count: 10)
        #expect(try await world.statuses(50) == expected)
        #expect(Set(try await world.due().map(\.recipient.wire)) == Set((20..<40).map { "new\($0)@example.org" }))
        #expect(try await world.seats() == SeatCount(limit: 23, used: 3, held: 20, waiting: 10, keepsWaitlist: true))
    }

    @Test(arguments: Engine.available)
    func `what nobody's transaction freed is found by the round, exactly, by however many nodes`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        try await world.limit(to: 8, waitlist: true)
        for number in 0..<30 { try await world.send("new\(number)@example.org") }
        #expect(try await world.useCases.fillSeats() == 0)
        world.clock.advance(by: .days(7))
        try await world.database.remove(world.member.id, from: world.organization.id)
        let rounds = await world.many(20) { _ in try await world.useCases.fillSeats() >= 0 }
        #expect(rounds.wins == 20, "\(rounds)")
        #expect(try await world.seats() == SeatCount(limit: 8, used: 2, held: 6, waiting: 19, keepsWaitlist: true))
        #expect(try await world.due().count == 6)
        try await world.limit(to: nil)
        #expect(try await world.useCases.fillSeats() == 19)
        #expect(try await world.seats() == SeatCount(limit: nil, used: 2, held: 25, waiting: 0, keepsWaitlist: false))
        #expect(try await world.due().count == 19)
    }

    // INV-19
    @Test(arguments: Engine.available)
    func `what may not be sent any more leaves the list, and its seat goes to the next`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4, waitlist: true)
        for name in ["first", "suppressed", "member.by.now", "blocked", "last"] {
            let domain = name == "blocked" ? "corp.example" : "example.org"
            try await world.send("\(name)@\(domain)", as: name == "last" ? world.owner : nil)
            world.clock.advance(by: .seconds(1))
        }
        let (organization, now) = (world.organization.id, world.clock.now())
        let suppressed = world.effects.emailHash(try EmailAddress(parsing: "suppressed@example.org"))
        let user = try await world.account("member.by.now@example.org")
        let membership = Sample.membership(user.id, organization)
        try await world.store.write { tx in
            try tx.suppress(suppressed, in: organization, at: now)
            _ = try tx.add(membership, from: nil)
        }
        try await world.database.set(of: organization) {
            $0.seatLimit = 5
            $0.keepsWaitlist = true
            $0.blockedDomains = ["corp.example"]
        }
        try await world.revoke("first@example.org")
        for gone in ["suppressed@example.org", "member.by.now@example.org", "blocked@corp.example"] {
            #expect(try await world.find(gone).status == .revoked, "\(gone)")
        }
        #expect(try await world.find("last@example.org").status == .pending)
        #expect(try await world.due().map(\.recipient.wire) == ["last@example.org"])
    }

    @Test(arguments: Engine.available)
    func `an offer whose maker lost the right meanwhile needs approval instead of going out`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4, waitlist: true)
        try await world.send("first@example.org", as: world.owner)
        try await world.send("second@example.org", as: world.admin)
        try await world.database.remove(world.admin.id, from: world.organization.id)
        #expect(try await world.useCases.fillSeats() == 1)
        #expect(try await world.find("second@example.org").status == .needsApproval)
        #expect(try await world.due().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `one that waits can be withdrawn, and a repeated request has the same answer`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.limit(to: 3, waitlist: true)
        let first = try await world.send("new@example.org", key: "k")
        let again = try await world.send("new@example.org", key: "k")
        #expect(first == again)
        #expect(try await world.seats().waiting == 1)
        try await world.revoke("new@example.org")
        #expect(try await world.seats().waiting == 0)
        try await world.limit(to: 4, waitlist: true)
        #expect(try await world.useCases.fillSeats() == 0)
        #expect(try await world.due().isEmpty)
    }
}

extension World {
    /// Of `new0`, `new1` and so on.
    func statuses(_ count: Int) async throws -> [Invitation.Status] {
        var statuses: [Invitation.Status] = []
        for number in 0..<count { statuses.append(try await find("new\(number)@example.org").status(at: clock.now())) }
        return statuses
    }

    /// Takes the letters that any node may take now.
    func due() async throws -> [Letter] {
        let (now, lease) = (clock.now(), dispatch.lease(at: clock.now()))
        return try await store.write { try $0.claimLetters(100, lease: lease, at: now) }
    }
}
