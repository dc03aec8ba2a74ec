import UsherDomain

/// Goes on with the plans that are to be applied, one batch of rows at a time. Each row's result is written in the
/// transaction that makes its invitation: whoever goes on after a crash finds what was done, and nothing else.
package struct AdvancePlans: Sendable {
    let store: any Store
    let effects: Effects
    let rules: ServerRules
    let offering: Offering
    let pace: Pace

    /// How fast plans are applied.
    package struct Pace: Sendable {
        /// Rows of one transaction.
        package var batch = 50
        /// While so many letters wait for the relay, no more are added.
        package var waitingLetters = 500
        /// How long to leave the relay alone then.
        package var relayPause = Duration.seconds(1)
        /// After this another node goes on in the place of one that died.
        package var lease = Duration.seconds(5)

        package init() {}
    }

    package init(
        store: any Store, effects: Effects, rules: ServerRules, dispatch: any Dispatch, pace: Pace = Pace()
    ) {
        self.store = store
        self.effects = effects
        self.rules = rules
        offering = Offering(effects: effects, rules: rules, dispatch: dispatch, isOneOfMany: true)
        self.pace = pace
    }

    /// What came of one step.
    package enum Step: Equatable, Sendable {
        /// There is no plan to go on with.
        case idle
        /// A plan went on by so many rows, or ended.
        case worked(rows: Int)
        /// A plan waits for the relay or for the organization's quota.
        case paused
    }

    /// A row that was waiting was not any more, while its plan was locked.
    struct RowMoved: Error {}

    /// - Parameter node: names the process: new at every start.
    package func callAsFunction(node: String) async throws -> Step {
        let now = effects.now()
        guard try await store.read({ try $0.hasPlanToApply(node: node, at: now) }) else { return .idle }
        return try await store.write { tx in
            guard let plan = try tx.claimPlan(lease: Lease(node: node, until: now + pace.lease), at: now) else {
                return .idle
            }
            return try advance(plan, at: now, tx)
        }
    }

    private func advance(_ plan: InvitationPlan, at now: Timestamp, _ tx: any StoreWriter) throws -> Step {
        guard try tx.outboxDepth(at: now).waiting < pace.waitingLetters else {
            try tx.pause(plan.id, in: plan.organization, for: .relay, until: now + pace.relayPause)
            return .paused
        }
        let rows = try tx.planRows(
            PlanRowSelection(
                plan: plan.id, organization: plan.organization, states: [.waiting], limit: pace.batch))
        guard !rows.isEmpty else {
            try tx.end(plan.id, in: plan.organization, at: now)
            return .worked(rows: 0)
        }
        let access = try tx.access(ofApplierOf: plan, at: now)
        try tx.holdRoles(of: rows, in: plan)
        for (index, row) in rows.enumerated() {
            let result: PlanRow
            do {
                result = try apply(row, of: plan, access, at: now, tx)
            } catch Refusal.limited(let quota, let retryAfter) where quota.name == .organization {
                try tx.pause(plan.id, in: plan.organization, for: .quota, until: now + retryAfter)
                return index == 0 ? .paused : .worked(rows: index)
            }
            guard try tx.finish(result, of: plan.id, in: plan.organization, at: now) else { throw RowMoved() }
        }
        return .worked(rows: rows.count)
    }

    /// Judges the row again, and makes its invitation: since it was planned, all may have changed.
    private func apply(
        _ row: PlanRow, of plan: InvitationPlan, _ access: Access?, at now: Timestamp, _ tx: any StoreWriter
    ) throws -> PlanRow {
        guard let access, let caller = plan.applier else { return row.judged(.notAllowed, reason: "not_a_member") }
        guard let email = row.email else { return row.judged(.invalid, reason: "invalid_email") }
        do {
            try access.require(ApplyPlan.route)
            if row.outcome == .wouldResend, let open = try tx.openInvitation(of: email, in: plan.organization, at: now)
            {
                return try resend(open, for: row, of: plan, access, as: caller, at: now, tx)
            }
            // A plan is no way around the right to invite.
            try access.offer(.user, restrictedTo: nil)
            let own = try row.role == nil ? tx.unchangedRole(of: row, in: plan, at: now) : nil
            let offer = NewOffer(
                id: ID(rawValue: effects.newID()),
                draft: InvitationDraft(
                    email: email, role: row.role ?? .user, customRole: own?.id, scopes: nil, appURL: plan.appURL,
                    redirectURI: plan.redirectURI,
                    bodyOrganization: nil, locale: row.language, extras: row.extras,
                    expiry: row.expiry(at: now)),
                organization: plan.organization, caller: caller,
                facts: RequestFacts(id: plan.requestID ?? "", peer: ""), isOneOfMany: true,
                formerCodeHash: row.formerCodeHash, isHeld: row.mailing == .hold)
            // Leased to nobody: the courier takes letters at the relay's own pace.
            let made = try OfferStep(effects: effects, rules: rules)(
                offer, access: access, lease: .nobody, at: now, tx)
            let isWaiting = made.invitation.status == .waitlisted
            var done = row.judged(isWaiting ? .waitlisted : made.letter == nil ? .imported : .invited)
            done.invitation = made.invitation.id
            return done
        } catch Refusal.limited(let quota, let retryAfter) where quota.name == .organization {
            throw Refusal.limited(quota, retryAfter: retryAfter)
        } catch is FormerCodeKnown {
            return row.judged(.invalid, reason: "code_known")
        } catch let refusal as Refusal {
            return row.judged(refusal)
        }
    }
}

