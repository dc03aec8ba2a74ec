package import UsherDomain

/// What shall be different about an open offer. Nil leaves a thing as it is; for what may be missing, the inner nil takes
/// it away.
package struct InvitationEdit: Sendable {
    package var role: Role?
    /// A role of the organization's own, beside the number 0; the inner nil takes it away.
    package var customRole: ID<CustomRole>??
    package var scopes: Scopes??
    package var expiry: RequestedExpiry?
    package var message: InviterMessage??
    package var name: DisplayName??
    package var metadata: Metadata?
    package var redirectURI: WebURL?
    package var locale: String??

    package init() {}
}

/// Changes an open offer. No letter is sent: its link shows what is offered now.
package struct EditInvitation: Sendable {
    package static let route = "PATCH /api/invitation/{invitation_id}"

    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    /// The invitation as it is then, and when that was.
    ///
    /// Who edits must be allowed to grant what is offered, and what shall be. Whoever raises it answers for the offer
    /// from then on, as its inviter.
    package func callAsFunction(
        _ id: ID<Invitation>, _ edit: Result<InvitationEdit, Refusal>, in organization: ID<Organization>,
        as caller: Caller, facts: RequestFacts
    ) async throws -> (invitation: Invitation, at: Timestamp) {
        let asked = effects.now()
        return try await store.write { [effects, rules] tx in
            // One editor at a time: what is checked here is what is changed.
            guard let now = try tx.lockedTime(of: organization, effects, at: asked),
                let access = try tx.access(of: caller, in: organization, at: now)
            else { throw Refusal.notAMember }
            try access.require(Self.route)
            let edit = try edit.get()
            guard let home = try tx.organization(organization) else { throw Refusal.notAMember }
            guard let found = try tx.invitation(id, in: organization) else { throw Refusal.invitationNotFound }
            if let target = edit.redirectURI { try rules.check(target, field: "redirect_uri", for: home) }
            try access.grant(found.permissions)
            let wanted = try tx.wanted(edit, of: found)
            let scopes: Scopes? = edit.scopes ?? found.scopes
            try access.grant(wanted.permissions, restrictedTo: scopes)
            let expiresAt = try edit.expiry?.moment(from: now)
            let isRaised = !wanted.permissions.isSubset(of: found.permissions)
            if isRaised { try access.offer(wanted.permissions, restrictedTo: scopes) }
            let inviter = isRaised ? caller.inviter : nil
            guard
                let edited = try tx.edit(found, edit, as: wanted, expiresAt: expiresAt, inviter: inviter, at: now)
            else {
                throw found.status(at: now) == .expired ? Refusal.invitationExpired : Refusal.invitationNotPending
            }
            try tx.record(
                effects.audit(
                    .invitationEdited, in: organization, by: caller.actor, subject: id.rawValue, request: facts,
                    at: now))
            return (edited, now)
        }
    }
}

extension StoreReader {
    /// What shall be offered after an edit.
    fileprivate func wanted(_ edit: InvitationEdit, of found: Invitation) throws -> HeldRole {
        if case .some(.some(let id)) = edit.customRole {
            return HeldRole(.user, try customRole(id, orRefuseIn: found.organization).assigned)
        }
        if let role = edit.role { return HeldRole(role) }
        return edit.customRole == nil ? found.held : HeldRole(found.role)
    }
}
