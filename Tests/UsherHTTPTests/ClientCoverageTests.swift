import Synchronization
import Testing
import UsherAPI
import UsherClient

/// That the published client can do what the API can.
@Suite struct ClientCoverageTests {
    /// What has no method, and why.
    private static let exceptions = [
        "GET /api/auth": "a browser follows it to a page",
        "GET /livez": "for whoever runs the server", "GET /readyz": "for whoever runs the server",
        "GET /openapi.json": "the description itself",
    ]

    private struct NotSent: Error {}

    /// Takes down what would be asked, and answers nothing.
    private final class Notes: Sendable {
        private let asked = Mutex<[String]>([])

        var routes: [String] { asked.withLock { $0 } }

        var client: UsherClient {
            var client = UsherClient(baseURL: "", credential: .none) { [self] in throw note($0) }
            client.streaming = { [self] in throw note($0) }
            return client
        }

        private func note(_ request: UsherRequest) -> NotSent {
            let path = request.url.prefix { $0 != "?" }
            asked.withLock { $0.append("\(request.method) \(path)") }
            return NotSent()
        }
    }

    private typealias Step = @Sendable (UsherClient) async throws -> Void

    private static let home = "{organization_id}"

    /// Each method, with the names of the document's parameters in the place of ids: so it asks for the template itself.
    private static let steps: [Step] = invitations + plans + organizations + people + lists

    private static let invitations: [Step] = [
        { _ = try await $0.invite(.to("a@example.com"), to: home) },
        { _ = try await $0.invitations(of: home) },
        { _ = try await $0.invitation("{invitation_id}", of: home) },
        { _ = try await $0.invitationDetails("{invitation_id}", of: home) },
        { try await $0.revokeInvitation("{invitation_id}", of: home) },
        { _ = try await $0.editInvitation("{invitation_id}", EditInvitation(), of: home) },
        { _ = try await $0.resendInvitation("{invitation_id}", of: home) },
        { _ = try await $0.approveInvitation("{invitation_id}", of: home) },
        { _ = try await $0.revokeInvitations(of: home, matching: InvitationFilter(role: 0)) },
        { _ = try await $0.revokeAllInvitations(of: home) },
        { _ = try await $0.lookUpInvitation(code: "c") },
        { try await $0.declineInvitation(code: "c") },
        { _ = try await $0.invitationRequests(of: home) },
        { _ = try await $0.approveInvitationRequest("{request_id}", of: home) },
        { _ = try await $0.refuseInvitationRequest("{request_id}", of: home) },
    ]

    private static let plans: [Step] = [
        { _ = try await $0.plan(CreatePlan(rows: []), in: home) },
        { _ = try await $0.plan(csv: [], in: home) },
        { _ = try await $0.plan("{plan_id}", of: home) },
        { for try await _ in $0.planProgress("{plan_id}", of: home) {} },
        { _ = try await $0.applyPlan("{plan_id}", of: home) },
        { try await $0.cancelPlan("{plan_id}", of: home) },
        { _ = try await $0.planRowPage("{plan_id}", of: home) },
        { _ = try await $0.failedPlanRows("{plan_id}", of: home) },
    ]

