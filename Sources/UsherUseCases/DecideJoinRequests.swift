package import UsherDomain

/// Where an organization's admins say yes or no to who asks to become a member.
package struct DecideJoinRequests: Sendable {
    package static let listRoute = "GET /api/organization/{organization_id}/join_request"
    package static let approveRoute = "POST /api/organization/{organization_id}/join_request/{request_id}/approve"
    package static let refuseRoute = "POST /api/organization/{organization_id}/join_request/{request_id}/refuse"

    let store: any Store
    let effects: Effects
    let rules: ServerRules
    let admission: Admission

    init(store: any Store, effects: Effects, rules: ServerRules, admission: Admission) {
        self.store = store
        self.effects = effects
        self.rules = rules
        self.admission = admission
    }

    /// A request with who asks.
    package struct Asked: Sendable {
        package let request: JoinRequest
        package let user: User
    }

    /// What a page is asked for.
    package struct Query: Sendable {
        package var status: JoinRequest.Status?
        package var after: PageCursor<JoinRequest>?
        package var limit = 50

        package init() {}
    }

    package struct Page: Sendable {
        package let requests: ListPage<Asked, JoinRequest>
        package let at: Timestamp
    }

    package func list(
        of organization: ID<Organization>, _ query: Result<Query, Refusal>, as caller: Caller
    ) async throws -> Page {
        let now = effects.now()
        return try await store.read { tx in
            _ = try tx.access(of: caller, in: organization, for: Self.listRoute, at: now)
            let query = try query.get()
            // One more than asked for tells whether there is a next page.
            let found = try tx.joinRequests(
                of: organization, status: query.status, after: query.after, limit: query.limit + 1, at: now)
            let page = ListPage<Asked, JoinRequest>(
                found.map { Asked(request: $0.0, user: $0.1) }, limit: query.limit
            ) { PageCursor(createdAt: $0.request.askedAt, id: $0.request.id) }
            return Page(requests: page, at: now)
        }
    }

    /// One request, for the page where it is decided. Who is no member learns nothing about the organization.
    package func find(
        _ id: ID<JoinRequest>, in organization: ID<Organization>, as caller: Caller
    ) async throws -> (asked: Asked, organization: Organization, at: Timestamp) {
        let now = effects.now()
        return try await store.read { tx in
            guard let access = try tx.access(of: caller, in: organization, at: now),
                let home = try tx.organization(organization)
            else { throw Refusal.requestNotFound }
            try access.require(Self.listRoute)
            return (try tx.asked(id, in: organization), home, now)
        }
    }

    /// Makes the member, under the ceiling of who approves, who answers for it. Doing it twice is no error.
    /// - Parameter role: nil: what was asked for.
    package func approve(
        _ id: ID<JoinRequest>, in organization: ID<Organization>, role: Result<Role?, Refusal>, as caller: Caller,
        facts: RequestFacts, once: Once<Asked>? = nil
    ) async throws -> Asked {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await store.write { tx in
            let (access, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.approveRoute, deed)
            let wanted = try role.get()
            try wanted?.checkForDomain()
            try tx.begin(once, at: deed.now)
            let asked = try tx.asked(id, in: organization)
            if asked.request.status == .approved { return try tx.finish(once, unchanged: asked, at: deed.now) }
            let granted = wanted ?? asked.request.role
            try access.offer(granted.permissions, restrictedTo: nil)
            guard let decided = try tx.decide(id, in: organization, as: .approved, by: deed.actor, at: deed.now) else {
                throw Refusal.requestNotOpen
            }
            try admit(asked.user, to: organization, as: granted, caller, facts, deed, tx)
            try deed.record(.joinRequestApproved, in: organization, id.rawValue, tx)
            return try tx.finish(once, Asked(request: decided, user: asked.user))
        }
    }

    private func admit(
        _ user: User, to id: ID<Organization>, as role: Role, _ caller: Caller, _ facts: RequestFacts, _ deed: Deed,
        _ tx: any StoreWriter
    ) throws {
        let emailHash = effects.emailHash(user.email)
        guard let organization = try tx.organization(id),
            let standing = try tx.standing(of: user.email, hash: emailHash, in: id, at: deed.now)
        else { throw Refusal.notAMember }
        // Somebody invited them meanwhile, and they accepted.
        if standing.isMember { return }
        guard user.verifiedAt != nil else { throw Refusal.requestNotOpen }
        guard organization.settings.admits(user.email) else { throw Refusal.domainNotAllowed }
        guard !standing.isSuppressed else { throw Refusal.recipientSuppressed }
        if let open = try tx.openInvitation(of: user.email, in: id, at: deed.now) {
            // What is approved now takes the place of what was offered before.
            try tx.cancelLetters(of: open.id, in: id, at: deed.now)
            if try tx.revoke(open.id, in: id, at: deed.now) {
                try deed.record(.invitationRevoked, in: id, open.id.rawValue, tx)
            }
        }
        let person = Admission.Case(
            user: user, organization: organization, role: role, inviter: caller.inviter, actor: caller.actor,
            mayWait: false)
        _ = try admission.admit(person, tx, facts, at: deed.now)
        try tell(.joinApproved, user, organization, role, tx, at: deed.now)
    }

    /// Says no. Who asked gets a letter without a reason, and may ask again after a week. Doing it twice is no error.
    package func refuse(
        _ id: ID<JoinRequest>, in organization: ID<Organization>, as caller: Caller, facts: RequestFacts,
        once: Once<Asked>? = nil
    ) async throws -> Asked {
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        return try await store.write { tx in
            // In the order of an approval: the organization first, then the request.
            let (_, deed) = try tx.lockedAccess(of: caller, in: organization, for: Self.refuseRoute, deed)
            try tx.begin(once, at: deed.now)
            let asked = try tx.asked(id, in: organization)
            guard let decided = try tx.decide(id, in: organization, as: .refused, by: deed.actor, at: deed.now) else {
                // Somebody may have been faster.
                let now = try tx.asked(id, in: organization)
                if now.request.status == .refused { return try tx.finish(once, unchanged: now, at: deed.now) }
                throw Refusal.requestNotOpen
            }
            try deed.record(.joinRequestRefused, in: organization, id.rawValue, tx)
            if let home = try tx.organization(organization) {
                try tell(.joinRefused, asked.user, home, nil, tx, at: deed.now)
            }
            return try tx.finish(once, Asked(request: decided, user: asked.user))
        }
    }

    /// Beyond the recipient's limit no letter is sent; what was decided holds all the same.
    private func tell(
        _ kind: Notice.Kind, _ user: User, _ organization: Organization, _ role: Role?, _ tx: any StoreWriter,
        at now: Timestamp
    ) throws {
        if let quota = rules.quotas.recipient {
            guard try tx.take(quota, for: effects.emailHash(user.email), at: now).granted else { return }
        }
        let notice = Notice(
            kind, organization: organization.id, organizationName: organization.name, role: role, path: "/account")
        try tx.enqueue(notice.letter(to: user, until: now + .days(7), effects, at: now), lease: .nobody, at: now)
    }
}

extension StoreReader {
    fileprivate func asked(
        _ id: ID<JoinRequest>, in organization: ID<Organization>
    ) throws -> DecideJoinRequests.Asked {
        guard let request = try joinRequest(id, in: organization), let user = try user(request.user) else {
            throw Refusal.requestNotFound
        }
        return DecideJoinRequests.Asked(request: request, user: user)
    }
}

/// What time does to requests to join.
extension SweepInvitations {
    /// Marks some whose time ran out; how many.
    package func expireJoinRequests(limit: Int) async throws -> Int {
        let deed = Deed(effects: effects, actor: "system", facts: nil, now: effects.now())
        return try await store.write { tx in
            let swept = try tx.sweepJoinRequests(limit: limit, at: deed.now)
            for (id, organization) in swept {
                try deed.record(.joinRequestExpired, in: organization, id.rawValue, tx)
            }
            return swept.count
        }
    }
}
