import UsherDomain
import UsherTestKit
import UsherUseCases

extension World {
    func define(
        _ name: String = "Scout", _ permissions: PermissionSet, as user: User? = nil
    ) async throws -> CustomRole {
        let draft = ManageRoles.Draft(name: DisplayName(stored: name), permissions: permissions)
        return try await useCases.members.roles.create(
            .success(draft), in: organization.id, as: try await caller(user ?? owner), facts: Self.facts)
    }

    @discardableResult
    func redefine(
        _ role: CustomRole, _ permissions: PermissionSet, as user: User? = nil
    ) async throws -> CustomRole {
        let edit = ManageRoles.Edit(name: .keep, permissions: .set(permissions))
        return try await useCases.members.roles.change(
            role.id, .success(edit), in: organization.id, as: try await caller(user ?? owner), facts: Self.facts)
    }

    func delete(_ role: CustomRole, as user: User? = nil) async throws {
        try await useCases.members.roles.delete(
            role.id, of: organization.id, as: try await caller(user ?? owner), facts: Self.facts)
    }

    /// One more member, who holds a custom role.
    func join(_ address: String, as role: CustomRole) async throws -> User {
        let user = try await join(address, .user)
        try await give(role, to: user)
        return user
    }

    func give(_ role: CustomRole?, to user: User, as actor: User? = nil) async throws {
        let draft = ChangeMember.Draft(
            user: user.id, bodyOrganization: nil, change: MembershipChange(), customRole: .set(role?.id))
        try await useCases.members.change(
            .success(draft), in: organization.id, as: try await caller(actor ?? owner), facts: Self.facts)
    }

    @discardableResult
    func send(_ address: String, as role: CustomRole, by caller: Caller) async throws -> SendOutcome {
        let plain = try draft(address)
        let draft = InvitationDraft(
            email: plain.email, role: .user, customRole: role.id, scopes: nil, appURL: plain.appURL,
            redirectURI: plain.redirectURI, bodyOrganization: nil, locale: nil)
        return try await useCases.sendInvitation(
            SendInvitation.Request(
                organization: organization.id, caller: caller, draft: .success(draft), idempotency: nil,
                facts: Self.facts, patience: .seconds(1))
        ).outcome
    }

    func held(by user: User) async throws -> HeldRole? {
        let id = organization.id
        return try await store.read { try $0.membership(of: user.id, in: id)?.held }
    }
}