    private static let organizations: [Step] = [
        { _ = try await $0.createOrganization(named: "n") },
        { _ = try await $0.updateOrganization(UpdateOrganization(), home) },
        { _ = try await $0.organization(home) },
        { try await $0.deleteOrganization(home) },
        { _ = try await $0.restoreOrganization(home) },
        { _ = try await $0.exportOrganization(home) },
        { _ = try await $0.settings(of: home) },
        { _ = try await $0.updateSettings(UpdateSettings(), of: home) },
        { _ = try await $0.ownershipOffer(of: home) },
        { _ = try await $0.offerOwnership(of: home, to: "{user_id}") },
        { try await $0.cancelOwnershipOffer(of: home) },
        { try await $0.acceptOwnership(of: home) },
        { try await $0.declineOwnership(of: home) },
        { _ = try await $0.createAPIKey(CreateAPIKey(name: "n", role: 0), of: home) },
        { try await $0.revokeAPIKey("{api_key_id}", of: home) },
        { _ = try await $0.seats(of: home) },
        { _ = try await $0.seatMovementPage(of: home) },
        {
            let end = APITime(milliseconds: 0)
            let link = CreateJoinLink(role: 0, maxUses: 1, expiresAt: end, redirectURI: "https://example.com")
            _ = try await $0.createJoinLink(link, of: home)
        },
        { _ = try await $0.joinLink("{link_id}", of: home) },
        { _ = try await $0.joinLinkUses("{link_id}", of: home) },
        { try await $0.revokeJoinLink("{link_id}", of: home) },
        { _ = try await $0.createDomain(CreateDomain(domain: "example.com"), of: home) },
        { _ = try await $0.domain("{domain_id}", of: home) },
        { _ = try await $0.updateDomain("{domain_id}", UpdateDomain(), of: home) },
        { try await $0.deleteDomain("{domain_id}", of: home) },
        { _ = try await $0.verifyDomain("{domain_id}", of: home) },
        { _ = try await $0.approveJoinRequest("{request_id}", of: home) },
        { _ = try await $0.refuseJoinRequest("{request_id}", of: home) },
        { _ = try await $0.createRole(CreateCustomRole(name: "n", permissions: [:]), of: home) },
        { _ = try await $0.role("{role_id}", of: home) },
        { _ = try await $0.updateRole("{role_id}", UpdateCustomRole(), of: home) },
        { try await $0.deleteRole("{role_id}", of: home) },
        { _ = try await $0.permissions() },
        { _ = try await $0.audit(of: home) },
        { _ = try await $0.exportAudit(of: home) },
        { _ = try await $0.suppress("a@example.com", in: home) },
        { _ = try await $0.suppression(of: "a@example.com", in: home) },
        { try await $0.removeSuppression(of: "a@example.com", in: home) },
    ]

    private static let people: [Step] = [
        { try await $0.updateMember(UpdateMember(userID: nil), of: home) },
        { try await $0.removeMember("{user_id}", of: home) },
        { try await $0.eraseUser(password: "p") },
        { _ = try await $0.createOwnAPIKey(CreateAPIKey(name: "n", role: 0)) },
        { try await $0.revokeOwnAPIKey("{api_key_id}") },
        { _ = try await $0.signOut() },
        { _ = try await $0.me() },
        { _ = try await $0.ownInvitations() },
        { _ = try await $0.acceptOwnInvitation("{invitation_id}") },
        { try await $0.declineOwnInvitation("{invitation_id}") },
        { _ = try await $0.openOrganizations() },
        { _ = try await $0.join(organization: home) },
        { try await $0.withdrawJoinRequest(to: home) },
        { _ = try await $0.health() },
    ]

    /// Each list as a sequence; the routes are those of the calls that list in pages.
    private static let lists: [Step] = [
        { for try await _ in $0.allInvitations(of: home) {} },
        { for try await _ in $0.allInvitationRequests(of: home) {} },
        { for try await _ in $0.planRows("{plan_id}", of: home) {} },
        { for try await _ in $0.members(of: home) {} },
        { for try await _ in $0.apiKeys(of: home) {} },
        { for try await _ in $0.ownAPIKeys() {} },
        { for try await _ in $0.seatMovements(of: home) {} },
        { for try await _ in $0.allJoinLinks(of: home) {} },
        { for try await _ in $0.allJoinLinkUses("{link_id}", of: home) {} },
        { for try await _ in $0.allDomains(of: home) {} },
        { for try await _ in $0.allJoinRequests(of: home, status: "open") {} },
        { for try await _ in $0.allRoles(of: home) {} },
        { for try await _ in $0.allSuppressions(of: home) {} },
        { for try await _ in $0.auditEntries(of: home) {} },
    ]

    @Test func `each call of the API has a method, or a reason to have none`() async throws {
        let notes = Notes()
        for step in Self.steps { await #expect(throws: NotSent.self) { try await step(notes.client) } }
        #expect(notes.routes.count == Self.steps.count, "each asks once")
        let document = try #require(OpenAPI.current)
        let operations = Set(document.operations.map(\.route)), asked = Set(notes.routes)
        #expect(operations.subtracting(asked) == Set(Self.exceptions.keys))
        #expect(asked.subtracting(operations).isEmpty)
    }

    @Test func `each call that lists in pages is a sequence too`() async throws {
        let notes = Notes()
        for step in Self.lists { await #expect(throws: NotSent.self) { try await step(notes.client) } }
        let document = try #require(OpenAPI.current)
        let paged = document.operations.filter { $0.method == "GET" && $0.parameters.contains("Cursor") }.map(\.route)
        // The other way to ask for the list of invitations, as older clients do.
        #expect(Set(paged).subtracting(notes.routes) == ["GET /api/invitation/{invitation_id}"])
    }
}
