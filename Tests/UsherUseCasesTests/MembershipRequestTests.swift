import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// Requests to become a member.
@Suite(.timeLimit(.minutes(15)))
struct MembershipRequestTests {
    @Test(arguments: Engine.available)
    func `who asks is a member when an admin approves, and both are told`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .request)
        let ada = try await world.account("ada@example.org")
        let asked = try await world.request(ada)
        #expect(try await world.request(ada).id == asked.id, "twice is one request")
        #expect(try await world.role(of: ada.id) == nil)
        let letters = try await world.takeNotices()
        #expect(letters.map(\.notice.kind) == [.joinRequested])
        #expect(letters.first?.to == world.admin.email && letters.first?.notice.person == "ada@example.org")
        #expect(letters.first?.notice.path == "/joining/\(world.organization.id)/\(asked.id)")
        let listed = try await world.requests(status: .open)
        #expect(listed.map(\.request) == [asked] && listed.first?.user.id == ada.id)
        #expect(try await world.open(to: ada).first?.request == asked)

        let decided = try await world.approve(asked)
        #expect(decided.request.status == .approved && decided.request.decidedAt == world.clock.now())
        #expect(try await world.role(of: ada.id) == .user)
        #expect(try await world.find("ada@example.org").inviter == .user(world.admin.id))
        #expect(try await world.takeNotices().map(\.notice.kind) == [.joinApproved])
        #expect(try await world.approve(asked).request.status == .approved, "twice is no error")
        #expect(try await world.takeNotices().isEmpty)
        #expect(try await world.requests(status: .open).isEmpty)
        #expect(try await world.audited(request: asked) == ["join_request.created", "join_request.approved"])
        await #expect(throws: Refusal.requestNotOpen) { try await world.refuse(asked) }
    }

    @Test(arguments: Engine.available)
    func `of twenty who decide at once, and twenty who ask, one counts`(_ engine: Engine) async throws {
        let world = try await World(engine, quotas: .off)
        _ = try await world.prove("example.org", joining: .request)
        let ada = try await world.account("ada@example.org")
        let asked = await world.many(20) { _ in
            _ = try await world.request(ada)
            return true
        }
        #expect(asked.wins == 20, "\(asked)")
        let requests = try await world.requests()
        #expect(requests.count == 1)
        let request = try #require(requests.first?.request)
        let decided = await world.many(20) { number in
            if number.isMultiple(of: 2) {
                _ = try await world.approve(request)
            } else {
                _ = try await world.refuse(request)
            }
            return true
        }
        #expect(decided.wins == 10, "\(decided)")
        #expect(decided.refusals == Array(repeating: .requestNotOpen, count: 10), "\(decided)")
        #expect(decided.faults.isEmpty)
        let isMember = try await world.role(of: ada.id) != nil
        #expect(try await world.requests(status: isMember ? .approved : .refused).count == 1)
        #expect(try await world.all().count == (isMember ? 1 : 0))
    }

    @Test(arguments: Engine.available)
    func `a refusal counts for a week, and is told without a reason`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .request)
        let ada = try await world.account("ada@example.org")
        let asked = try await world.request(ada)
        _ = try await world.takeNotices()
        #expect(try await world.refuse(asked).request.status == .refused)
        #expect(try await world.refuse(asked).request.status == .refused)
        #expect(try await world.takeNotices().map(\.notice.kind) == [.joinRefused])
        #expect(try await world.open(to: ada).first?.request?.status == .refused)
        world.clock.advance(by: .days(6))
        await #expect(throws: Refusal.limited(JoinRequest.pauseAfterRefusal, retryAfter: .days(1))) {
            try await world.request(ada)
        }
        world.clock.advance(by: .days(1))
        #expect(try await world.request(ada).id != asked.id)
        await #expect(throws: Refusal.requestNotOpen) { try await world.approve(asked) }
    }

    @Test(arguments: Engine.available)
    func `a request is taken back, or ends by itself, and is forgotten in the end`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .request)
        let ada = try await world.account("ada@example.org")
        let first = try await world.request(ada)
        try await world.withdraw(ada)
        await #expect(throws: Refusal.requestNotFound) { try await world.withdraw(ada) }
        await #expect(throws: Refusal.requestNotOpen) { try await world.approve(first) }
        let second = try await world.request(ada)
        world.clock.advance(by: JoinRequest.life)
        #expect(try await world.requests(status: .open).isEmpty, "swept or not")
        #expect(try await world.requests(status: .expired).map(\.request.id) == [second.id])
        await #expect(throws: Refusal.requestNotOpen) { try await world.approve(second) }
        let third = try await world.request(ada)
        #expect(third.id != second.id)
        world.clock.advance(by: JoinRequest.life)
        #expect(try await world.useCases.sweepInvitations.expireJoinRequests(limit: 10) == 1)
        #expect(try await world.audited(request: third).last == "join_request.expired")
        #expect(try await world.requests().count == 3)
        world.clock.advance(by: .days(89))
        _ = try await world.useCases.sweepInvitations.purge(after: nil, limit: 10)
        #expect(try await world.requests().map(\.request.id) == [third.id])
        world.clock.advance(by: .days(1))
        _ = try await world.useCases.sweepInvitations.purge(after: nil, limit: 10)
        #expect(try await world.requests().isEmpty)
    }

    @Test(arguments: Engine.available)
    func `AZ-04 approving keeps to the ceiling, the seats and the rules, and leaves the request open`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .request)
        let ada = try await world.account("ada@example.org")
        let asked = try await world.request(ada)
        await #expect(throws: Refusal.invalidBody([FieldProblem("/role", .outOfRange)])) {
            try await world.approve(asked, role: .owner)
        }
        await #expect(throws: Refusal.roleTooLow(needed: .joinRequestApprove)) {
            try await world.approve(asked, as: world.member)
        }
        try await world.limit(to: 3, waitlist: true)
        await #expect(throws: Refusal.seatLimitReached) { try await world.approve(asked) }
        try await world.limit(to: nil)
        let (hash, id, now) = (world.effects.emailHash(ada.email), world.organization.id, world.clock.now())
        try await world.store.write { try $0.suppress(hash, in: id, at: now) }
        await #expect(throws: Refusal.recipientSuppressed) { try await world.approve(asked) }
        #expect(try await world.requests(status: .open).count == 1)
        #expect(try await world.all().isEmpty)
        #expect(try await world.role(of: ada.id) == nil)
        _ = try await world.store.write { try $0.removeSuppression(of: hash, in: id, from: [.invitee]) }
        // An invitation that was open meanwhile gives way to what is approved.
        try await world.send("ada@example.org")
        #expect(try await world.approve(asked, role: .admin).request.status == .approved)
        #expect(try await world.role(of: ada.id) == .admin)
        #expect(try await world.all().map(\.status.rawValue).sorted() == ["accepted", "revoked"])
    }

    /// AZ-02: another organization's request is as unknown as one that does not exist.
    @Test(arguments: Engine.available)
    func `AZ-02 a request of another organization is nobody's`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .request)
        let asked = try await world.request(world.account("ada@example.org"))
        let caller = try await world.caller(world.owner)
        let other = try await world.useCases.createOrganization(
            named: DisplayName(stored: "Other"), as: caller, facts: World.facts)
        await #expect(throws: Refusal.requestNotFound) {
            try await world.useCases.joinRequests.approve(
                asked.id, in: other.id, role: .success(nil), as: caller, facts: World.facts)
        }
        await #expect(throws: Refusal.requestNotFound) {
            try await world.useCases.joinRequests.refuse(asked.id, in: other.id, as: caller, facts: World.facts)
        }
        #expect(try await world.requests(status: .open).count == 1)
    }

    @Test(arguments: Engine.available)
    func `an erased person asks for nothing any more`(_ engine: Engine) async throws {
        let world = try await World(engine)
        _ = try await world.prove("example.org", joining: .request)
        let ada = try await world.account("ada@example.org", password: "a long enough password")
        _ = try await world.request(ada)
        try await world.useCases.eraseUser(
            password: .success(try Password(parsing: "a long enough password")), as: world.caller(ada),
            facts: World.facts)
        #expect(try await world.requests().isEmpty)
    }
}

