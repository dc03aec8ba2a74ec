package import UsherDomain

/// A session that was just made; the secret is the cookie's value.
package struct NewSession: Sendable {
    package let session: Session
    package let secret: Secret
}

/// A joining that succeeded.
package struct Joined: Sendable {
    package let offer: Offer
    /// Nil when the caller's own session goes on.
    package let session: NewSession?
}

/// Turns an offer into a membership, by the person whom it is for, exactly once.
package struct AcceptInvitation: Sendable {
    let store: any Store
    let effects: Effects
    let hasher: any PasswordHasher
    let rules: ServerRules

    package init(store: any Store, effects: Effects, hasher: any PasswordHasher, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.hasher = hasher
        self.rules = rules
    }

    /// What ends a transaction without undoing it: the offer now waits for another admin.
    enum Verdict: Sendable {
        case joined(Joined)
        case needsApproval
    }

    /// State A: sets a password, which is the acceptance. The code came by mail to the address, so it proves it.
    /// - Parameter check: the policy for new passwords, asked with the invited address and the organization's name.
    package func asNewPerson(
        code: String, name: DisplayName?, password: Password,
        check: @Sendable (Password, EmailAddress, DisplayName) throws -> Void, facts: RequestFacts
    ) async throws -> Joined {
        let codeHash = try hash(code)
        let now = effects.now()
        let offer = try await store.read { try $0.openOffer(codeHash, at: now) }
        try check(password, offer.invitation.email, offer.organization.name)
        let passwordHash = try await hasher.hash(password)
        return try await settle { tx, now in
            let offer = try tx.openOffer(codeHash, at: now)
            guard try tx.keepsCeiling(offer, at: now) else { return try needApproval(offer, tx, facts, at: now) }
            let user = try claimAccount(
                of: offer.invitation.email, name: name, passwordHash: passwordHash, tx, facts, at: now)
            let joined = try join(offer, codeHash, user, tx, facts, at: now)
            return .joined(Joined(offer: joined, session: try begin(for: user.id, tx, facts, at: now)))
        }
    }

    /// State B: signs in with the password of the account that exists, and joins.
    package func bySigningIn(code: String, password: Password, facts: RequestFacts) async throws -> Joined {
        let codeHash = try hash(code)
        let now = effects.now()
        let email = try await store.read { try $0.openOffer(codeHash, at: now).invitation.email }
        let account = try await SignIn(store: store, effects: effects, hasher: hasher, rules: rules)
            .prove(email, password)
        guard account.user.verifiedAt != nil else { throw Refusal.wrongCredentials }
        return try await settle { tx, now in
            let offer = try tx.openOffer(codeHash, at: now)
            guard try tx.keepsCeiling(offer, at: now) else { return try needApproval(offer, tx, facts, at: now) }
            let joined = try join(offer, codeHash, account.user, tx, facts, at: now)
            return .joined(Joined(offer: joined, session: try begin(for: account.user.id, tx, facts, at: now)))
        }
    }

    /// State C: the session's person is the invited one. A repeat by the same person is a success.
    package func asSignedIn(
        code: String, session hash: String, facts: RequestFacts
    ) async throws -> Joined {
        let codeHash = try self.hash(code)
        return try await settle { tx, now in
            guard let session = try tx.session(hash, limits: rules.sessions, at: now),
                let user = try tx.user(session.user)
            else { throw Refusal.notSignedIn }
            let (offer, isRepeat) = try tx.openOffer(codeHash, or: user, at: now)
            if isRepeat { return .joined(Joined(offer: offer, session: nil)) }
            guard user.email == offer.invitation.email, user.verifiedAt != nil else { throw Refusal.wrongAccount }
            guard try tx.keepsCeiling(offer, at: now) else { return try needApproval(offer, tx, facts, at: now) }
            let joined = try join(offer, codeHash, user, tx, facts, at: now)
            // A new id at every change of what the session may do (ASVS 7.2.4).
            _ = try tx.end(session: hash)
            return .joined(Joined(offer: joined, session: try begin(for: user.id, tx, facts, at: now)))
        }
    }

    /// By the person's own list instead of a code. The session goes on as it is: what it may do is asked at each request.
    package func own(
        _ id: ID<Invitation>, as caller: Caller, facts: RequestFacts, once: Once<Joined>? = nil
    ) async throws -> Joined {
        try await settle { tx, now in
            let (user, codeHash) = try tx.ownOffer(id, of: caller)
            try tx.recall(once, at: now)
            let (offer, isRepeat) = try tx.openOffer(codeHash, or: user, at: now)
            // That it waits for another admin is kept, and is no answer to keep.
            guard try isRepeat || tx.keepsCeiling(offer, at: now) else {
                return try needApproval(offer, tx, facts, at: now)
            }
            try tx.begin(once, at: now)
            guard !isRepeat else {
                return .joined(try tx.finish(once, unchanged: Joined(offer: offer, session: nil), at: now))
            }
            let joined = try join(offer, codeHash, user, tx, facts, at: now)
            return .joined(try tx.finish(once, Joined(offer: joined, session: nil)))
        }
    }

    private func hash(_ code: String) throws -> String {
        guard InvitationCode.isWellFormed(code) else { throw Refusal.invitationNotFound }
        return effects.hash(code)
    }

    private func settle(
        _ body: @escaping @Sendable (any StoreWriter, Timestamp) throws -> Verdict
    ) async throws -> Joined {
        switch try await store.write({ [effects] in try body($0, effects.now()) }) {
        case .joined(let joined): return joined
        case .needsApproval: throw Refusal.invitationNeedsApproval
        }
    }
}

