package import UsherDomain

/// What a request asks to be planned, parsed: rows that can't be read are among them, judged invalid.
package struct PlanDraft: Sendable {
    package let appURL: WebURL
    package let redirectURI: WebURL
    package let rows: [PlanRow]
    /// Whether an invitation that is open already gets a new letter.
    package var resendsPending: Bool

    package init(appURL: WebURL, redirectURI: WebURL, rows: [PlanRow], resendsPending: Bool = false) {
        self.appURL = appURL
        self.redirectURI = redirectURI
        self.rows = rows
        self.resendsPending = resendsPending
    }
}

/// A plan, how far it is, and perhaps its rows.
package struct PlanReport: Sendable {
    package let plan: InvitationPlan
    package let counts: [PlanCount]
    /// In the order of the file; empty when nobody asked for them.
    package var rows: [PlanRow] = []

    package func count(of state: PlanRow.State) -> Int {
        counts.filter { $0.state == state }.reduce(0) { $0 + $1.count }
    }

    package func count(of outcome: PlanRow.Outcome) -> Int {
        counts.filter { $0.outcome == outcome }.reduce(0) { $0 + $1.count }
    }
}

/// Judges many invitations without making one, and keeps the verdicts, so that they can be applied.
package struct PlanInvitations: Sendable {
    package static let route = "POST /api/invitation/plan"
    /// Addresses that are looked up by one statement.
    private static let batch = 512

    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    /// One request.
    package struct Request: Sendable {
        package let organization: ID<Organization>
        package let caller: Caller
        package let draft: Result<PlanDraft, Refusal>
        package let once: Once<PlanReport>?
        package let facts: RequestFacts
        /// The operator asks, in the name of the caller, who need not be signed in.
        package var isByOperator = false

        package init(
            organization: ID<Organization>, caller: Caller, draft: Result<PlanDraft, Refusal>,
            once: Once<PlanReport>? = nil, facts: RequestFacts
        ) {
            self.organization = organization
            self.caller = caller
            self.draft = draft
            self.once = once
            self.facts = facts
        }
    }

    /// Asks for the right before a large body is read; the plan itself asks again.
    package func admit(_ caller: Caller, to organization: ID<Organization>) async throws {
        let now = effects.now()
        _ = try await store.read { try $0.access(of: caller, in: organization, for: Self.route, at: now) }
    }

    package func callAsFunction(_ request: Request) async throws -> PlanReport {
        let now = effects.now()
        let id = ID<InvitationPlan>(rawValue: effects.newID())
        // What takes long and needs no store is done before the transaction.
        let draft = request.draft.map { draft in
            PlanDraft(
                appURL: draft.appURL, redirectURI: draft.redirectURI,
                rows: PlanJudge.withoutStore(draft.rows, at: now), resendsPending: draft.resendsPending)
        }
        let hashes = (try? draft.get())?.rows.map { $0.email.map(effects.emailHash) } ?? []
        return try await store.write { tx in
            try plan(Request(request, draft), as: id, hashes: hashes, at: now, tx)
        }
    }

    private func plan(
        _ request: Request, as id: ID<InvitationPlan>, hashes: [String?], at now: Timestamp, _ tx: any StoreWriter
    ) throws -> PlanReport {
        let organization = request.organization
        let access = try access(of: request, at: now, tx)
        let draft = try request.draft.get()
        try tx.begin(request.once, at: now)
        guard let found = try tx.organization(organization) else { throw Refusal.notAMember }
        try rules.check(draft.appURL, field: "app_url", for: found)
        try rules.check(draft.redirectURI, field: "redirect_uri", for: found)
        if !request.isByOperator { _ = try tx.spend(rules.quotas.plan, for: organization.rawValue, at: now) }

        let judge = PlanJudge(
            access: access, own: try request.caller.user.flatMap { try tx.user($0) }?.email, settings: found.settings,
            seats: found.settings.seatLimit == nil ? nil : try tx.seats(of: organization, at: now),
            resendsPending: draft.resendsPending, roles: try OwnRoles(namedIn: draft.rows, of: organization, tx),
            standings: try standings(of: draft.rows, hashes, in: organization, at: now, tx))
        let rows = judge.judged(draft.rows, hashes: hashes)
        let plan = InvitationPlan(
            id: id, organization: organization, actor: request.actor, appURL: draft.appURL,
            redirectURI: draft.redirectURI, total: rows.count, createdAt: now, updatedAt: now,
            expiresAt: now + InvitationPlan.lifetime)
        try tx.add(plan, rows: rows)
        try tx.record(
            effects.audit(
                .planCreated, in: organization, by: request.actor, subject: id.rawValue,
                request: request.facts, at: now))
        return try tx.finish(
            request.once, PlanReport(plan: plan, counts: try tx.counts(of: id, in: organization), rows: rows))
    }

    private func access(of request: Request, at now: Timestamp, _ tx: any StoreReader) throws -> Access {
        guard request.isByOperator else {
            return try tx.access(of: request.caller, in: request.organization, for: Self.route, at: now)
        }
        guard let access = try tx.access(ofPersonBehind: request.caller, in: request.organization, at: now) else {
            throw Refusal.notAMember
        }
        try access.require(Self.route)
        return access
    }

    private func standings(
        of rows: [PlanRow], _ hashes: [String?], in organization: ID<Organization>, at now: Timestamp,
        _ tx: any StoreReader
    ) throws -> Standings {
        let asked = zip(rows, hashes).filter { $0.0.state == .waiting || $0.0.outcome == .likelyTypo }
        var found = Standings()
        for start in stride(from: 0, to: asked.count, by: Self.batch) {
            let part = asked[start..<min(start + Self.batch, asked.count)]
            found.formUnion(
                try tx.standings(
                    of: part.compactMap(\.0.email), hashes: part.compactMap(\.1), in: organization, at: now))
        }
        return found
    }
}

