import UsherDomain
import UsherTestKit
import UsherText
import UsherUseCases

extension World {
    /// One more member, with an account that can sign in.
    func join(_ address: String, _ role: Role) async throws -> User {
        let user = try await account(address, password: "the password of \(address)")
        let now = clock.now()
        let membership = Membership(
            id: ID(rawValue: effects.newID()), user: user.id, organization: organization.id, role: role, scopes: nil,
            createdAt: now, updatedAt: now)
        try await store.write { _ = try $0.add(membership, from: nil) }
        return user
    }

    func change(_ user: User?, _ change: MembershipChange, as caller: Caller) async throws {
        try await useCases.members.change(
            .success(ChangeMember.Draft(user: user?.id, bodyOrganization: nil, change: change)), in: organization.id,
            as: caller, facts: Self.facts)
    }

    func change(_ user: User, to role: Role, as actor: User) async throws {
        try await change(user, MembershipChange(role: .set(role)), as: try await caller(actor))
    }

    func remove(_ user: User, as actor: User) async throws {
        try await useCases.members.remove(
            user.id, of: organization.id, as: try await caller(actor), facts: Self.facts)
    }

    func delete(as actor: User? = nil) async throws {
        try await useCases.members.deleteOrganization(
            organization.id, as: try await caller(actor ?? owner), facts: Self.facts)
    }

    /// A key of the organization, as its caller.
    func organizationKey(_ role: Role, madeBy user: User? = nil) async throws -> Caller {
        let draft = KeyDraft(name: DisplayName(stored: "ci"), role: role, scopes: nil, expiresAt: nil)
        let made = try await useCases.createOrganizationKey(
            .success(draft), in: organization.id, as: try await caller(user ?? owner), facts: Self.facts)
        return .organizationKey(organization: organization.id, key: made.key.id)
    }

    func access(of caller: Caller) async throws -> Access? {
        let (id, now) = (organization.id, clock.now())
        return try await store.read { try $0.access(of: caller, in: id, at: now) }
    }

    func status(_ address: String) async throws -> Invitation.Status? {
        let now = clock.now()
        return try await invitation(address)?.status(at: now)
    }

    var tending: TendOrganizations { TendOrganizations(store: store, effects: effects, rules: useCases.rules) }

    /// Owners of whom none ends.
    func lastingOwners() async throws -> Int {
        let (id, now) = (organization.id, clock.now())
        return try await store.read { tx in
            try tx.members(MemberSelection(organization: id, role: .owner, limit: 1000, now: now))
                .count { $0.membership.isLastingOwner }
        }
    }

    func isMember(_ address: String) async throws -> Bool {
        let (email, id) = (try EmailAddress(parsing: address), organization.id)
        return try await store.read { tx in
            guard let user = try tx.account(of: email)?.user.id else { return false }
            return try tx.membership(of: user, in: id) != nil
        }
    }

    /// Makes the founder an owner again, and everybody else none.
    func restoreOwner() async throws {
        let (id, founder, effects, now) = (organization.id, owner.id, effects, clock.now())
        try await store.write { tx in
            if var membership = try tx.membership(of: founder, in: id) {
                (membership.role, membership.endsAt) = (.owner, nil)
                _ = try tx.change(membership)
            } else {
                let membership = Membership(
                    id: ID(rawValue: effects.newID()), user: founder, organization: id, role: .owner, scopes: nil,
                    createdAt: now, updatedAt: now)
                _ = try tx.add(membership, from: nil)
            }
            for member in try tx.members(MemberSelection(organization: id, role: .owner, limit: 1000, now: now))
            where member.user.id != founder {
                var membership = member.membership
                membership.role = .admin
                _ = try tx.change(membership)
            }
        }
    }
}
