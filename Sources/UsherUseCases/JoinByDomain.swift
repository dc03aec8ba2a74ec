package import UsherDomain

/// An organization that a person may join, or ask to, by their own proved address.
package struct OpenOrganization: Sendable {
    package let organization: Organization
    /// `off`: not any more, and an open request of theirs waits still.
    package let joining: OrganizationDomain.Joining
    package let role: Role
    /// Open; or refused, and for how long it counts.
    package let request: JoinRequest?
}

/// What came of joining.
package enum JoiningStep: Sendable {
    case joined(ID<Organization>, Role)
    /// An admin decides.
    case requested(JoinRequest)
    /// All seats are taken, or the invitation that there is already waits for an admin: a letter comes when it goes on.
    case waits(Invitation)
}

/// People of a verified domain come in by themselves, or ask to. It takes a person who is signed in and whose address is
/// proved, exactly at the domain.
package struct JoinByDomain: Sendable {
    private static let limit = 100
    /// Of one person, who may take a request back and ask again: each time an admin gets a letter.
    private static let asking = Quota(.request, 5, per: .days(1))

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

    /// What may be joined or asked, and what was asked already.
    package func list(as caller: Caller) async throws -> [OpenOrganization] {
        guard let id = caller.user else { throw Refusal.personRequired }
        let now = effects.now()
        return try await store.read { [admission] tx in
            guard let user = try tx.user(id) else { throw Refusal.notSignedIn }
            guard user.verifiedAt != nil else { throw Refusal.addressUnverified }
            var found: [OpenOrganization] = []
            if let entry = try tx.entry(of: user.email), entry.organization.settings.admits(user.email),
                try !tx.isMember(user, entry.organization.id, at: now)
            {
                let last = try tx.lastJoinRequest(of: user.id, in: entry.organization.id)
                found.append(
                    OpenOrganization(
                        organization: entry.organization, joining: try tx.joining(entry, user, admission, at: now),
                        role: entry.domain.role, request: last.flatMap { $0.stands(at: now) ? $0 : nil }))
            }
            for request in try tx.openJoinRequests(of: user.id, limit: Self.limit, at: now) {
                guard !found.contains(where: { $0.organization.id == request.organization }),
                    let organization = try tx.organization(request.organization),
                    try !tx.isMember(user, organization.id, at: now)
                else { continue }
                found.append(
                    OpenOrganization(organization: organization, joining: .off, role: request.role, request: request))
            }
            return found
        }
    }

    /// Joins, or asks to. Doing it twice is no error.
    package func join(
        _ organization: ID<Organization>, as caller: Caller, facts: RequestFacts, once: Once<JoiningStep>? = nil
    ) async throws -> JoiningStep {
        guard case .session(let person, _) = caller else { throw Refusal.sessionRequired }
        let asked = effects.now()
        return try await store.write { [effects, rules] tx in
            guard let user = try tx.user(person) else { throw Refusal.notSignedIn }
            guard user.verifiedAt != nil else { throw Refusal.addressUnverified }
            try tx.begin(once, at: asked)
            if let held = try tx.roleHeld(user, organization, at: asked) {
                return try tx.finish(once, unchanged: .joined(organization, held), at: asked)
            }
            // Who is not of the domain takes no lock.
            guard try tx.entry(of: user.email)?.organization.id == organization else {
                throw Refusal.organizationNotFound
            }
            _ = try tx.spend(rules.quotas.actor, for: caller.actor, at: asked)
            guard let now = try tx.lockedTime(of: organization, effects, at: asked) else {
                throw Refusal.organizationNotFound
            }
            if let held = try tx.roleHeld(user, organization, at: now) {
                return try tx.finish(once, .joined(organization, held))
            }
            guard let entry = try tx.entry(of: user.email), entry.organization.id == organization else {
                throw Refusal.organizationNotFound
            }
            return try tx.finish(once, try step(entry, user, tx, facts, at: now))
        }
    }

    /// Takes a request back.
    package func withdraw(
        from organization: ID<Organization>, as caller: Caller, facts: RequestFacts
    ) async throws {
        guard case .session(let person, _) = caller else { throw Refusal.sessionRequired }
        let deed = Deed(effects: effects, actor: caller.actor, facts: facts, now: effects.now())
        try await store.write { tx in
            guard let last = try tx.lastJoinRequest(of: person, in: organization),
                try tx.decide(last.id, in: organization, as: .withdrawn, by: deed.actor, at: deed.now) != nil
            else { throw Refusal.requestNotFound }
            try deed.record(.joinRequestWithdrawn, in: organization, last.id.rawValue, tx)
        }
    }
}

