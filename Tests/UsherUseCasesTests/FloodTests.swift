import Testing
import UsherDomain
import UsherTestKit
import UsherUseCases

/// Floods of letters, whoever causes them: EML-19.
@Suite(.timeLimit(.minutes(5)))
struct FloodTests {
    @Test(arguments: Engine.available)
    func `EML-19 of fifty sends at once as many go out as an organization may, whoever of it sends`(
        _ engine: Engine
    ) async throws {
        var quotas = Quotas.off
        quotas.organization = Quota(.organization, 20, per: .hours(1))
        let world = try await World(engine, quotas: quotas)
        world.clock.advanceToMidnight()
        let other = try await world.organization(reminding: [])
        let sent = await world.many(50) { number in
            let sender = number.isMultiple(of: 2) ? world.admin : world.owner
            return try await world.send("new\(number)@example.org", as: sender) == .sent
        }
        #expect(sent.wins == 20 && sent.refusals.count == 30, "\(sent.faults)")
        for refusal in sent.refusals {
            guard case .limited(let quota, let wait) = refusal else { throw refusal }
            #expect(quota.name == .organization && wait > .zero && wait <= .hours(1))
        }
        #expect(world.dispatch.letters.count == 20)
        #expect(try await world.all().count == 20, "nothing is left of what was refused")
        try await world.invite("new0@example.org", to: other)
        #expect(world.dispatch.letters.count == 21, "nobody else is held up")
    }

    @Test(arguments: Engine.available)
    func `EML-19 of forty who ask at once to reset one password five cause a letter, and none is told`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        world.clock.advanceToMidnight()
        let victim = try await world.account("victim@example.org", password: "a long enough password")
        let other = try await world.account("other@example.org", password: "a long enough password")
        let asked = await world.many(40) { _ in
            try await world.useCases.requestPasswordReset(email: victim.email)
            return true
        }
        #expect(asked.wins == 40, "\(asked)")
        #expect(world.dispatch.letters.count == 5)
        #expect(world.dispatch.letters.allSatisfy { $0.recipient == victim.email })
        let links = world.dispatch.letters.compactMap { letter -> ID<OneTimeLink>? in
            if case .passwordReset(let about) = letter.content { about.link } else { nil }
        }
        var working = 0
        for link in links {
            let secret = world.effects.secret(of: link)
            working += try await world.useCases.resetPassword.peek(secret: secret) == nil ? 0 : 1
        }
        #expect(working == 1, "only the newest works")
        try await world.useCases.requestPasswordReset(email: other.email)
        #expect(world.dispatch.letters.count == 6, "nobody else is held up")
    }
}
