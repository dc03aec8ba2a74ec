import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Reminders of open offers: when, once, and when no more.
@Suite(.timeLimit(.minutes(15)))
struct ReminderTests {
    private static let schedule: [OrganizationSettings.Reminder] = [
        .after(.days(2)), .after(.days(5)), .beforeEnd(.days(1)),
    ]

    @Test(arguments: Engine.available)
    func `reminders go out at their millisecond, each once, and none at the end`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let organization = try await world.organization(reminding: Self.schedule)
        try await world.invite("new@example.org", to: organization)
        for moment in [Duration.days(2), .days(5), .days(6)] {
            try await world.at(moment - .milliseconds(1)) { () async throws in #expect(try await world.remind() == 0) }
            try await world.at(moment) { () async throws in
                #expect(try await world.remind() == 1)
                #expect(try await world.remind() == 0)
            }
        }
        try await world.at(.days(7)) { () async throws in #expect(try await world.remind() == 0) }
    }

    @Test(arguments: Engine.available)
    func `after an outage only the newest reminder is sent, with the same link`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let organization = try await world.organization(reminding: Self.schedule)
        try await world.invite("new@example.org", to: organization)
        let code = try world.code(for: "new@example.org")
        try await world.at(.days(6) + .hours(3)) { () async throws in
            #expect(try await world.remind() == 1)
            let letters = try await world.waitingLetters()
            #expect(letters.count == 1)
            let letter = try #require(letters.first)
            guard case .invitation(let about) = letter.content, case .reminder = about.occasion else {
                Issue.record("no reminder: \(letter.content)")
                return
            }
            #expect(world.code(in: letter) == code)
            #expect(letter.recipient.typed == "new@example.org")
        }
    }