extension PlanInvitations.Request {
    fileprivate init(_ other: Self, _ draft: Result<PlanDraft, Refusal>) {
        self.init(
            organization: other.organization, caller: other.caller, draft: draft, once: other.once,
            facts: other.facts)
        isByOperator = other.isByOperator
    }

    fileprivate var actor: String { isByOperator ? "operator" : caller.actor }
}

/// Says of each row what would come of it.
struct PlanJudge {
    let access: Access
    /// Address of who plans it.
    let own: EmailAddress?
    let settings: OrganizationSettings
    /// Nil: as many as come.
    let seats: SeatCount?
    let resendsPending: Bool
    let roles: OwnRoles
    let standings: Standings

    /// As far as the rows themselves tell: doubled ones, likely typos, times out of range.
    static func withoutStore(_ rows: [PlanRow], at now: Timestamp) -> [PlanRow] {
        let typos = TypoFinder(domains: rows.compactMap { $0.email?.domain })
        var seen: [String: Int] = [:]
        return rows.map { row in
            guard row.state == .waiting, let email = row.email else { return row }
            if row.mailing == nil, let end = row.expiresAt,
                end < now + InvitationLife.shortest || end > now + InvitationLife.longest
            {
                return row.judged(.invalid, reason: "invalid_expires_at")
            }
            if let first = seen[email.canonical] {
                var doubled = row.judged(.duplicate)
                doubled.duplicateOf = first
                return doubled
            }
            seen[email.canonical] = row.number
            // Whom another system wrote to was no slip there.
            guard row.mailing == nil, let domain = typos.meant(by: email.domain) else { return row }
            var mistyped = row.judged(.likelyTypo)
            mistyped.suggestion = "\(email.typed.prefix { $0 != "@" })@\(domain)"
            return mistyped
        }
    }

    func judged(_ rows: [PlanRow], hashes: [String?]) -> [PlanRow] {
        // Who finds no seat may wait for one, where there is a waitlist.
        var free = seats.flatMap { $0.keepsWaitlist ? nil : $0.free }
        let verdicts = zip(rows, hashes).map { row, hash in
            let verdict = judged(row, hash: hash)
            guard let left = free, verdict.outcome == .wouldInvite else { return verdict }
            free = max(left - 1, 0)
            return left > 0 ? verdict : verdict.judged(.overSeats)
        }
        let failed = Set(verdicts.filter { $0.state == .failed }.map(\.number))
        return verdicts.map { row in
            // Nobody was invited by the row that it repeats.
            guard let first = row.duplicateOf, failed.contains(first) else { return row }
            var row = row
            row.state = .failed
            return row
        }
    }

    /// The ceiling comes before what is known of the address: nothing is told about an offer that is not theirs to make.
    private func judged(_ row: PlanRow, hash: String?) -> PlanRow {
        guard row.state == .waiting || row.outcome == .likelyTypo, let email = row.email else { return row }
        if email == own { return row.judged(.invalid, reason: "self_invitation") }
        guard let (row, granted) = roles.resolved(row) else {
            return row.judged(.invalid, reason: PlanRow.noSuchRole)
        }
        do { try access.offer(granted, restrictedTo: nil) } catch { return row.judged(.aboveCeiling) }
        if standings.members.contains(email.canonical) { return row.judged(.alreadyMember) }
        if !settings.admits(email) { return row.judged(.domainNotAllowed) }
        if let hash, standings.suppressed.contains(hash) { return row.judged(.suppressed) }
        if standings.invited.contains(email.canonical) {
            return row.judged(resendsPending ? .wouldResend : .pending)
        }
        return row
    }
}

extension StoreReader {
    /// What a person may do by their membership, signed in or not.
    func access(
        ofPersonBehind caller: Caller, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Access? {
        guard try self.organization(organization) != nil, let user = caller.user,
            let membership = try membership(of: user, in: organization), membership.isCurrent(at: now)
        else { return nil }
        return Access(membership.permissions, restrictions: [membership.scopes].compactMap { $0 })
    }
    /// - Throws: `planNotFound`.
    package func report(on plan: ID<InvitationPlan>, in organization: ID<Organization>) throws -> PlanReport {
        guard let found = try self.plan(plan, in: organization) else { throw Refusal.planNotFound }
        return PlanReport(plan: found, counts: try counts(of: plan, in: organization))
    }
}
