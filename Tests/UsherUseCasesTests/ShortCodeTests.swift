import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// The short code from the letter: the third proof of an invitation (INV-17, ASVS 6.5 and 6.6).
@Suite(.timeLimit(.minutes(15)))
struct ShortCodeTests {
    @Test(arguments: Engine.available)
    func `address and code lead to the link's own code`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let code = try await world.shortCode("new@example.org")
        let found = try await world.open("New@Example.org", code.shown.lowercased())
        #expect(try found == world.code(for: "new@example.org"))
        #expect(code.shown.utf8.count == 9)
    }

    @Test(arguments: Engine.available)
    func `INV-17 of twenty wrong tries at once five are looked at, and the right code waits for the next hour`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let right = try await world.shortCode("new@example.org").shown
        let outcomes = await withTaskGroup(of: Bool?.self) { group in
            for number in 0..<20 {
                let wrong = ShortCode(of: String(repeating: number % 2 == 0 ? "A" : "B", count: 43)).shown
                group.addTask {
                    do { return try await world.open("new@example.org", wrong) != nil } catch { return nil }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == false } == 5)
        #expect(outcomes.count { $0 == nil } == 15)
        await #expect(throws: Refusal.self) { try await world.open("new@example.org", right) }
        // Another invitation is unaffected.
        try await world.send("other@example.org")
        let others = try await world.shortCode("other@example.org").shown
        #expect(try await world.open("other@example.org", others) != nil)
        world.clock.advance(by: .hours(1))
        #expect(try await world.open("new@example.org", right) != nil)
    }

    @Test(arguments: Engine.available)
    func `a right code is no wrong try`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let code = try await world.shortCode("new@example.org").shown
        for _ in 0..<12 { #expect(try await world.open("new@example.org", code) != nil) }
    }

    // AUT-07
    @Test(arguments: Engine.available)
    func `an address that nobody invited is counted like one that was`(_ engine: Engine) async throws {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let code = try await world.shortCode("new@example.org").shown
        for _ in 0..<5 { #expect(try await world.open("nobody@example.org", code) == nil) }
        await #expect {
            try await world.open("nobody@example.org", code)
        } throws: {
            if case .limited(let quota, _)? = $0 as? Refusal { quota == ShortCode.tries } else { false }
        }
    }

    @Test(arguments: Engine.available)
    func
        `INV-08 the code of one invitation opens no other of the same address, and one of each organization opens its own`(
            _ engine: Engine
        ) async throws
    {
        let world = try await World(engine)
        try await world.send("new@example.org")
        let first = try await world.shortCode("new@example.org").shown
        let withdrawn = try #require(try await world.invitation("new@example.org"))
        try await world.useCases.revokeInvitation(
            withdrawn.id, in: world.organization.id, as: world.caller(world.admin), facts: World.facts)
        try await world.send("new@example.org")
        let second = try await world.shortCode("new@example.org").shown
        #expect(first != second)
        let dead = try await world.open("new@example.org", first)
        let page = try await world.useCases.openInvitation(code: dead, as: nil)
        guard case .withdrawn = page else {
            Issue.record("the old code leads to what became of the old invitation: \(page)")
            return
        }
        #expect(try await world.open("new@example.org", second) == world.code(for: "new@example.org"))
    }

    @Test(arguments: [
        ("7K3M-Q9XD", "7K3MQ9XD"), ("7k3mq9xd", "7K3MQ9XD"), (" 7K3M Q9XD ", "7K3MQ9XD"), ("OIL0-0000", "01100000"),
        ("7K3M\u{2013}Q9XD", "7K3MQ9XD"),
    ])
    func `a code is read as people type it`(_ typed: String, _ code: String) {
        #expect(ShortCode(typed: typed)?.text == code)
    }

    @Test(arguments: ["", "7K3M-Q9X", "7K3M-Q9XDD", "7K3M-Q9XU", "7K3M_Q9XD", "７K3MQ9XD", "inv_code="])
    func `what cannot be a code is none`(_ typed: String) { #expect(ShortCode(typed: typed) == nil) }

    /// 40 bits: each of the 32 signs at each place, about equally often.
    @Test func `codes use all signs at all places`() {
        let effects = FixedEffects().effects
        let codes = (0..<4000).map { effects.shortCode(of: ID(rawValue: "invitation \($0)"), generation: 1).text }
        #expect(Set(codes).count == 4000)
        for place in 0..<ShortCode.length {
            let counts = Dictionary(grouping: codes) { Array($0)[place] }.mapValues(\.count)
            #expect(counts.count == 32)
            #expect(counts.values.allSatisfy { (60...200).contains($0) })
        }
    }
}

extension World {
    func shortCode(_ address: String) async throws -> ShortCode {
        guard let invitation = try await invitation(address) else { throw Refusal.invitationNotFound }
        return effects.shortCode(of: invitation.id, generation: invitation.generation)
    }

    func open(_ address: String, _ typed: String) async throws -> String? {
        guard let code = ShortCode(typed: typed) else { throw Refusal.invitationNotFound }
        return try await useCases.openByShortCode(email: EmailAddress(parsing: address), code: code)
    }
}