// MARK: - Steps inside the transaction, under the organization's lock

extension JoinByDomain {
    private func step(
        _ entry: DomainEntry, _ user: User, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws -> JoiningStep {
        let organization = entry.organization
        guard organization.settings.admits(user.email) else { throw Refusal.domainNotAllowed }
        let standing = try tx.standing(
            of: user.email, hash: effects.emailHash(user.email), in: organization.id, at: now)
        guard standing?.isSuppressed == false else { throw Refusal.recipientSuppressed }
        let person = entry.person(user, actor: "domain:\(entry.domain.id)")
        if let open = try tx.openInvitation(of: user.email, in: organization.id, at: now) {
            return try accept(open, person, tx, facts, at: now)
        }
        guard try tx.joining(entry, user, admission, at: now) == .join else {
            return .requested(try ask(entry, user, tx, facts, at: now))
        }
        switch try admission.admit(person, tx, facts, at: now) {
        case .joined(let offer):
            try endRequest(of: user, person, tx, facts, at: now)
            return .joined(organization.id, offer.invitation.role)
        case .waits(let waiting): return .waits(waiting)
        }
    }

    /// There is one way to join: what an admin offered already is taken.
    private func accept(
        _ open: Invitation, _ person: Admission.Case, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws -> JoiningStep {
        let offer = Offer(invitation: open, organization: person.organization, inviter: nil)
        guard open.status == .pending, try tx.keepsCeiling(offer, at: now) else { return .waits(open) }
        let taken = try admission.accept(open, person, tx, facts, at: now)
        try endRequest(of: person.user, person, tx, facts, at: now)
        return .joined(person.organization.id, taken.invitation.role)
    }

    /// Nobody need decide any more what is done.
    private func endRequest(
        of user: User, _ person: Admission.Case, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws {
        guard let last = try tx.lastJoinRequest(of: user.id, in: person.organization.id),
            try tx.decide(last.id, in: person.organization.id, as: .approved, by: person.actor, at: now) != nil
        else { return }
        try tx.record(
            effects.audit(
                .joinRequestApproved, in: person.organization.id, by: person.actor, subject: last.id.rawValue,
                request: facts, at: now))
    }

    private func ask(
        _ entry: DomainEntry, _ user: User, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws -> JoinRequest {
        let organization = entry.organization
        if let last = try tx.lastJoinRequest(of: user.id, in: organization.id) {
            if last.status(at: now) == .open { return last }
            if let wait = last.waitAfterRefusal(at: now) {
                throw Refusal.limited(JoinRequest.pauseAfterRefusal, retryAfter: wait)
            }
            if last.status == .open { try expire(last, tx, at: now) }
        }
        if rules.quotas.peer != nil { _ = try tx.spend(Self.asking, for: "join user:\(user.id)", at: now) }
        let request = JoinRequest(
            id: ID(rawValue: effects.newID()), organization: organization.id, user: user.id, domain: entry.domain.name,
            role: entry.domain.role, askedAt: now, expiresAt: now + JoinRequest.life)
        guard try tx.add(request) else { throw Refusal.busy(retryAfter: .seconds(1)) }
        try tx.record(
            effects.audit(
                .joinRequestCreated, in: organization.id, by: "user:\(user.id)", subject: request.id.rawValue,
                request: facts, at: now))
        try tell(request, entry, user, tx, at: now)
        return request
    }

    private func expire(_ request: JoinRequest, _ tx: any StoreWriter, at now: Timestamp) throws {
        _ = try tx.decide(request.id, in: request.organization, as: .expired, by: "system", at: now)
        try tx.record(
            effects.audit(
                .joinRequestExpired, in: request.organization, by: "system", subject: request.id.rawValue,
                request: nil, at: now))
    }

    /// A letter to one who may decide: who answers for the domain, or else whoever has owned the organization longest.
    private func tell(
        _ request: JoinRequest, _ entry: DomainEntry, _ user: User, _ tx: any StoreWriter, at now: Timestamp
    ) throws {
        let preferred: ID<User>? =
            switch entry.domain.inviter {
            case .user(let id): id
            case .key: nil
            }
        let decision = Decision(by: DecideJoinRequests.approveRoute, granting: request.role.permissions)
        guard
            let admin = try tx.decider(of: decision, in: request.organization, preferring: preferred, at: now)
        else { return }
        if let quota = rules.quotas.recipient {
            // Beyond the limit nothing is sent; the request is there all the same.
            guard try tx.take(quota, for: effects.emailHash(admin.email), at: now).granted else { return }
        }
        let notice = Notice(
            .joinRequested, organization: request.organization, organizationName: entry.organization.name,
            person: user.email.typed, role: request.role, until: request.expiresAt,
            path: "/joining/\(request.organization)/\(request.id)")
        try tx.enqueue(notice.letter(to: admin, until: request.expiresAt, effects, at: now), lease: .nobody, at: now)
    }
}

extension JoinRequest {
    /// How long a refusal still counts; nil: it does not.
    fileprivate func waitAfterRefusal(at now: Timestamp) -> Duration? {
        guard status == .refused, let decidedAt else { return nil }
        let wait = decidedAt + Self.pauseAfterRefusal.window - now
        return wait > .zero ? wait : nil
    }

    /// Whether its person is told of it.
    fileprivate func stands(at now: Timestamp) -> Bool {
        status(at: now) == .open || waitAfterRefusal(at: now) != nil
    }
}

// MARK: - Where a person's domain leads

/// A verified domain by which people come in, and whose it is.
struct DomainEntry {
    let domain: OrganizationDomain
    let organization: Organization

    func person(_ user: User, actor: String) -> Admission.Case {
        Admission.Case(
            user: user, organization: organization, role: domain.role, inviter: domain.inviter, actor: actor,
            mayWait: true)
    }
}

extension StoreReader {
    /// By the person's own address and nothing that they say. Nil: nowhere.
    func entry(of email: EmailAddress) throws -> DomainEntry? {
        guard let domain = try verifiedDomain(named: email.domain), domain.covers(email), domain.joiningNow != .off,
            let organization = try organization(domain.organization)
        else { return nil }
        return DomainEntry(domain: domain, organization: organization)
    }

    /// What is in force for them. When who answers for the domain could not let them in any more, they ask.
    func joining(
        _ entry: DomainEntry, _ user: User, _ admission: Admission, at now: Timestamp
    ) throws -> OrganizationDomain.Joining {
        guard entry.domain.joiningNow == .join else { return entry.domain.joiningNow }
        let made = admission.invitation(entry.person(user, actor: ""), at: now)
        let offer = Offer(invitation: made, organization: entry.organization, inviter: nil)
        return try keepsCeiling(offer, at: now) ? .join : .request
    }

    fileprivate func roleHeld(_ user: User, _ id: ID<Organization>, at now: Timestamp) throws -> Role? {
        guard let membership = try membership(of: user.id, in: id), membership.isCurrent(at: now),
            try organization(id) != nil
        else { return nil }
        return membership.role
    }

    fileprivate func isMember(_ user: User, _ id: ID<Organization>, at now: Timestamp) throws -> Bool {
        try roleHeld(user, id, at: now) != nil
    }
}
