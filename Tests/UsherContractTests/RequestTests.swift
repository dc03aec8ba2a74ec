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

    /// Whom a request goes to: the inviter while they may decide, then the longest owner, then another who may.
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
        let decision = Decision(by: ApproveRequest.route, granting: .user)
        func asked(_ inviter: ID<User>?) async throws -> ID<User>? {
            try await house.store.read { try $0.decider(of: decision, in: id, preferring: inviter, at: Sample.now)?.id }
        }
        #expect(try await asked(admin.id) == admin.id)
        #expect(try await asked(member.id) == house.owner.id)
        #expect(try await asked(nil) == house.owner.id)
        #expect(try await asked(Sample.id()) == house.owner.id)
        _ = try await house.database.transaction(writing: true) {
            try $0.rows("DELETE FROM memberships WHERE organization_id = \(id) AND user_id = \(house.owner.id)")
        }
        #expect(try await asked(house.owner.id) == admin.id)
        #expect(
            try await house.store.read {
                try $0.decider(of: decision, in: Sample.id(), preferring: nil, at: Sample.now)
            } == nil)
    }

    /// AZ-01: by what their role allows at the moment, by their list of routes, and by the end of their membership.
    @Test(arguments: Engine.available)
    func `AZ-01 whoever holds a custom role is asked when it allows the decision, and not otherwise`(
        _ engine: Engine
    ) async throws {
        let house = try await SampleHouse(engine)
        let (id, owner) = (house.organization.id, house.owner.id)
        let may = Sample.role("May", of: id, [.requestApprove, .invitationCreate, .auditRead])
        let half = Sample.role("Half", of: id, [.requestApprove, .auditRead])
        let foreign = Sample.organization(name: "Foreign")
        let people = Dictionary(
            uniqueKeysWithValues: ["may", "half", "scoped", "fit", "ended"].map { ($0, Sample.user($0)) })
        try await house.store.write { tx in
            try tx.add(foreign)
            try tx.add(may)
            try tx.add(half)
            for (name, user) in people {
                _ = try tx.add(user, passwordHash: nil)
                var made = Sample.membership(user.id, id, as: name == "half" ? half : may)
                if name == "scoped" { made.scopes = Scopes(stored: ["GET /api/audit"]) }
                if name == "fit" { made.scopes = Scopes(stored: [ApproveRequest.route]) }
                if name == "ended" { made.endsAt = Sample.now }
                _ = try tx.add(made, from: nil)
            }
        }
        func asked(_ name: String, _ granting: PermissionSet = .user) async throws -> ID<User>? {
            let decision = Decision(by: ApproveRequest.route, granting: granting)
            let preferred = people[name]?.id
            return try await house.store.read {
                try $0.decider(of: decision, in: id, preferring: preferred, at: Sample.now)?.id
            }
        }
        #expect(try await asked("may") == people["may"]?.id)
        #expect(try await asked("fit") == people["fit"]?.id)
        for name in ["half", "scoped", "ended"] { #expect(try await asked(name) == owner, "\(name)") }
        #expect(try await asked("may", may.assigned.effective) == people["may"]?.id)
        #expect(try await asked("may", .admin) == owner, "what they may not offer is not theirs to decide")
        #expect(try await asked("may", half.assigned.effective) == people["may"]?.id)
        let decision = Decision(by: ApproveRequest.route, granting: .user)
        #expect(
            try await house.store.read {
                try $0.decider(of: decision, in: foreign.id, preferring: people["may"]?.id, at: Sample.now)
            } == nil)
        #expect(Decision(by: "POST /api/none", granting: .user).permissions == .owner)

        var narrowed = may
        narrowed.permissions = PermissionSet([.requestRead])
        try await house.store.write { [narrowed] tx in
            _ = try tx.change(narrowed)
        }
        #expect(try await asked("may") == owner, "by what the role allows now")
        // Where no owner and no admin is left, whoever may is found all the same.
        try await house.store.write { tx in
            _ = try tx.change(may)
        }
        _ = try await house.database.transaction(writing: true) {
            try $0.rows("DELETE FROM memberships WHERE organization_id = \(id) AND user_id = \(owner)")
        }
        let last = try await asked("half")
        #expect(last == people["may"]?.id || last == people["fit"]?.id)
    }
}
