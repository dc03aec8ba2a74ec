package import UsherDomain

/// What becomes of offers after they were made.
package protocol InvitationLifeReader {
    /// What was written down about one thing, oldest first.
    func entries(about subject: String, in organization: ID<Organization>) throws -> [AuditEntry]
    /// What relays said to its letters and what is not in its own row any more, oldest first.
    func deliveryEvents(of invitation: ID<Invitation>, in organization: ID<Organization>) throws -> [TimelineEntry]
    /// Open offers to an address, in all organizations, newest first; without those that wait for a seat.
    func openInvitations(to email: EmailAddress, limit: Int, at now: Timestamp) throws -> [Invitation]
    /// All there are, deleted ones too, by id.
    func organizations(after start: ID<Organization>?, limit: Int) throws -> [Organization]
    /// Nil: there is no such invitation, or it is for another address.
    func codeHash(of id: ID<Invitation>, to email: EmailAddress) throws -> String?
}

package protocol InvitationLifeWriter: InvitationLifeReader {
    /// Makes a new code, generation `invitation.generation + 1`, for an offer that is pending, expired or undeliverable,
    /// and opens it again until `expiresAt`; the old code opens nothing any more. Nil: it is in another state, somebody
    /// made a new code meanwhile, its last letter is younger than `pause`, or another offer is open for the address.
    func renew(
        _ invitation: Invitation, codeHash: String, expiresAt: Timestamp, pause: Duration, at now: Timestamp
    ) throws -> Invitation?
    /// Changes what is named, and no more, with the letters that wait. Nil: it is not open any more.
    /// - Parameters:
    ///   - held: what it offers then.
    ///   - inviter: who answers for it from now on; nil: whoever did.
    func edit(
        _ invitation: Invitation, _ edit: InvitationEdit, as held: HeldRole, expiresAt: Timestamp?,
        inviter: Invitation.Inviter?, at now: Timestamp
    ) throws -> Invitation?
    /// Makes an offer pending that waits for an approval, overdue or not, and gives it another inviter. Nil: it does not
    /// wait, or its role is another one.
    func approve(
        _ invitation: Invitation, by inviter: Invitation.Inviter, at now: Timestamp
    ) throws -> Invitation?
    /// Withdraws open offers, as many as the selection takes; which.
    func revoke(_ selection: InvitationSelection) throws -> [ID<Invitation>]
    func cancelLetters(of invitations: [ID<Invitation>], in organization: ID<Organization>, at now: Timestamp) throws
    /// Marks open offers of any organization as expired whose time ran out, oldest first; which.
    func sweepOverdue(limit: Int, at now: Timestamp) throws -> [(ID<Invitation>, ID<Organization>)]
    /// Removes names, addresses and messages from invitations that were over at `end`; which.
    func purgeInvitations(
        of organization: ID<Organization>, endedBy end: Timestamp, limit: Int, at now: Timestamp
    ) throws -> [ID<Invitation>]
    /// No more invitations to the address of this one, purged or not. Nil: there is no such
    /// invitation; false: they did not want any before.
    func suppressRecipient(of id: ID<Invitation>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool?
}
