import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// What one invitation is and becomes.
@Suite(.timeLimit(.minutes(15)))
struct InvitationTests {
    @Test(arguments: Engine.available)
    func `an invitation comes back as it was stored`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, code) = try await house.invite("Zoë")
        let byCode = try await house.store.read { try $0.invitation(codeHash: code) }
        #expect(byCode == invitation)
        #expect(byCode?.email.typed == "Zoë@example.com")
        #expect(try await house.reload(invitation) == invitation)
        #expect(try await house.store.read { try $0.invitation(codeHash: "another") } == nil)
        #expect(try await house.store.read { try $0.invitation(formerCodeHash: code) } == nil)
    }

    @Test(arguments: Engine.available)
    func `a code that a resend replaced is known, and opens nothing`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, _) = try await house.invite()
        _ = try await house.database.transaction(writing: true) { session in
            try session.rows(
                """
                INSERT INTO former_codes (code_hash, invitation_id, organization_id, generation)
                VALUES ('former', \(invitation.id), \(invitation.organization), 0)
                """)
        }
        #expect(try await house.store.read { try $0.invitation(formerCodeHash: "former") } == invitation)
        let taken = try await house.store.write {
            try $0.accept(codeHash: "former", by: invitation.email, user: house.owner.id, at: Sample.now)
        }
        #expect(taken == nil)
    }

    /// INV-10: exact, to the millisecond, wherever a time is asked; nothing sweeps meanwhile.
    @Test(arguments: Engine.available, [-1, 0, 1])
    func `INV-10 an offer ends at its millisecond`(_ engine: Engine, _ offset: Int64) async throws {
        let house = try await SampleHouse(engine)
        let moment = Sample.now + InvitationLife.usual + .milliseconds(offset)
        let isOpen = offset < 0
        let person = try await house.person("ada")

        let (accepted, code) = try await house.invite("ada")
        let taken = try await house.store.write {
            try $0.accept(codeHash: code, by: accepted.email, user: person.id, at: moment)
        }
        #expect((taken != nil) == isOpen)
        #expect(taken?.acceptedAt == (isOpen ? moment : nil))

        let (declined, otherCode) = try await house.invite("ben")
        let isDeclined = try await house.store.write {
            try $0.decline(codeHash: otherCode, reason: nil, at: moment) != nil
        }
        #expect(isDeclined == isOpen)

        let (revoked, _) = try await house.invite("cleo")
        let isRevoked = try await house.store.write {
            try $0.revoke(revoked.id, in: house.organization.id, at: moment)
        }
        #expect(isRevoked == isOpen)

        let (held, _) = try await house.invite("dan")
        let isHeld = try await house.store.write {
            try $0.needApproval(held.id, in: house.organization.id, at: moment)
        }
        #expect(isHeld == isOpen)
        if !isOpen {
            for invitation in [accepted, declined, revoked, held] {
                #expect(try await house.reload(invitation)?.status == .pending)
                #expect(try await house.reload(invitation)?.status(at: moment) == .expired)
            }
        }

        let (overdue, _) = try await house.invite("eve")
        try await house.store.write { try $0.expireOverdue(overdue.email, in: house.organization.id, at: moment) }
        #expect(try await house.reload(overdue)?.status == (isOpen ? .pending : .expired))
    }

    @Test(arguments: Engine.available)
    func `INV-13 a code is used once, and dies with each end`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, code) = try await house.invite()
        let person = try await house.person("ada")
        let accept: @Sendable () async throws -> Invitation? = {
            try await house.store.write {
                try $0.accept(codeHash: code, by: invitation.email, user: person.id, at: Sample.now)
            }
        }
        #expect(try await accept()?.acceptedBy == person.id)
        #expect(try await accept() == nil)
        #expect(try await house.store.write { try $0.decline(codeHash: code, reason: nil, at: Sample.now) } == nil)
        // Invited anew: another code, and the old one stays dead.
        let (_, newCode) = try await house.invite()
        #expect(newCode != code)
        #expect(try await accept() == nil)
    }

    @Test(arguments: Engine.available)
    func `INV-04 another address cannot accept`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, code) = try await house.invite()
        let person = try await house.person("mallory")
        let taken = try await house.store.write {
            try $0.accept(codeHash: code, by: person.email, user: person.id, at: Sample.now)
        }
        #expect(taken == nil)
        #expect(try await house.reload(invitation) == invitation)
    }

    @Test(arguments: Engine.available)
    func `INV-21 nobody joins an organization that was deleted`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, code) = try await house.invite()
        try await house.delete()
        let taken = try await house.store.write {
            try $0.accept(codeHash: code, by: invitation.email, user: house.owner.id, at: Sample.now)
        }
        #expect(taken == nil)
        #expect(try await house.reload(invitation)?.status == .pending)
    }

    @Test(arguments: Engine.available)
    func `AZ-03 another organization can neither read nor change an invitation`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let other = Sample.organization(name: "Other")
        try await house.store.write { try $0.add(other) }
        let (invitation, _) = try await house.inviteByLetter()
        #expect(try await house.store.read { try $0.invitation(invitation.id, in: other.id) } == nil)
        #expect(try await house.store.write { try $0.revoke(invitation.id, in: other.id, at: Sample.now) } == false)
        #expect(
            try await house.store.write { try $0.needApproval(invitation.id, in: other.id, at: Sample.now) } == false)
        try await house.store.write { tx in
            try tx.expireOverdue(invitation.email, in: other.id, at: .latest)
            try tx.cancelLetters(of: invitation.id, in: other.id, at: Sample.now)
        }
        #expect(try await house.reload(invitation) == invitation)
        #expect(try await house.store.read { try $0.outboxDepth(at: Sample.now).waiting } == 1)
        let listed = try await house.store.read {
            try $0.invitations(InvitationSelection(organization: other.id, limit: 10, now: Sample.now))
        }
        #expect(listed.isEmpty)
    }

    @Test(arguments: Engine.available)
    func `suppression is of one organization and one address, and may be said twice`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let other = Sample.organization(name: "Other")
        try await house.store.write { tx in
            try tx.add(other)
            try tx.suppress("h", in: house.organization.id, at: Sample.now)
            try tx.suppress("h", in: house.organization.id, at: Sample.now)
        }
        let answers = try await house.store.read { tx in
            [
                try tx.isSuppressed("h", in: house.organization.id), try tx.isSuppressed("h", in: other.id),
                try tx.isSuppressed("g", in: house.organization.id),
            ]
        }
        #expect(answers == [true, false, false])
    }
}

extension SampleHouse {
    /// As deleting an organization does.
    func delete() async throws {
        _ = try await database.transaction(writing: true) {
            try $0.rows("UPDATE organizations SET deleted_at = \(Sample.now) WHERE id = \(organization.id)")
        }
    }
}
