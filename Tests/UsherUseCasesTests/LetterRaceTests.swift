import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// What a relay says of a letter is written down at the moment at which its invitation ends.
@Suite(.timeLimit(.minutes(15)))
struct LetterRaceTests {
    enum Ending: CaseIterable { case acceptance, refusal, withdrawal, resending }

    /// Both take the letter's row first. In the other order PostgreSQL lets both wait a second, and stops one.
    @Test(arguments: Engine.available, Ending.allCases)
    func `CON-07 a verdict and an end at the same moment do not stop each other`(
        _ engine: Engine, _ ending: Ending
    ) async throws {
        let world = try await World(engine, quotas: .off)
        let admin = try await world.caller(world.admin)
        for round in 0..<5 {
            let addresses = (0..<10).map { "guest\($0).\(round)@example.org" }
            for address in addresses { try await world.send(address, patience: nil) }
            if ending == .resending { world.clock.advance(by: .minutes(2)) }
            let letters = Array(world.dispatch.letters.suffix(10))
            let (lease, now) = (world.dispatch.lease(at: world.clock.now()), world.clock.now())
            let codes = try addresses.map { try world.code(for: $0) }
            let settled = try await race(20) { index in
                let letter = letters[index / 2]
                if index.isMultiple(of: 2) {
                    return try await world.store.write {
                        try $0.settle(letter, lease: lease, as: .handedOver(code: 250), at: now)
                    }
                }
                try await end(ending, letter, codes[index / 2], world, admin)
                return false
            }
            // A letter that was cancelled meanwhile still gets its verdict; one of an older code too.
            #expect(settled.count { $0 } == 10)
        }
        #expect(world.database.repeats == 0)
    }

    private func end(
        _ ending: Ending, _ letter: Letter, _ code: String, _ world: World, _ admin: Caller
    ) async throws {
        guard case .invitation(let about) = letter.content else { return }
        switch ending {
        case .acceptance:
            _ = try await world.useCases.acceptInvitation.asNewPerson(
                code: code, name: nil, password: Password(parsing: "a long enough password"),
                check: { _, _, _ in }, facts: World.facts)
        case .refusal:
            try await world.useCases.declineInvitation(code: code, reason: nil, report: false, facts: World.facts)
        case .withdrawal:
            try await world.useCases.revokeInvitation(
                about.invitation, in: world.organization.id, as: admin, facts: World.facts)
        case .resending:
            _ = try await world.useCases.resendInvitation(
                ResendInvitation.Request(
                    invitation: about.invitation, organization: world.organization.id, caller: admin,
                    idempotency: nil, facts: World.facts, patience: nil))
        }
    }
}
