package import UsherDomain

/// Everything that lasts. A body runs inside one transaction and cannot `await`: what a rollback cannot undo has no
/// place in it. A body may run more than once when the database asks for a retry.
package protocol Store: Sendable {
    func read<R: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws -> R) async throws -> R

    /// Runs one unit of work, and returns when it is durable. A thrown error undoes all of it.
    func write<R: Sendable>(_ body: @escaping @Sendable (any StoreWriter) throws -> R) async throws -> R
}

/// Facts, as of one transaction. Not `Sendable` on purpose: it must not outlive its transaction.
package protocol StoreReader: AuditReader, PlanReader, InvitationLifeReader, SeatReader, RequestReader, ShortCodeReader,
    MemberReader, JoinLinkReader, SignUpReader, ReminderReader, SuppressionReader, ErasureReader, PortabilityReader,
    DomainReader, JoinRequestReader, RoleReader, FormerCodeReader, IdempotencyReader, LetterReader
{
    // Who asks
    /// The session, unless it ended, idled out or reached its absolute limit.
    func session(_ hash: String, limits: SessionLimits, at now: Timestamp) throws -> Session?
    /// The key, unless it was revoked or expired.
    func apiKey(hash: String, at now: Timestamp) throws -> APIKey?
    /// What a caller may do in an organization now: nil when they are no member, the credential ended, or the
    /// organization does not exist. A user key has the lower of both roles, and both restrictions.
    func access(of caller: Caller, in organization: ID<Organization>, at now: Timestamp) throws -> Access?

    // Organizations and people
    func organization(_ id: ID<Organization>) throws -> Organization?
    func user(_ id: ID<User>) throws -> User?
    func account(of email: EmailAddress) throws -> Account?
    func account(of user: ID<User>) throws -> Account?
    func membership(of user: ID<User>, in organization: ID<Organization>) throws -> Membership?
    func memberships(of user: ID<User>) throws -> [(Membership, Organization)]
    func key(_ id: ID<APIKey>, in organization: ID<Organization>) throws -> APIKey?
    /// All that decides whether an address may be invited. Nil: no such organization.
    /// - Parameter hash: the address's keyed hash.
    func standing(
        of email: EmailAddress, hash: String, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Standing?
    /// Whether somebody who owns an organization can sign in: has a password.
    func hasAdmin() throws -> Bool
    /// The organizations there are, oldest first.
    func organizations(limit: Int) throws -> [Organization]

    // Invitations
    func invitation(codeHash: String) throws -> Invitation?
    func invitation(_ id: ID<Invitation>, in organization: ID<Organization>) throws -> Invitation?
    /// Whether this code was the invitation's before a resend: the invitation whose older code it is.
    func invitation(formerCodeHash: String) throws -> Invitation?
    /// The offer to an address that is open now.
    func openInvitation(
        of email: EmailAddress, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Invitation?
    /// Newest first. `isMember` tells whether the address has joined meanwhile (the `used` of the wire).
    func invitations(_ selection: InvitationSelection) throws -> [Invitation]

    // The rest
    func oneTimeLink(hash: String, purpose: OneTimeLink.Purpose, at now: Timestamp) throws -> OneTimeLink?
    /// The database's answer to "are you there, and whole?": throws when not.
    func ping() throws
    func outboxDepth(at now: Timestamp) throws -> OutboxDepth
    /// The time of the newest audit entry, by order and not by time.
    func lastRecorded() throws -> Timestamp?
}

/// Changes. Methods that can lose a race say so by returning false or nil; none of them catches a constraint error.
package protocol StoreWriter: StoreReader, AuditWriter, PlanWriter, InvitationLifeWriter, SeatWriter, RequestWriter,
    ShortCodeWriter, MemberWriter, JoinLinkWriter, SignUpWriter, ReminderWriter, SuppressionWriter, ErasureWriter,
    PortabilityWriter, DomainWriter, JoinRequestWriter, RoleWriter, FormerCodeWriter, IdempotencyWriter,
    DeliveryReportWriter
{
    /// Takes the organization's row lock: what is counted after it cannot change under us. False: no such one.
    func lock(_ organization: ID<Organization>, at now: Timestamp) throws -> Bool

    func add(_ organization: Organization) throws
    /// False: the address has an account already.
    func add(_ user: User, passwordHash: String?) throws -> Bool
    /// False: they are a member already; nothing is changed.
    func add(_ membership: Membership, from invitation: ID<Invitation>?) throws -> Bool
    func setPassword(_ hash: String, of user: ID<User>, at now: Timestamp) throws
    /// Replaces a hash by a stronger one of the same password; false: the password changed meanwhile.
    func upgradePassword(from old: String, to new: String, of user: ID<User>) throws -> Bool
    func setVerified(_ user: ID<User>, name: DisplayName?, at now: Timestamp) throws

    func add(_ session: Session) throws
    func touch(session hash: String, at now: Timestamp) throws
    /// False: it had ended before.
    func end(session hash: String) throws -> Bool
    func endSessions(of user: ID<User>, except hash: String?) throws
    func endKeys(of user: ID<User>, at now: Timestamp) throws

    func add(_ key: APIKey, hash: String, createdBy: ID<User>?) throws
    func touch(key: ID<APIKey>, at now: Timestamp) throws

    /// Turns pending offers to this address whose time ran out into expired ones, so that they block no new one.
    func expireOverdue(_ email: EmailAddress, in organization: ID<Organization>, at now: Timestamp) throws
    /// False: one is open for this address already.
    func add(_ invitation: Invitation, codeHash: String, emailHash: String) throws -> Bool
    /// The one statement that decides: the code is this invitation's, it is pending, its time has not run out, and
    /// the address is the one that was invited. Nil: not so, or somebody was faster.
    func accept(codeHash: String, by email: EmailAddress, user: ID<User>, at now: Timestamp) throws -> Invitation?
    /// False: it was not open any more, or is not this organization's.
    func revoke(_ id: ID<Invitation>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool
    /// Nil: it was not open any more.
    func decline(codeHash: String, reason: String?, at now: Timestamp) throws -> Invitation?
    func needApproval(_ id: ID<Invitation>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool
    func suppress(_ emailHash: String, in organization: ID<Organization>, at now: Timestamp) throws
    /// Letters of this invitation that wait are never sent. Goes before the statement that ends it: a verdict that is
    /// written down at the same moment locks the letter first and the invitation then, and who did it the other way round
    /// would wait for each other until PostgreSQL notices after a second.
    func cancelLetters(of invitation: ID<Invitation>, in organization: ID<Organization>, at now: Timestamp) throws

    func add(_ link: OneTimeLink) throws
    /// Uses it up. Nil: unknown, used or too late.
    func use(linkHash: String, purpose: OneTimeLink.Purpose, at now: Timestamp) throws -> OneTimeLink?
    func endLinks(of user: ID<User>?, purpose: OneTimeLink.Purpose, at now: Timestamp) throws

    /// Puts a letter into the outbox, leased to this node, so that the node that wrote it can send it at once.
    func enqueue(_ letter: Letter, lease: Lease, at now: Timestamp) throws
    /// Takes letters that are due and leased to nobody. Letters whose time ran out, or whose invitation is not
    /// pending any more, are cancelled instead of taken. Letters of kinds that only a newer program knows are left alone.
    func claimLetters(_ limit: Int, lease: Lease, at now: Timestamp) throws -> [Letter]
    /// Takes one letter again for the next attempt right before it is sent: checks that the lease still holds and
    /// that it may still be sent. False: it may not.
    func renew(_ letter: Letter, lease: Lease, at now: Timestamp) throws -> Bool
    /// Gives a letter back that was leased and not tried, so that whoever asks next takes it.
    func release(_ letter: Letter, lease: Lease) throws
    /// Makes due what would wait longer than any pause or lease: the clock was set back meanwhile. How many letters.
    func shortenWaits(at now: Timestamp) throws -> Int
    /// Writes down what became of attempts, on the letters and on their invitations. Gives those that it was written
    /// down for: who lost the lease finds that somebody else settled it (the fence).
    func settle(_ settlements: [Settlement], lease: Lease, at now: Timestamp) throws -> Set<ID<Letter>>

    /// Counts one use against a quota in its fixed window, never beyond it.
    func take(_ quota: Quota, for subject: String, at now: Timestamp) throws -> QuotaState
    /// Forgets what was counted: after a sign-in that succeeded.
    func reset(_ quota: Quota.Name, for subject: String) throws

    func record(_ entry: AuditEntry) throws
    /// Ends every session, one-time link, open invitation and waiting letter there is, of all organizations.
    func endWhatIsOpen(at now: Timestamp) throws -> WhatWasOpen
    /// Removes what has no use any more: dead sessions, used links, old idempotency keys, empty windows, settled
    /// letters older than a week. At most `limit` rows of each; returns how many went.
    func prune(limit: Int, at now: Timestamp) throws -> Int
}
