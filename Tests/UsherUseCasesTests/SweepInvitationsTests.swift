import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// What time does to invitations.
@Suite(.timeLimit(.minutes(15))) struct SweepInvitationsTests {
    @Test(arguments: Engine.available)
    func `what is overdue is marked in batches, and what is open is not`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for index in 0..<5 { try await world.send("late\(index)@example.org", expiry: .after(.hours(1))) }
        try await world.send("open@example.org")
        #expect(try await world.useCases.sweepInvitations.expire(limit: 2) == 0)
        world.clock.advance(by: .hours(1))
        var counts: [Int] = []
        repeat { counts.append(try await world.useCases.sweepInvitations.expire(limit: 2)) } while counts.last != 0
        #expect(counts == [2, 2, 1, 0])
        let late = try #require(try await world.invitation("late0@example.org"))
        #expect(late.status == .expired)
        #expect(try await world.invitation("open@example.org")?.status == .pending)
        #expect(try await world.audited(late.id) == ["invitation.created", "invitation.expired"])
        #expect(try await world.found(late.id).timeline.last?.at == late.expiresAt)
        // Twice at once: each is marked once.
        for index in 5..<25 { try await world.send("late\(index)@example.org", expiry: .after(.hours(1))) }
        world.clock.advance(by: .hours(1))
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await world.useCases.sweepInvitations.expire(limit: 5) } }
            return try await group.reduce(0, +)
        }
        let rest = try await world.useCases.sweepInvitations.expire(limit: 100)
        #expect(total + rest == 20)
    }

    @Test(arguments: Engine.available)
    func `after the days names and addresses are gone, and only the keyed hash still knows`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let extras = InvitationExtras(
            message: try InviterMessage(parsing: "Hello Ada"), name: try DisplayName(parsing: "Ada"),
            metadata: Metadata(["born": "1815"]))
        world.dispatch.answer(.refused(code: 550, reason: "<ada@example.org> is unknown here"))
        try await world.send("ada@example.org", extras: extras)
        world.dispatch.answer(.handedOver(code: 250))
        try await world.send("ben@example.org")
        try await world.useCases.declineInvitation(
            code: try world.code(for: "ben@example.org"), reason: "I am Ben", report: false, facts: World.facts)
        try await world.send("open@example.org", expiry: .after(.days(90)))
        let ids = [
            try #require(try await world.invitation("ada@example.org")?.id),
            try #require(try await world.invitation("ben@example.org")?.id),
        ]
        #expect(try await world.found(ids[1]).invitation.declineReason == "I am Ben")
        let sweep = world.useCases.sweepInvitations
        world.clock.advance(by: .days(90) - .milliseconds(1))
        #expect(try await sweep.purge(after: nil, limit: 10).count == 0)
        world.clock.advance(by: .milliseconds(1))
        let first = try await sweep.purge(after: nil, limit: 1)
        #expect((first.count, first.isFinished) == (1, false))
        let second = try await sweep.purge(after: first.next, limit: 10)
        #expect((second.count, second.isFinished) == (1, true))
        #expect(try await sweep.purge(after: nil, limit: 10).count == 0)
        for id in ids {
            let found = try await world.found(id)
            #expect(found.invitation.purgedAt == world.clock.now())
            #expect(found.invitation.email.typed.isEmpty && found.invitation.extras == InvitationExtras())
            #expect(found.invitation.declineReason == nil)
            #expect(found.timeline.allSatisfy { $0.reason == nil })
            await #expect(throws: Refusal.invitationNotPending) { try await world.resend(id) }
        }
        var filter = InvitationFilter()
        filter.email = try EmailAddress(parsing: "ADA@example.org")
        #expect(try await world.list(filter).map(\.id) == [ids[0]])
        #expect(try await world.invitation("open@example.org")?.email.typed == "open@example.org")
        #expect(try await world.send("ada@example.org") == .sent, "can be invited again")
        // One-click refusal from an old letter still finds whom it is about.
        let token = world.effects.unsubscribeToken(ids[1], of: world.organization.id)
        #expect(
            try await world.useCases.declineInvitation.unsubscribe(
                ids[1], of: world.organization.id, token: token, facts: World.facts))
        await #expect(throws: Refusal.recipientSuppressed) { try await world.send("ben@example.org") }
    }
}