// MARK: - Steps inside the transaction

extension AcceptInvitation {
    func join(
        _ offer: Offer, _ codeHash: String, _ user: User, _ tx: any StoreWriter, _ facts: RequestFacts,
        at now: Timestamp
    ) throws -> Offer {
        try tx.passBarriers(offer, user, at: now)
        try tx.cancelLetters(of: offer.invitation.id, in: offer.organization.id, at: now)
        guard let taken = try tx.accept(codeHash: codeHash, by: user.email, user: user.id, at: now) else {
            // Taken since it was read: by the same person in another window, it is theirs.
            if let earlier = try tx.acceptedOffer(codeHash, by: user) { return earlier }
            // Otherwise what became of it says why not.
            _ = try tx.openOffer(codeHash, at: now)
            throw Refusal.invitationUsed
        }
        let membership = Membership(
            id: ID(rawValue: effects.newID()), user: user.id, organization: taken.organization, role: taken.role,
            customRole: taken.customRole, scopes: taken.scopes, createdAt: now, updatedAt: now,
            metadata: taken.extras.metadata)
        // Who is a member already keeps the role held: an invitation never changes one.
        let isNew = try tx.add(membership, from: taken.id)
        try tx.record(audit(.invitationAccepted, taken.organization, user, taken.id.rawValue, facts, now))
        if isNew {
            try tx.record(audit(.membershipCreated, taken.organization, user, membership.id.rawValue, facts, now))
        }
        return Offer(invitation: taken, organization: offer.organization, inviter: offer.inviter)
    }

    /// The account of the invited address: a new one, or one that nobody proved before, or one without a password.
    func claimAccount(
        of email: EmailAddress, name: DisplayName?, passwordHash: String, _ tx: any StoreWriter,
        _ facts: RequestFacts, at now: Timestamp
    ) throws -> User {
        guard let account = try tx.account(of: email) else {
            let user = User(
                id: ID(rawValue: effects.newID()), email: email, name: name, verifiedAt: now, createdAt: now,
                updatedAt: now)
            guard try tx.add(user, passwordHash: passwordHash) else { throw Refusal.accountExists }
            try tx.record(audit(.userCreated, nil, user, user.id.rawValue, facts, now))
            return user
        }
        let user = account.user
        if user.verifiedAt == nil {
            // Somebody registered it without proof: nothing that they set up survives the proof.
            try tx.endSessions(of: user.id, except: nil)
            try tx.endKeys(of: user.id, at: now)
            try tx.endLinks(of: user.id, purpose: .passwordReset, at: now)
        } else if account.passwordHash != nil {
            throw Refusal.accountExists
        }
        try tx.setPassword(passwordHash, of: user.id, at: now)
        try tx.setVerified(user.id, name: name, at: now)
        try tx.record(audit(.passwordChanged, nil, user, user.id.rawValue, facts, now))
        return user
    }