extension AdvancePlans {
    /// An invitation that is open gets a new code and a new letter.
    private func resend(
        _ open: Invitation, for row: PlanRow, of plan: InvitationPlan, _ access: Access, as caller: Caller,
        at now: Timestamp, _ tx: any StoreWriter
    ) throws -> PlanRow {
        guard let home = try tx.organization(plan.organization) else { throw Refusal.notAMember }
        try access.grant(open.permissions)
        _ = try tx.spend(rules.quotas.organization, for: plan.organization.rawValue, at: now)
        _ = try tx.spend(rules.quotas.recipient, for: effects.emailHash(open.email), at: now)
        let renewed = try offering.renew(open, of: home, at: now, tx).invitation
        try tx.record(
            effects.audit(
                .invitationResent, in: plan.organization, by: caller.actor, subject: renewed.id.rawValue,
                request: RequestFacts(id: plan.requestID ?? "", peer: ""), at: now))
        var done = row.judged(.resent)
        done.invitation = renewed.id
        return done
    }
}

extension PlanRow {
    /// What comes from another system keeps its time, as far as there is room for it here.
    fileprivate func expiry(at now: Timestamp) -> RequestedExpiry? {
        expiresAt.map { end in
            guard mailing != nil else { return .at(end) }
            return .at(min(max(end, now + InvitationLife.shortest), now + InvitationLife.longest))
        }
    }

    /// What a refusal of the single invitation means for a row.
    fileprivate func judged(_ refusal: Refusal) -> PlanRow {
        switch refusal {
        case .alreadyMember: judged(.alreadyMember)
        case .alreadyInvited, .invitationNotPending, .invitationNeedsApproval: judged(.pending)
        case .recipientSuppressed: judged(.suppressed)
        case .roleAboveOwn: judged(.aboveCeiling)
        case .domainNotAllowed: judged(.domainNotAllowed)
        case .seatLimitReached: judged(.overSeats)
        case .selfInvitation: judged(.invalid, reason: "self_invitation")
        case .roleNotFound: judged(.invalid, reason: PlanRow.changedRole)
        case .originNotAllowed: judged(.invalid, reason: "origin_not_allowed")
        case .invalidBody: judged(.invalid, reason: "invalid_expires_at")
        case .limited: judged(.limited)
        case .resendTooSoon: judged(.limited, reason: "resend_too_soon")
        case .roleTooLow: judged(.notAllowed, reason: "role_too_low")
        case .outOfScope: judged(.notAllowed, reason: "out_of_scope")
        case .notAMember: judged(.notAllowed, reason: "not_a_member")
        default: judged(.invalid, reason: "refused")
        }
    }
}

extension StoreReader {
    /// What who has a plan applied may do now: by their key, or by their membership when they were signed in. That they
    /// signed out since takes nothing back.
    fileprivate func access(ofApplierOf plan: InvitationPlan, at now: Timestamp) throws -> Access? {
        guard let applier = plan.applier else { return nil }
        guard case .session = applier else { return try access(of: applier, in: plan.organization, at: now) }
        return try access(ofPersonBehind: applier, in: plan.organization, at: now)
    }
}
