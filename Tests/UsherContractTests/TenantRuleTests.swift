import Testing
import UsherDomain
import UsherSQL
import UsherTestKit
import UsherUseCases

/// AZ-20: the rule is kept by every statement of this whole suite, because the kit's databases refuse others.
@Suite(.timeLimit(.minutes(15)))
struct TenantRuleTests {
    @Test(arguments: [
        ("invitations", "SELECT id FROM invitations WHERE id = $1"),
        ("invitations", "UPDATE invitations SET status = 'revoked' WHERE id = $1"),
        ("memberships", "SELECT m.id FROM users u JOIN memberships m ON m.user_id = u.id WHERE u.id = $1"),
        ("outbox", "UPDATE outbox SET state = 'cancelled' WHERE invitation_id = $1"),
        ("invitations", "SELECT organization_id FROM invitations WHERE id = $1"),
        ("api_keys", "DELETE FROM api_keys"),
    ])
    func `AZ-20 a statement that names no organization is found`(_ table: String, _ statement: String) {
        #expect(TenantRule.violation(in: statement) == table)
    }

    @Test(arguments: [
        "SELECT id FROM invitations WHERE organization_id = $1 AND id = $2",
        "SELECT id FROM invitations WHERE code_hash = $1", "SELECT id FROM users WHERE id = $1",
        "CREATE TABLE invitations (id TEXT)",
    ])
    func `AZ-20 others are not`(_ statement: String) {
        #expect(TenantRule.violation(in: statement) == nil)
    }

    @Test(arguments: Engine.available)
    func `AZ-20 the kit refuses such a statement before the engine sees it`(_ engine: Engine) async throws {
        let house = try await SampleHouse(engine)
        _ = try await house.invite()
        await #expect(throws: TenantRule.Broken.self) {
            _ = try await house.database.transaction(writing: true) { try $0.rows("DELETE FROM invitations") }
        }
        await #expect(throws: TenantRule.Broken.self) {
            _ = try await house.database.transaction(writing: false) {
                try $0.rows("SELECT id FROM memberships WHERE role = \(2)")
            }
        }
    }
}