    // EML-25
    @Test(arguments: Engine.available)
    func `EML-25 a reminder is in the language of its invitation`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let organization = try await world.organization(reminding: [.after(.days(2))])
        let languages = ["de@example.org": "de", "ar@example.org": "ar", "none@example.org": nil]
        for (address, locale) in languages { try await world.invite(address, to: organization, locale: locale) }
        try await world.at(.days(2)) { () async throws in
            #expect(try await world.remind() == 3)
            let letters = try await world.waitingLetters()
            #expect(letters.count == 3)
            for letter in letters {
                guard case .invitation(let about) = letter.content, case .reminder = about.occasion else {
                    Issue.record("no reminder: \(letter.content)")
                    continue
                }
                #expect(letter.locale == languages[letter.recipient.typed] ?? "unknown")
            }
        }
    }

    @Test(arguments: Engine.available)
    func `of twenty jobs at once one sends each reminder`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let organization = try await world.organization(reminding: Self.schedule)
        for number in 0..<5 { try await world.invite("new\(number)@example.org", to: organization) }
        try await world.at(.days(2)) { () async throws in
            let sent = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await world.remind() } }
                return try await group.reduce(0, +)
            }
            #expect(sent == 5)
            let letters = try await world.waitingLetters()
            #expect(Set(letters.map(\.recipient.typed)).count == 5)
            #expect(letters.count == 5)
        }
    }

    @Test(arguments: Engine.available)
    func `without a schedule there are none`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        try await world.at(.days(6) + .hours(12)) { () async throws in #expect(try await world.remind() == 0) }
    }

    enum Stop: CaseIterable {
        case accepted, declined, revoked, needsApproval, refused, stillWaiting, bounced, suppressed
    }

    @Test(arguments: Engine.available, Stop.allCases)
    func `each end, each trouble with the letter and each no stops them`(_ engine: Engine, _ stop: Stop) async throws {
        let world = try await World(engine)
        let organization = try await world.organization(reminding: Self.schedule)
        if stop == .refused { world.dispatch.answer(.refused(code: 550, reason: "no such user")) }
        if stop == .stillWaiting { world.dispatch.answer(nil) }
        try await world.invite("new@example.org", to: organization)
        let (code, now) = (try world.code(for: "new@example.org"), world.clock.now())
        let codeHash = world.effects.hash(code)
        let found = try #require(try await world.store.read { try $0.invitation(codeHash: codeHash) })
        switch stop {
        case .accepted: try await world.accept("new@example.org")
        case .declined:
            try await world.useCases.declineInvitation(code: code, reason: nil, report: false, facts: World.facts)
        case .revoked: _ = try await world.store.write { try $0.revoke(found.id, in: organization.id, at: now) }
        case .needsApproval:
            _ = try await world.store.write { try $0.needApproval(found.id, in: organization.id, at: now) }
        case .suppressed:
            let hash = world.effects.emailHash(found.email)
            try await world.store.write { try $0.suppress(hash, in: organization.id, at: now) }
        case .bounced:
            // What a relay says of a later letter about the same code.
            let lease = Lease(node: "late", until: now + .minutes(1))
            let letter = Letter(
                id: ID(rawValue: world.effects.newID()), recipient: found.email, locale: nil, notAfter: nil,
                createdAt: now, content: try #require(world.dispatch.letters.last?.content))
            try await world.store.write { tx in
                try tx.enqueue(letter, lease: lease, at: now)
                _ = try tx.settle(
                    [Settlement(letter: letter, outcome: .failed(code: 452, reason: "full"))], lease: lease, at: now)
            }
        case .refused, .stillWaiting: break
        }
        for day in [2, 5, 6] as [Int64] {
            try await world.at(.days(day)) { () async throws in #expect(try await world.remind() == 0) }
        }
    }

    @Test(arguments: Engine.available)
    func `a resend begins the schedule anew, and reminders carry the newest link`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let organization = try await world.organization(reminding: [.after(.days(2))])
        try await world.invite("new@example.org", to: organization)
        let first = try world.code(for: "new@example.org")
        try await world.at(.days(1)) { () async throws in try await world.resend("new@example.org", of: organization) }
        try await world.at(.days(3) - .milliseconds(1)) { () async throws in #expect(try await world.remind() == 0) }
        try await world.at(.days(3)) { () async throws in
            #expect(try await world.remind() == 1)
            let letter = try #require(try await world.waitingLetters().first)
            #expect(world.code(in: letter) != first)
            #expect(try world.code(in: letter) == world.code(for: "new@example.org"))
        }
    }

    @Test(arguments: Engine.available)
    func `the recipient's limit counts, and what it held back goes out when there is room`(
        _ engine: Engine
    ) async throws {
        var quotas = Quotas.usual
        quotas.recipient = Quota(.recipient, 1, per: .days(1))
        let world = try await World(engine, quotas: quotas)
        let organization = try await world.organization(reminding: [.after(.hours(1))])
        world.clock.advanceToMidnight()
        try await world.invite("new@example.org", to: organization)
        try await world.at(.hours(2)) { () async throws in #expect(try await world.remind() == 0) }
        try await world.at(.days(1)) { () async throws in
            #expect(try await world.remind() == 1)
            #expect(try await world.remind() == 0)
        }
    }
}

extension World {
    /// Another organization of the admin's, with a schedule.
    func organization(reminding schedule: [OrganizationSettings.Reminder]) async throws -> Organization {
        var settings = OrganizationSettings()
        settings.reminders = schedule
        let now = clock.now()
        let made = Organization(
            id: ID(rawValue: effects.newID()), name: DisplayName(stored: "Reminding"), allowedOrigins: [],
            settings: settings, createdAt: now, updatedAt: now)
        let membership = Membership(
            id: ID(rawValue: effects.newID()), user: admin.id, organization: made.id, role: .owner, scopes: nil,
            createdAt: now, updatedAt: now)
        try await store.write { tx in
            try tx.add(made)
            _ = try tx.add(membership, from: nil)
        }
        return made
    }

    func invite(_ address: String, to organization: Organization, locale: String? = nil) async throws {
        let draft = try draft(address, locale: locale)
        let request = SendInvitation.Request(
            organization: organization.id, caller: try await caller(admin), draft: .success(draft),
            idempotency: nil, facts: Self.facts, patience: .seconds(1))
        _ = try await useCases.sendInvitation(request)
    }

    func resend(_ address: String, of organization: Organization) async throws {
        guard let invitation = try await invitation(address) else { throw Refusal.invitationNotFound }
        let request = ResendInvitation.Request(
            invitation: invitation.id, organization: organization.id, caller: try await caller(admin),
            idempotency: nil, facts: Self.facts, patience: .seconds(1))
        _ = try await useCases.resendInvitation(request)
    }

    func remind() async throws -> Int { try await useCases.sendReminders() }

    /// Runs a body so long after now, and comes back.
    func at(_ time: Duration, _ body: () async throws -> Void) async throws {
        clock.advance(by: time)
        try await body()
        clock.advance(by: .zero - time)
    }
}
