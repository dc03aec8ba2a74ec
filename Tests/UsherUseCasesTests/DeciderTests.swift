import Testing
import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

/// AZ-01: who is asked by mail to decide, when roles of an organization's own decide, too.
@Suite(.timeLimit(.minutes(2)))
struct DeciderTests {
    /// The inviter's role when somebody asks, and whether the letter goes to them; else it goes to the owner.
    static let cases: [(allowed: [Permission], offered: Role, isAsked: Bool)] = [
        ([.requestApprove, .invitationCreate], .user, true),
        ([.requestApprove, .invitationCreate], .admin, false),
        ([.requestApprove], .user, false),
        ([.invitationCreate, .invitationRead, .requestRead, .requestRefuse, .joinRequestApprove], .user, false),
    ]

    @Test(arguments: Engine.available, cases)
    func `AZ-01 who holds a dead link asks the inviter while their role allows to approve, or else the owner`(
        _ engine: Engine, _ one: (allowed: [Permission], offered: Role, isAsked: Bool)
    ) async throws {
        let world = try await World(engine)
        let code = try await world.expired("late@example.org", role: one.offered)
        let role = try await world.define("Desk", PermissionSet(one.allowed))
        try await world.give(role, to: world.admin)
        #expect(try await world.ask(code) == .asked)
        #expect(world.notices.map(\.notice.kind) == [.newLinkRequested], "one letter")
        #expect(world.notices.first?.letter.recipient == (one.isAsked ? world.admin : world.owner).email)
        let request = try #require(world.notices.first?.notice.path.split(separator: "/").last)
        let caller = try await world.caller(one.isAsked ? world.admin : world.owner)
        let done = try await world.useCases.approveRequest(
            ID(rawValue: String(request)), in: world.organization.id, as: caller, facts: World.facts)
        #expect(done.request.status == .approved, "whoever was asked may say yes")
    }

    @Test(arguments: Engine.available)
    func `AZ-01 who asks to join asks whoever answers for the domain, by what their role allows`(
        _ engine: Engine
    ) async throws {
        let world = try await World(engine, quotas: .off)
        _ = try await world.prove("example.org", joining: .request)
        let role = try await world.define("Door", PermissionSet([.joinRequestApprove, .invitationCreate]))
        try await world.give(role, to: world.admin)
        _ = try await world.takeNotices()
        let first = try await world.request(try await world.account("ada@example.org"))
        let asked = try await world.takeNotices()
        #expect(asked.map(\.to) == [world.admin.email] && asked.map(\.notice.kind) == [.joinRequested])
        #expect(try await world.approve(first).request.status == .approved)

        try await world.redefine(role, PermissionSet([.joinRequestRead, .joinRequestRefuse, .invitationCreate]))
        _ = try await world.takeNotices()
        _ = try await world.request(try await world.account("eve@example.org"))
        #expect(try await world.takeNotices().map(\.to) == [world.owner.email], "who can't say yes is not asked")
    }
}