    private func begin(
        for user: ID<User>, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws -> NewSession {
        try tx.begin(for: user, effects: effects, limits: rules.sessions, facts: facts, at: now)
    }

    private func needApproval(
        _ offer: Offer, _ tx: any StoreWriter, _ facts: RequestFacts, at now: Timestamp
    ) throws -> Verdict {
        let invitation = offer.invitation
        guard try tx.needApproval(invitation.id, in: invitation.organization, at: now) else {
            throw Refusal.invitationUsed
        }
        try tx.record(
            effects.audit(
                .invitationNeedsApproval, in: invitation.organization, by: "system", subject: invitation.id.rawValue,
                request: facts, at: now))
        return .needsApproval
    }

    private func audit(
        _ action: AuditEntry.Action, _ organization: ID<Organization>?, _ user: User, _ subject: String,
        _ facts: RequestFacts, _ now: Timestamp
    ) -> AuditEntry {
        effects.audit(
            action, in: organization, by: "user:\(user.id)", subject: subject, request: facts, at: now)
    }
}

extension StoreReader {
    /// The offer behind a code, if it is open; otherwise the refusal that says why not.
    func openOffer(_ codeHash: String, at now: Timestamp) throws -> Offer {
        guard let invitation = try invitation(codeHash: codeHash), let offer = try offer(invitation) else {
            throw Refusal.invitationNotFound
        }
        switch invitation.status(at: now) {
        case .pending: return offer
        case .needsApproval, .waitlisted: throw Refusal.invitationNeedsApproval
        case .accepted: throw Refusal.invitationUsed
        case .expired: throw Refusal.invitationExpired
        case .declined, .revoked, .undeliverable, .superseded: throw Refusal.invitationEnded
        }
    }

    /// The same, or the offer that this person accepted before: a repeat by the same person is a success. Asked in this
    /// order, an acceptance in another window between two statements is seen.
    fileprivate func openOffer(
        _ codeHash: String, or user: User, at now: Timestamp
    ) throws -> (offer: Offer, isRepeat: Bool) {
        do {
            return (try openOffer(codeHash, at: now), false)
        } catch Refusal.invitationUsed {
            guard let earlier = try acceptedOffer(codeHash, by: user) else { throw Refusal.invitationUsed }
            return (earlier, true)
        }
    }

    fileprivate func acceptedOffer(_ codeHash: String, by user: User) throws -> Offer? {
        guard let invitation = try invitation(codeHash: codeHash), invitation.status == .accepted,
            invitation.acceptedBy == user.id,
            try membership(of: user.id, in: invitation.organization) != nil
        else { return nil }
        return try offer(invitation)
    }

    /// The ceiling once more: whether who invited could still offer this now.
    func keepsCeiling(_ offer: Offer, at now: Timestamp) throws -> Bool {
        let held: PermissionSet? =
            switch offer.invitation.inviter {
            case .user(let id):
                try membership(of: id, in: offer.organization.id).flatMap {
                    $0.isCurrent(at: now) ? $0.permissions : nil
                }
            case .key(let id):
                try key(id, in: offer.organization.id).flatMap { key in
                    key.expiresAt.map { $0 <= now } == true ? nil : key.permissions
                }
            }
        return held.map { offer.invitation.permissions.with(.invitationCreate).isSubset(of: $0) } ?? false
    }
}
