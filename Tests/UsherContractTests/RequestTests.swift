import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Requests for new links, in the store.
@Suite(.timeLimit(.minutes(15)))
struct RequestTests {
    private func request(
        _ invitation: Invitation, other: EmailAddress? = nil, at now: Timestamp = Sample.now
    ) -> InvitationRequest {
        InvitationRequest(
            id: Sample.id(), organization: invitation.organization, invitation: invitation.id, otherEmail: other,
            askedAt: now)
    }

    @Test(arguments: Engine.available)
    func `a request comes back as it was made, decided once, and of one organization`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, _) = try await house.invite()
        let made = request(invitation, other: Sample.email("Grace"))
        #expect(try await house.store.write { try $0.ask(made) } == made)
        #expect(try await house.store.read { try $0.request(made.id, in: made.organization) } == made)
        #expect(try await house.store.read { try $0.request(made.id, in: Sample.id()) } == nil)
        #expect(
            try await house.store.write {
                try $0.decide(made.id, in: Sample.id(), as: .approved, by: "x", at: Sample.now)
            } == nil)
        let later = Sample.now + .hours(1)
        let decisions = try await race(20) { index in
            try await house.store.write {
                try $0.decide(
                    made.id, in: made.organization, as: index % 2 == 0 ? .approved : .refused, by: "user:x", at: later)
            }
        }
        #expect(decisions.count { $0 != nil } == 1)
        #expect(decisions.compactMap(\.self).first?.decidedAt == later)
    }

    @Test(arguments: Engine.available)
    func `asking counts once a day, to the millisecond, and a clock that was wrong does not block it for ever`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let (invitation, _) = try await house.invite()
        let first = request(invitation)
        let asked = try await race(20) { _ in try await house.store.write { try $0.ask(first) != nil } }
        #expect(asked.wins == 1)
        let day = InvitationRequest.interval
        let early = request(invitation, at: Sample.now + day - .milliseconds(1))
        #expect(try await house.store.write { try $0.ask(early) } == nil)
        let next = request(invitation, at: Sample.now + day)
        #expect(try await house.store.write { try $0.ask(next) }?.id == first.id, "the same page leads to it")
        let before = request(invitation, at: Sample.now - .days(30))
        #expect(try await house.store.write { try $0.ask(before) } != nil)
    }

    @Test(arguments: Engine.available)
    func `open requests follow each other, newest first`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        var made: [InvitationRequest] = []
        for index in 0..<5 {
            let (invitation, _) = try await house.invite("guest\(index)")
            let request = request(invitation, at: Sample.now + .seconds(Int64(index / 2)))
            made.insert(request, at: 0)
            _ = try await house.store.write { try $0.ask(request) }
        }
        let (id, closed) = (house.organization.id, made[2].id)
        _ = try await house.store.write { try $0.decide(closed, in: id, as: .refused, by: "x", at: Sample.now) }
        var found: [ID<InvitationRequest>] = []
        var after: InvitationSelection.Cursor?
        while true {
            let place = after
            let page = try await house.store.read { try $0.openRequests(of: id, after: place, limit: 2) }
            guard let last = page.last else { break }
            #expect(page.allSatisfy { $0.0.invitation == $0.1.id })
            found += page.map(\.0.id)
            after = .init(createdAt: last.0.askedAt, id: ID(rawValue: last.0.id.rawValue))
        }
        #expect(found == made.map(\.id).filter { $0 != closed })
        #expect(try await house.store.read { try $0.openRequests(of: Sample.id(), after: nil, limit: 9).count } == 0)
    }

    /// Whom a request goes to: the inviter while they are an admin, then the longest owner, then an admin.
    @Test(arguments: Engine.available)
    func `the inviter is asked while they may decide, and otherwise who has owned it longest`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let id = house.organization.id
        let (admin, member) = (Sample.user("admin"), Sample.user("member"))
        try await house.store.write { tx in
            _ = try tx.add(admin, passwordHash: nil)
            _ = try tx.add(member, passwordHash: nil)
            _ = try tx.add(Sample.membership(admin.id, id, role: .admin), from: nil)
            _ = try tx.add(Sample.membership(member.id, id, role: .user), from: nil)
        }
        func asked(_ inviter: ID<User>?) async throws -> ID<User>? {
            try await house.store.read { try $0.admin(of: id, preferring: inviter)?.id }
        }
        #expect(try await asked(admin.id) == admin.id)
        #expect(try await asked(member.id) == house.owner.id)
        #expect(try await asked(nil) == house.owner.id)
        #expect(try await asked(Sample.id()) == house.owner.id)
        _ = try await house.database.transaction(writing: true) {
            try $0.rows("DELETE FROM memberships WHERE organization_id = \(id) AND user_id = \(house.owner.id)")
        }
        #expect(try await asked(house.owner.id) == admin.id)
        #expect(try await house.store.read { try $0.admin(of: Sample.id(), preferring: nil) } == nil)
    }
}
