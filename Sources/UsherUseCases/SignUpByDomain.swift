package import UsherDomain

/// What the link of the letter opens.
package enum SignUpPage: Sendable {
    /// An account can be made, and the organization joined with it, or asked.
    case open(EmailAddress, Organization, OrganizationDomain.Joining)
    /// There is an account by now.
    case known(EmailAddress)
    /// No organization takes people with this address in any more.
    case closed(EmailAddress)
    /// Used, expired, or replaced by a newer one.
    case dead
}

/// The account of somebody whose organization has proved their domain, and who has none yet: by a letter to their address.
/// It makes no member. With the account they join, or ask, as everybody else does.
package struct SignUpByDomain: Sendable {
    let store: any Store
    let effects: Effects
    let hasher: any PasswordHasher
    let rules: ServerRules
    let admission: Admission

    init(store: any Store, effects: Effects, hasher: any PasswordHasher, rules: ServerRules, admission: Admission) {
        self.store = store
        self.effects = effects
        self.hasher = hasher
        self.rules = rules
        self.admission = admission
    }

    /// Whether this way in leads anywhere on this server.
    package func isOffered() async throws -> Bool { try await store.read { try $0.isAnyDomainOpen() } }

    // MARK: Asking for proof

    /// Sends a letter to an address that somebody typed, if an organization takes people with it in. Whether one was sent
    /// is not told, and the same statements are run either way: an address that is not welcome gets a link and a letter
    /// that are over from the start. The courier takes the letter from the outbox, so that nobody waits longer for one.
    package func request(email: EmailAddress, locale: String?, facts: RequestFacts) async throws {
        let now = effects.now()
        try await store.write { [rules] tx in
            _ = try tx.spend(rules.quotas.peer, for: facts.peer, at: now)
            guard try isWithinQuotas(email, tx, at: now) else { return }
            try enqueue(try look(for: email, tx, at: now), email, locale, tx, at: now)
        }
    }

    /// Letters to one address, in an hour and in a day, and letters to one domain. What others may send to the address is
    /// counted elsewhere: whoever types it here keeps no invitation from it.
    private func isWithinQuotas(_ email: EmailAddress, _ tx: any StoreWriter, at now: Timestamp) throws -> Bool {
        let address = "domain \(effects.emailHash(email))"
        let uses = [
            (rules.quotas.reset, address), (rules.quotas.recipient, address),
            (rules.quotas.actor, "domain:\(email.domain)"),
        ]
        return try uses.allSatisfy { quota, subject in
            try quota.map { try tx.take($0, for: subject, at: now).granted } ?? true
        }
    }

    private enum Finding {
        case nothing
        case stranger(Organization)
        case known(Organization)
    }

    /// Everything is asked, whatever was found before it.
    private func look(for email: EmailAddress, _ tx: any StoreWriter, at now: Timestamp) throws -> Finding {
        let domain = try tx.verifiedDomain(named: email.domain)
        let id = domain?.organization ?? ID(rawValue: effects.newID())
        let organization = try tx.organization(id)
        let standing = try tx.standing(of: email, hash: effects.emailHash(email), in: id, at: now)
        let account = try tx.account(of: email)
        guard let domain, domain.covers(email), domain.joiningNow != .off, let organization,
            organization.settings.admits(email), standing?.isSuppressed == false
        else { return .nothing }
        return account?.isUsable == true ? .known(organization) : .stranger(organization)
    }

    private func enqueue(
        _ finding: Finding, _ email: EmailAddress, _ locale: String?, _ tx: any StoreWriter, at now: Timestamp
    ) throws {
        let id = ID<OneTimeLink>(rawValue: effects.newID())
        let (notice, end, letterEnd) = notice(finding, id, at: now)
        try tx.replace(DomainProof(id: id, email: email, expiresAt: end), at: now)
        try tx.add(
            OneTimeLink(
                id: id, purpose: .domain, hash: effects.hash(effects.secret(of: id)), user: nil, createdAt: now,
                expiresAt: end))
        let letter = Letter(
            id: ID(rawValue: effects.newID()), recipient: email, locale: locale, notAfter: letterEnd, createdAt: now,
            content: .notice(notice))
        try tx.enqueue(letter, lease: .nobody, at: now)
    }

    /// What is told, until when the link works, and until when the letter may go.
    private func notice(
        _ finding: Finding, _ link: ID<OneTimeLink>, at now: Timestamp
    ) -> (notice: Notice, linkEnd: Timestamp, letterEnd: Timestamp) {
        let signIn = "/signin?next=/organizations"
        switch finding {
        case .stranger(let organization):
            let end = now + OneTimeLink.lifetime(of: .domain)
            let notice = Notice(
                .domainProof, organization: organization.id, organizationName: organization.name, until: end,
                path: "/organizations/proof?token=", link: link)
            return (notice, end, end)
        case .known(let organization):
            let notice = Notice(
                .domainKnown, organization: organization.id, organizationName: organization.name, path: signIn)
            return (notice, now, now + .days(1))
        case .nothing: return (Notice(.domainKnown, organization: nil, organizationName: nil, path: signIn), now, now)
        }
    }

    // MARK: Proved

    /// What the link of the letter is about, without using it up.
    package func peek(secret: String) async throws -> SignUpPage {
        guard SecretText.isWellFormed(secret) else { return .dead }
        let (hash, now) = (effects.hash(secret), effects.now())
        return try await store.read { [effects, admission] tx in
            guard let link = try tx.oneTimeLink(hash: hash, purpose: .domain, at: now),
                let proof = try tx.domainProof(link.id)
            else { return .dead }
            let email = proof.email
            if try tx.account(of: email)?.isUsable == true { return .known(email) }
            guard let entry = try tx.welcome(email, hash: effects.emailHash(email), at: now) else {
                return .closed(email)
            }
            // What joining would be for them, if they had the account.
            let somebody = User(
                id: ID(rawValue: effects.newID()), email: email, name: nil, verifiedAt: now, createdAt: now,
                updatedAt: now)
            return .open(email, entry.organization, try tx.joining(entry, somebody, admission, at: now))
        }
    }

    /// Makes the account, with the address proved, and begins a session. Uses the link up; what refuses leaves it as it is.
    ///
    /// - Parameters:
    ///   - check: the policy for new passwords, asked with the address and the organization's name.
    ///   - former: the session that this browser had; it ends.
    /// - Throws: `linkInvalid`; `accountExists`; `domainNotAllowed` when no organization takes the address in any more.
    package func create(
        secret: String, name: DisplayName?, password: Password,
        check: @Sendable (Password, EmailAddress, DisplayName) throws -> Void, former: String?, facts: RequestFacts
    ) async throws -> NewSession {
        switch try await peek(secret: secret) {
        case .open(let email, let organization, _): try check(password, email, organization.name)
        case .known: throw Refusal.accountExists
        case .closed: throw Refusal.domainNotAllowed
        case .dead: throw Refusal.linkInvalid
        }
        let passwordHash = try await hasher.hash(password)
        let (hash, now) = (effects.hash(secret), effects.now())
        return try await store.write { [effects, rules, admission] tx in
            guard let used = try tx.use(linkHash: hash, purpose: .domain, at: now),
                let proof = try tx.domainProof(used.id)
            else { throw Refusal.linkInvalid }
            guard try tx.welcome(proof.email, hash: effects.emailHash(proof.email), at: now) != nil else {
                throw Refusal.domainNotAllowed
            }
            let user = try admission.accepting.claimAccount(
                of: proof.email, name: name, passwordHash: passwordHash, tx, facts, at: now)
            if let former { _ = try tx.end(session: former) }
            return try tx.begin(for: user.id, effects: effects, limits: rules.sessions, facts: facts, at: now)
        }
    }
}

extension Account {
    /// Whether somebody can sign in to it: its address is proved, and it has a password.
    fileprivate var isUsable: Bool { user.verifiedAt != nil && passwordHash != nil }
}

extension StoreReader {
    /// Where the address leads, if nothing keeps it out now.
    fileprivate func welcome(_ email: EmailAddress, hash: String, at now: Timestamp) throws -> DomainEntry? {
        guard let entry = try entry(of: email), entry.organization.settings.admits(email),
            try standing(of: email, hash: hash, in: entry.organization.id, at: now)?.isSuppressed == false
        else { return nil }
        return entry
    }
}