extension World {
    func request(_ user: User) async throws -> JoinRequest {
        guard case .requested(let request) = try await enter(user) else { throw Refusal.requestNotFound }
        return request
    }

    func requests(status: JoinRequest.Status? = nil) async throws -> [DecideJoinRequests.Asked] {
        var query = DecideJoinRequests.Query()
        query.status = status
        return try await useCases.joinRequests.list(of: organization.id, .success(query), as: caller(owner))
            .requests.elements
    }

    @discardableResult
    func approve(
        _ request: JoinRequest, role: Role? = nil, as user: User? = nil
    ) async throws -> DecideJoinRequests.Asked {
        try await useCases.joinRequests.approve(
            request.id, in: organization.id, role: .success(role), as: caller(user ?? admin), facts: Self.facts)
    }

    @discardableResult
    func refuse(_ request: JoinRequest) async throws -> DecideJoinRequests.Asked {
        try await useCases.joinRequests.refuse(
            request.id, in: organization.id, as: caller(admin), facts: Self.facts)
    }

    func withdraw(_ user: User) async throws {
        try await useCases.joinByDomain.withdraw(from: organization.id, as: caller(user), facts: Self.facts)
    }

    func audited(request: JoinRequest) async throws -> [String] {
        try await store.read { try $0.entries(about: request.id.rawValue, in: request.organization) }
            .map(\.action.rawValue)
    }

    /// Takes the notices that wait for whichever node asks.
    func takeNotices() async throws -> [(to: EmailAddress, notice: Notice)] {
        let now = clock.now()
        let letters = try await store.write {
            try $0.claimLetters(100, lease: Lease(node: "reader", until: now + .days(365)), at: now)
        }
        return letters.compactMap { letter in
            if case .notice(let notice) = letter.content { (letter.recipient, notice) } else { nil }
        }
    }
}
