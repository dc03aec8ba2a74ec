package import UsherDomain

/// An organization's members, a page at a time, newest first.
package struct ListMembers: Sendable {
    package static let route = "GET /api/organization/users/{organization_id}"

    let store: any Store
    let effects: Effects

    /// Which members; the time of asking is added.
    package struct Filter: Sendable {
        package var role: Role?
        package var customRole: ID<CustomRole>?
        package var search: String?
        package var joinedAfter: Timestamp?
        package var after: PageCursor<Membership>?
        package var limit = 50

        package init() {}
    }

    package struct Page: Sendable {
        package let organization: Organization
        package let members: ListPage<Member, Membership>
    }

    package func callAsFunction(
        of organization: ID<Organization>, _ filter: Result<Filter, Refusal>, as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.route, at: now)
            let filter = try filter.get()
            guard let found = try tx.organization(organization) else { throw Refusal.notAMember }
            return Page(organization: found, members: try tx.page(of: organization, filter, at: now))
        }
    }
}

extension StoreReader {
    func page(
        of organization: ID<Organization>, _ filter: ListMembers.Filter, at now: Timestamp
    ) throws -> ListPage<Member, Membership> {
        // One more than asked for tells whether there is a next page.
        let selection = MemberSelection(
            organization: organization, role: filter.role, customRole: filter.customRole, search: filter.search,
            joinedAfter: filter.joinedAfter,
            after: filter.after, limit: filter.limit + 1, now: now)
        return ListPage(try members(selection), limit: filter.limit) {
            PageCursor(createdAt: $0.membership.createdAt, id: $0.membership.id)
        }
    }
}

/// Changes a member's role, scopes or end.
package struct ChangeMember: Sendable {
    package static let route = "PUT /api/user"

    let store: any Store
    let effects: Effects

    /// What a request asks for.
    package struct Draft: Sendable {
        /// Nil: the caller.
        package let user: ID<User>?
        /// `organization_id` of the body, when it was there.
        package let bodyOrganization: ID<Organization>?
        package let change: MembershipChange
        /// A role of the organization's own, beside the number 0.
        package let customRole: Change<ID<CustomRole>?>

        package init(
            user: ID<User>?, bodyOrganization: ID<Organization>?, change: MembershipChange,
            customRole: Change<ID<CustomRole>?> = .keep
        ) {
            self.user = user
            self.bodyOrganization = bodyOrganization
            self.change = change
            self.customRole = customRole
        }
    }

    package func callAsFunction(
        _ draft: Result<Draft, Refusal>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts
    ) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            let (access, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.route, deed)
            let draft = try draft.get()
            if let named = draft.bodyOrganization, named != organization { throw Refusal.organizationMismatch }
            guard let user = draft.user ?? caller.user else { throw Refusal.personRequired }
            guard let member = try tx.membership(of: user, in: organization), member.isCurrent(at: deed.now) else {
                throw Refusal.memberNotFound
            }
            try access.mayChange(member.permissions)
            let change = try tx.resolved(draft, of: member)
            let changed = change.applied(to: member, at: deed.now)
            try access.grant(changed.permissions)
            if case .set(let scopes) = change.scopes, !access.covers(scopes) {
                throw Refusal.invalidBody([FieldProblem("/scopes", .outOfRange)])
            }
            if !changed.permissions.isSubset(of: member.permissions) {
                try access.grant(changed.permissions, restrictedTo: changed.scopes)
            }
            try tx.change(member, change, deed)
        }
    }
}

/// Ends a membership: somebody else's, for an admin; or one's own, for anybody.
package struct RemoveMember: Sendable {
    package static let route = "DELETE /api/organization/{organization_id}/user/{user_id}"

    let store: any Store
    let effects: Effects

    package func callAsFunction(
        _ user: ID<User>?, of organization: ID<Organization>, as caller: Caller, facts: RequestFacts
    ) async throws {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            let isOneself = user != nil && user == caller.user
            let (access, deed) = try tx.lockedAccess(
                of: caller, in: organization, for: Self.route, ofOneself: isOneself, deed)
            guard let user, let member = try tx.membership(of: user, in: organization),
                member.isCurrent(at: deed.now)
            else { throw Refusal.memberNotFound }
            if !isOneself { try access.mayChange(member.permissions) }
            try tx.remove(member, as: .membershipRemoved, deed)
        }
    }
}

// MARK: - What every path to these changes does

extension StoreWriter {
    /// Changes a membership, with all that follows: the last owner stays, and offers that the member may not make any
    /// more wait for another admin. Take the organization's lock first.
    func change(_ member: Membership, _ change: MembershipChange, _ deed: Deed) throws {
        let changed = change.applied(to: member, at: deed.now)
        guard changed != member else { return }
        if case .set(let end?) = change.endsAt, end <= deed.now {
            throw Refusal.invalidBody([FieldProblem("/ends_at", .outOfRange)])
        }
        if !changed.isLastingOwner { try keepOwner(besides: member) }
        guard try self.change(changed) else { throw Refusal.memberNotFound }
        try deed.record(.membershipChanged, in: member.organization, member.id.rawValue, self)
        guard !member.permissions.isSubset(of: changed.permissions) else { return }
        if member.role == .owner, try transfer(of: member.organization, at: deed.now)?.giver == member.user {
            try cancelTransfer(of: member.organization, involving: member.user, deed)
        }
        let ceiling = changed.permissions.offerCeiling
        try waitForApproval(of: .person(member.user), above: ceiling, in: member.organization, deed)
    }

    /// Removes a member, with all that follows: the last owner stays, keys of the organization that they made end, and
    /// offers that they or those keys made wait for another admin. Take the organization's lock first.
    func remove(
        _ member: Membership, as action: AuditEntry.Action, endingBy: Timestamp? = nil, _ deed: Deed
    ) throws {
        try keepOwner(besides: member)
        let organization = member.organization
        guard try removeMember(member.user, of: organization, endingBy: endingBy) != nil else {
            throw Refusal.memberNotFound
        }
        try deed.record(action, in: organization, member.id.rawValue, self)
        try cancelTransfer(of: organization, involving: member.user, deed)
        let keys = try endKeys(madeBy: member.user, in: organization, at: deed.now)
        for key in keys { try deed.record(.keyRevoked, in: organization, key.rawValue, self) }
        try waitForApproval(of: .person(member.user, keys: keys), above: nil, in: organization, deed)
    }

    /// Rule 8. Owners are counted under the organization's lock, or two could make each other the last.
    private func keepOwner(besides member: Membership) throws {
        guard member.isLastingOwner else { return }
        guard try hasLastingOwner(besides: member.user, in: member.organization) else { throw Refusal.lastOwner }
    }

    /// - Parameter ceiling: offers of what lies within this stay open; nil: none does.
    func waitForApproval(
        of makers: OfferMakers, above ceiling: PermissionSet?, in organization: ID<Organization>, _ deed: Deed
    ) throws {
        let offers = try needApproval(of: makers, above: ceiling, in: organization, at: deed.now)
        for offer in offers {
            try deed.record(.invitationNeedsApproval, in: organization, offer.rawValue, self)
        }
    }

    private func cancelTransfer(
        of organization: ID<Organization>, involving user: ID<User>, _ deed: Deed
    ) throws {
        guard let ended = try endTransfer(of: organization, involving: user) else { return }
        try deed.record(.ownershipOfferCancelled, in: organization, ended.id.rawValue, self)
    }
}
