import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// Who asks, and what the rows say that they may.
@Suite(.timeLimit(.minutes(15)))
struct PeopleTests {
    @Test(arguments: Engine.available)
    func `an organization's settings come back as they were kept`(_ engine: Engine) async throws {
        let store = try await engine.makeStore()
        var (usual, changed) = (Sample.organization(), Sample.organization())
        usual.settings = OrganizationSettings()
        changed.settings.invitationLife = .hours(36)
        changed.settings.reminders = [.after(.days(2)), .beforeEnd(.days(1))]
        changed.settings.purgeAfterDays = 30
        changed.settings.allowedDomains = ["example.com"]
        changed.settings.blockedDomains = ["xn--bcher-kva.example"]
        changed.settings.seatLimit = 5
        changed.settings.keepsWaitlist = true
        let kept = [usual, changed]
        let found = try await store.write { tx in
            for organization in kept { try tx.add(organization) }
            return try kept.map { try tx.organization($0.id) }
        }
        #expect(found == kept)
    }

    @Test(arguments: Engine.available)
    func `people, organizations and memberships come back as they were stored`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let (user, organization) = (house.owner, house.organization)
        let account = try await house.store.read { try $0.account(of: Sample.email("OWNER")) }
        #expect(account?.user == user)
        #expect(account?.passwordHash == "$argon2id$sample")
        #expect(try await house.store.read { try $0.organization(organization.id) } == organization)
        #expect(try await house.store.read { try $0.organizations(limit: 5) } == [organization])
        let memberships = try await house.store.read { try $0.memberships(of: user.id).map(\.1) }
        #expect(memberships == [organization])
        #expect(try await house.store.read { try $0.isMember(user.email, of: organization.id) })
        #expect(try await house.store.read { try $0.hasAdmin() })
        #expect(try await house.store.read { try $0.user(ID(rawValue: "nobody")) } == nil)
    }

    @Test(arguments: Engine.available)
    func `one address has one account, whoever comes first`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let wins = try await race(20) { _ in
            try await house.store.write { try $0.add(Sample.user("twin"), passwordHash: nil) }
        }
        #expect(wins.wins == 1)
    }

    @Test(arguments: Engine.available)
    func `a password's hash is replaced only while it is the one that was checked`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let id = house.owner.id
        let upgrade: @Sendable (String, String) async throws -> Bool = { old, new in
            try await house.store.write { try $0.upgradePassword(from: old, to: new, of: id) }
        }
        #expect(try await upgrade("$argon2id$sample", "stronger"))
        #expect(try await upgrade("$argon2id$sample", "late") == false)
        try await house.store.write { try $0.setPassword("reset", of: id, at: Sample.now) }
        #expect(try await house.store.read { try $0.account(of: id)?.passwordHash } == "reset")
    }

    @Test(arguments: Engine.available)
    func `verifying keeps the first moment, and a name that is there`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        let user = User(
            id: Sample.id(), email: Sample.email("new"), name: nil, verifiedAt: nil, createdAt: Sample.now,
            updatedAt: Sample.now)
        _ = try await house.store.write { try $0.add(user, passwordHash: nil) }
        let later = Sample.now + .hours(1)
        try await house.store.write { try $0.setVerified(user.id, name: DisplayName(stored: "Nora"), at: later) }
        try await house.store.write { try $0.setVerified(user.id, name: nil, at: later + .hours(1)) }
        let stored = try await house.store.read { try $0.user(user.id) }
        #expect(stored?.verifiedAt == later)
        #expect(stored?.name?.text == "Nora")
    }

    @Test(arguments: Engine.available, [-1, 0, 1])
    func `a session ends at the millisecond of its idle and of its absolute limit`(
        _ engine: Engine, _ offset: Int64
    ) async throws {
        let house = try await SampleHouse(engine)
        let limits = SessionLimits(idle: .hours(1), absolute: .hours(10))
        let session = Session(
            hash: "s", user: house.owner.id, createdAt: Sample.now, lastSeenAt: Sample.now,
            expiresAt: Sample.now + .hours(10))
        try await house.store.write { try $0.add(session) }
        let look: @Sendable (Timestamp) async throws -> Session? = { moment in
            try await house.store.read { try $0.session("s", limits: limits, at: moment) }
        }
        #expect(try await look(Sample.now + .hours(1) + .milliseconds(offset)) == (offset < 0 ? session : nil))
        let lastSeen = Sample.now + .minutes(570)
        try await house.store.write { try $0.touch(session: "s", at: lastSeen) }
        let end = Sample.now + .hours(10) + .milliseconds(offset)
        #expect(try await look(end)?.lastSeenAt == (offset < 0 ? lastSeen : nil))
    }

    @Test(arguments: Engine.available)
    func `activity within a minute is not written down`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        try await house.signIn("s")
        try await house.store.write { try $0.touch(session: "s", at: Sample.now + .seconds(59)) }
        let session = try await house.store.read { try $0.session("s", limits: SessionLimits(), at: Sample.now) }
        #expect(session?.lastSeenAt == Sample.now)
    }

    @Test(arguments: Engine.available)
    func `sessions end for real, one or all but one`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        for hash in ["a", "b", "c", "d"] { try await house.signIn(hash) }
        #expect(try await race(10) { _ in try await house.store.write { try $0.end(session: "a") } }.wins == 1)
        try await house.store.write { try $0.endSessions(of: house.owner.id, except: "c") }
        let live = try await house.store.read { tx in
            try ["a", "b", "c", "d"].filter { try tx.session($0, limits: SessionLimits(), at: Sample.now) != nil }
        }
        #expect(live == ["c"])
        try await house.store.write { try $0.endSessions(of: house.owner.id, except: nil) }
        #expect(try await house.store.read { try $0.session("c", limits: SessionLimits(), at: Sample.now) } == nil)
    }
}

extension SampleHouse {
    func signIn(_ hash: String) async throws {
        let session = Session(
            hash: hash, user: owner.id, createdAt: Sample.now, lastSeenAt: Sample.now,
            expiresAt: Sample.now + .days(30))
        try await store.write { try $0.add(session) }
    }
}
