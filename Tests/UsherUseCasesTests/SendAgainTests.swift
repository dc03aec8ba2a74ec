import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// State J: the link of an older letter sends the newest once more.
@Suite(.timeLimit(.minutes(15)))
struct SendAgainTests {
    /// A world in which a letter was sent, and a minute later another.
    private func resent(_ engine: Engine) async throws -> (world: World, old: String) {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let old = try world.code(for: "new@example.org")
        world.clock.advance(by: .minutes(1))
        try await world.resend("new@example.org", of: world.organization)
        return (world, old)
    }

    @Test(arguments: Engine.available)
    func `the newest letter goes to the same address again, at most once a minute`(_ engine: Engine) async throws {
        let (world, old) = try await resent(engine)
        guard case .superseded(let offer) = try await world.useCases.openInvitation(code: old, as: nil) else {
            Issue.record("the old link is not superseded")
            return
        }
        #expect(offer.invitation.lastLetterAt == world.clock.now(), "it says when the newer one was sent")
        world.clock.advance(by: InvitationLife.resendPause - .milliseconds(1))
        #expect(try await world.ask(old) == .sentAgain, "the same answer")
        #expect(try await world.waitingLetters().isEmpty)
        world.clock.advance(by: .milliseconds(1))
        let answers = try await withThrowingTaskGroup(of: AskForInvitation.Answer.self) { group in
            for _ in 0..<20 { group.addTask { try await world.ask(old, peer: "192.0.2.9") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: .sentAgain, count: 20))
        let letters = try await world.waitingLetters()
        #expect(letters.map(\.recipient.typed) == ["new@example.org"])
        #expect(try letters.first.flatMap { world.code(in: $0) } == world.code(for: "new@example.org"))
        #expect(world.notices.isEmpty, "no admin is asked")
        #expect(try await world.openRequests().isEmpty)
        guard let letter = letters.first, case .invitation(let about) = letter.content, case .again = about.occasion
        else {
            Issue.record("not the same letter again")
            return
        }
    }

    @Test(arguments: Engine.available)
    func `INV-13 an old code leads to the newest letter but opens nothing itself, nor does its short code`(
        _ engine: Engine
    ) async throws {
        let (world, old) = try await resent(engine)
        await #expect(throws: Refusal.invitationNotFound) {
            try await world.useCases.acceptInvitation.asNewPerson(
                code: old, name: nil, password: Password(parsing: "a long enough password"), check: { _, _, _ in },
                facts: World.facts)
        }
        let invitation = try #require(try await world.invitation("new@example.org"))
        #expect(invitation.generation == 2)
        let typed = world.effects.shortCode(of: invitation.id, generation: 1).shown
        #expect(try await world.open("new@example.org", typed) == old, "it leads to the same page as its link")
        let newest = world.effects.shortCode(of: invitation.id, generation: 2).shown
        #expect(try await world.open("new@example.org", newest) == world.code(for: "new@example.org"))
        try await world.accept("new@example.org")
    }

    @Test(arguments: Engine.available)
    func `when the newer link is dead too, an admin is asked, and every older link leads to the new one`(
        _ engine: Engine
    ) async throws {
        let (world, old) = try await resent(engine)
        let newer = try world.code(for: "new@example.org")
        world.clock.advance(by: InvitationLife.usual)
        #expect(try await world.ask(old) == .asked)
        let request = try #require(try await world.openRequests().first)
        let owner = try await world.caller(world.owner)
        _ = try await world.useCases.approveRequest(
            request.id, in: world.organization.id, as: owner, facts: World.facts)
        let newest = try world.code(for: "new@example.org")
        #expect(Set([old, newer, newest]).count == 3)
        for code in [old, newer] {
            guard case .superseded = try await world.useCases.openInvitation(code: code, as: nil) else {
                Issue.record("an older link does not say that there is a newer one")
                continue
            }
        }
        let joined = try await world.accept("new@example.org")
        #expect(joined.offer.invitation.inviter == .user(world.owner.id))
        #expect(joined.offer.invitation.generation == 3)
    }

    @Test(arguments: Engine.available)
    func `who took part in nothing any more gets no letter: a withdrawn offer is not sent again`(
        _ engine: Engine
    ) async throws {
        let (world, old) = try await resent(engine)
        let invitation = try #require(try await world.invitation("new@example.org"))
        try await world.useCases.revokeInvitation(
            invitation.id, in: world.organization.id, as: world.caller(world.admin), facts: World.facts)
        world.clock.advance(by: .minutes(5))
        #expect(try await world.ask(old) == .nothingToAsk)
        #expect(try await world.waitingLetters().isEmpty)
    }
}
