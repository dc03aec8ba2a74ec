import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// What comes back after the relay took a letter.
@Suite(.timeLimit(.minutes(15)))
struct DeliveryReportTests {
    private static let address = "new@example.org"

    @Test(arguments: Engine.available)
    func `EML-10 a bounce ends the offer, frees its seat for who waits, and lets the address be invited again`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.limit(to: 4, waitlist: true)
        try await world.send(Self.address)
        try await world.send("second@example.org")
        #expect(try await world.report(.bounced, on: Self.address, code: 550, reason: "5.1.1 no such person"))
        let ended = try await world.find(Self.address)
        #expect(ended.status == .undeliverable && ended.delivery == .bounced)
        #expect(ended.deliveryCode == 550 && ended.deliveryReason == "5.1.1 no such person")
        #expect(try await world.find("second@example.org").status == .pending)
        #expect(try await world.due().map(\.recipient.wire) == ["second@example.org"])
        #expect(try await world.seats() == SeatCount(limit: 4, used: 3, held: 1, waiting: 0, keepsWaitlist: true))
        await #expect(throws: Refusal.invitationEnded) { try await world.accept(Self.address) }
        // It came before.
        #expect(try await !world.report(.bounced, on: Self.address, code: 550, reason: "5.1.1 no such person"))
        let found = try await world.details(Self.address)
        #expect(found.timeline.map(\.kind) == ["created", "bounced"])
        #expect(found.timeline.dropFirst().first?.actor == nil && found.next == .correctAddress)
        #expect(found.suggestion == nil)
        try await world.limit(to: 5, waitlist: true)
        #expect(try await world.send(Self.address) == .sent)
    }

    @Test(arguments: Engine.available)
    func `EML-10 a report on an earlier letter, on an end, or on nothing changes nothing`(_ engine: Engine) async throws
    {
        let world = try await World(engine)
        try await world.send(Self.address)
        let first = try await world.find(Self.address)
        world.clock.advance(by: .hours(1))
        try await world.resend(Self.address, of: world.organization)
        let report = world.useCases.takeDeliveryReport
        #expect(try await !report(DeliveryReport(invitation: first.id, generation: 1, verdict: .bounced)))
        #expect(try await !report(DeliveryReport(invitation: first.id, generation: 3, verdict: .bounced)))
        let unknown = ID<Invitation>(rawValue: world.effects.newID())
        #expect(try await !report(DeliveryReport(invitation: unknown, generation: 1, verdict: .bounced)))
        let before = try await world.find(Self.address)
        #expect(before.status == .pending && before.delivery == .handedOver && before.generation == 2)
        try await world.accept(Self.address)
        for verdict in DeliveryReport.Verdict.allCases {
            #expect(try await !report(DeliveryReport(invitation: first.id, generation: 2, verdict: verdict)))
        }
        let after = try await world.find(Self.address)
        #expect(after.status == .accepted && after.delivery == .handedOver)
    }

    @Test(arguments: Engine.available)
    func `what is known of a letter only grows, in whatever order reports come`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send(Self.address)
        for (verdict, isNews, delivery) in [
            (DeliveryReport.Verdict.delayed, true, Invitation.Delivery.delayed), (.delivered, true, .delivered),
            (.delayed, false, .delivered), (.bounced, true, .bounced), (.delivered, false, .bounced),
            (.complained, false, .bounced),
        ] {
            world.clock.advance(by: .minutes(1))
            #expect(try await world.report(verdict, on: Self.address) == isNews)
            #expect(try await world.find(Self.address).delivery == delivery)
        }
        #expect(
            try await world.details(Self.address).timeline.map(\.kind)
                == ["created", "delayed", "delivered", "bounced"])
    }

    @Test(arguments: Engine.available)
    func `a complaint ends letters to the address, and the offer stays open`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let organization = try await world.organization(reminding: [.after(.days(2))])
        try await world.invite(Self.address, to: organization)
        #expect(try await world.report(.complained, on: Self.address))
        let hash = world.effects.emailHash(try EmailAddress(parsing: Self.address))
        let suppression = try await world.store.read { try $0.suppression(of: hash, in: organization.id) }
        #expect(suppression?.source == .invitee)
        try await world.at(.days(2)) { () async throws in #expect(try await world.remind() == 0) }
        world.clock.advance(by: .hours(1))
        await #expect(throws: Refusal.recipientSuppressed) { try await world.resend(Self.address, of: organization) }
        try await world.accept(Self.address)
    }

    @Test(arguments: Engine.available, [DeliveryReport.Verdict.bounced, .delivered, .delayed])
    func `a bounce stops reminders, those that wait already as well, and a delivery does not`(
        _ engine: Engine, _ verdict: DeliveryReport.Verdict
    ) async throws {
        let world = try await World(engine)
        let organization = try await world.organization(reminding: [.after(.days(2)), .after(.days(3))])
        try await world.invite(Self.address, to: organization)
        try await world.at(.days(2)) { () async throws in
            #expect(try await world.remind() == 1)
            #expect(try await world.report(verdict, on: Self.address))
            #expect(try await world.waitingLetters().count == (verdict == .bounced ? 0 : 1))
        }
        try await world.at(.days(3)) { () async throws in
            #expect(try await world.remind() == (verdict == .delivered ? 1 : 0))
        }
    }

    @Test(arguments: Engine.available)
    func `an offer that needs approval stays one, with what is known of its letter`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send(Self.address)
        let (found, now) = (try await world.find(Self.address), world.clock.now())
        _ = try await world.store.write { try $0.needApproval(found.id, in: found.organization, at: now) }
        #expect(try await world.report(.bounced, on: Self.address))
        let after = try await world.find(Self.address)
        #expect(after.status == .needsApproval && after.delivery == .bounced)
    }

    @Test(arguments: Engine.available)
    func `who is told of a bounce is told which address is probably meant`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("grace@gmial.com")
        #expect(try await world.details("grace@gmial.com").suggestion == nil)
        #expect(try await world.report(.bounced, on: "grace@gmial.com"))
        #expect(try await world.details("grace@gmial.com").suggestion == "grace@gmail.com")
    }

    /// Whoever is first decides; both in any order never stop each other.
    @Test(arguments: Engine.available)
    func `CON-07 of twenty bounces and an acceptance at once one counts`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        for round in 0..<5 {
            let address = "guest\(round)@example.org"
            try await world.send(address)
            let news = try await race(21) { index in
                if index > 0 { return try await world.report(.bounced, on: address) }
                do {
                    try await world.accept(address)
                    return true
                } catch Refusal.invitationEnded { return false }
            }
            #expect(news.count { $0 } == 1)
            let found = try await world.find(address)
            #expect(found.status == .accepted || found.status == .undeliverable)
            #expect((found.delivery == .bounced) == (found.status == .undeliverable))
        }
        #expect(world.database.repeats == 0)
    }
}

extension World {
    fileprivate func report(
        _ verdict: DeliveryReport.Verdict, on address: String, code: Int? = nil, reason: String? = nil
    ) async throws -> Bool {
        guard let found = try await invitation(address) else { throw Refusal.invitationNotFound }
        return try await useCases.takeDeliveryReport(
            DeliveryReport(
                invitation: found.id, generation: found.generation, verdict: verdict, code: code, reason: reason))
    }

    fileprivate func details(_ address: String) async throws -> FindInvitation.Found {
        guard let found = try await invitation(address) else { throw Refusal.invitationNotFound }
        return try await useCases.findInvitation(found.id, in: found.organization, as: caller(admin))
    }
}
