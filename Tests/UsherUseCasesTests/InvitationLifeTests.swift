import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// What comes with an invitation, and what is told about it.
@Suite(.timeLimit(.minutes(15))) struct InvitationLifeTests {
    @Test(arguments: Engine.available)
    func `what an inviter adds comes with the letter, and metadata goes on to the membership`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        let extras = InvitationExtras(
            message: try InviterMessage(parsing: "Hello\nAda"), name: try DisplayName(parsing: "Ada L."),
            metadata: Metadata(["team": "42", "Ümlaut": "x \u{1F600}\n\0"]))
        try await world.send("new@example.org", extras: extras)
        let stored = try #require(try await world.invitation("new@example.org"))
        #expect(stored.extras == extras)
        guard case .invitation(let letter)? = world.dispatch.letters.last?.content else { throw Refusal.notAMember }
        #expect(letter.message?.paragraphs == ["Hello", "Ada"])
        let joined = try await world.accept("new@example.org")
        let user = try #require(joined.offer.invitation.acceptedBy)
        let membership = try await world.store.read { try $0.membership(of: user, in: world.organization.id) }
        #expect(membership?.metadata == extras.metadata)
    }

    @Test(arguments: Engine.available)
    func `each invitation may have its own time, an hour to ninety days`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let now = world.clock.now()
        try await world.send("a@example.org", expiry: .after(.hours(1)))
        try await world.send("b@example.org", expiry: .at(now + .days(90)))
        try await world.send("c@example.org")
        let ends: [Timestamp?] = [
            try await world.invitation("a@example.org")?.expiresAt,
            try await world.invitation("b@example.org")?.expiresAt,
            try await world.invitation("c@example.org")?.expiresAt,
        ]
        #expect(ends == [now + .hours(1), now + .days(90), now + .days(7)])
        let wrong: [(RequestedExpiry, String)] = [
            (.after(.seconds(3599)), "/expires_in"), (.after(.seconds(7_776_001)), "/expires_in"),
            (.at(now), "/expires_at"), (.at(now + .days(90) + .milliseconds(1)), "/expires_at"),
        ]
        for (expiry, field) in wrong {
            await #expect(throws: Refusal.invalidBody([FieldProblem(field, .outOfRange)])) {
                try await world.send("d@example.org", expiry: expiry)
            }
        }
        #expect(world.dispatch.letters.count == 3)
    }

    @Test(arguments: Engine.available)
    func `the timeline tells all that happened, and what to do next`(_ engine: Engine) async throws {
        let world = try await World(engine)
        let start = world.clock.now()
        world.dispatch.answer(.refused(code: 550, reason: "no such user"))
        try await world.send("new@example.org")
        let id = try #require(try await world.invitation("new@example.org")?.id)
        #expect(try await world.found(id).invitation.next(at: start) == .correctAddress)
        world.clock.advance(by: .hours(1))
        world.dispatch.answer(.delayed(until: start + .hours(2), code: 451, reason: "later"))
        try await world.resend(id)
        #expect(try await world.found(id).invitation.next(at: start) == .waitForDelivery)
        world.clock.advance(by: .hours(1))
        world.dispatch.answer(.handedOver(code: 250))
        try await world.resend(id, as: world.owner)
        #expect(try await world.found(id).invitation.next(at: start) == .waitForAnswer)
        world.clock.advance(by: .hours(1))
        try await world.resend(id)
        world.clock.advance(by: .days(8))
        var found = try await world.found(id)
        #expect(found.invitation.next(at: found.at) == .resend)
        let (admin, owner) = ("user:\(world.admin.id)", "user:\(world.owner.id)")
        let hour = Duration.hours(1)
        let expected = [
            TimelineEntry(kind: "created", at: start, actor: admin),
            TimelineEntry(kind: "refused", at: start, code: 550, reason: "no such user"),
            TimelineEntry(kind: "resent", at: start + hour, actor: admin),
            TimelineEntry(kind: "delayed", at: start + hour, code: 451, reason: "later"),
            TimelineEntry(kind: "resent", at: start + hour + hour, actor: owner),
            TimelineEntry(kind: "handed_over", at: start + hour + hour, code: 250),
            TimelineEntry(kind: "resent", at: start + .hours(3), actor: admin),
            TimelineEntry(kind: "handed_over", at: start + .hours(3), code: 250),
            TimelineEntry(kind: "expired", at: start + .hours(3) + .days(7), actor: "system"),
        ]
        #expect(found.timeline == expected)
        try await world.resend(id)
        world.clock.advance(by: .hours(1))
        try await world.accept("new@example.org")
        found = try await world.found(id)
        #expect(found.invitation.next(at: found.at) == .none)
        #expect(found.timeline.map(\.kind).suffix(3) == ["resent", "handed_over", "accepted"])
        #expect(found.timeline.count == expected.count + 2, "what opened again has not expired")
    }

    @Test(arguments: Engine.available)
    func `lists are filtered by address, role, delivery and inviter`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("ada@example.org")
        try await world.send("boss@example.org", role: .admin, as: world.owner)
        world.dispatch.answer(.refused(code: 550, reason: "no"))
        try await world.send("typo@example.org", as: world.owner)
        world.dispatch.answer(.handedOver(code: 250))
        try await world.send("Typo@EXAMPLE.org")
        func list(_ change: (inout InvitationFilter) throws -> Void) async throws -> [String] {
            var filter = InvitationFilter()
            try change(&filter)
            return try await world.list(filter).map(\.email.typed)
        }
        #expect(
            try await list { $0.email = try EmailAddress(parsing: "tYPO@example.org") } == [
                "Typo@EXAMPLE.org", "typo@example.org",
            ])
        #expect(try await list { $0.email = try EmailAddress(parsing: "nobody@example.org") } == [])
        #expect(try await list { $0.role = .admin } == ["boss@example.org"])
        #expect(try await list { $0.role = .owner } == [])
        #expect(try await list { $0.role = .user }.count == 3)
        #expect(try await list { $0.deliveries = [.failed, .bounced] } == ["typo@example.org"])
        #expect(try await list { $0.deliveries = [.handedOver] }.count == 3)
        #expect(try await list { $0.inviter = world.owner.id.rawValue } == ["typo@example.org", "boss@example.org"])
        #expect(
            try await list {
                $0.inviter = world.owner.id.rawValue
                $0.statuses = [.pending]
            } == ["boss@example.org"])
        #expect(try await list { $0.inviter = world.effects.newID() } == [])
    }
}

extension World {
    func found(_ id: ID<Invitation>) async throws -> FindInvitation.Found {
        try await useCases.findInvitation(id, in: organization.id, as: try await caller(admin))
    }

    func list(_ filter: InvitationFilter) async throws -> [Invitation] {
        try await useCases.listInvitations(
            of: organization.id, matching: filter, after: nil, limit: 100, as: try await caller(admin)
        ).invitations
    }

    @discardableResult
    func send(
        _ address: String, extras: InvitationExtras = InvitationExtras(), expiry: RequestedExpiry?
    ) async throws -> SendOutcome {
        let plain = try draft(address)
        let draft = InvitationDraft(
            email: plain.email, role: .user, scopes: nil, appURL: plain.appURL, redirectURI: plain.redirectURI,
            bodyOrganization: nil, locale: nil, extras: extras, expiry: expiry)
        let request = SendInvitation.Request(
            organization: organization.id, caller: try await caller(admin), draft: .success(draft), idempotency: nil,
            facts: Self.facts, patience: .seconds(1))
        return try await useCases.sendInvitation(request).outcome
    }

    @discardableResult
    func send(_ address: String, extras: InvitationExtras) async throws -> SendOutcome {
        try await send(address, extras: extras, expiry: nil)
    }
}
