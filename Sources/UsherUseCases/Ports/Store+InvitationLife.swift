package import UsherDomain

/// What becomes of offers after they were made.
package protocol InvitationLifeReader {
    /// What was written down about one thing, oldest first.
    func entries(about subject: String, in organization: ID<Organization>) throws -> [AuditEntry]
}

package protocol InvitationLifeWriter: InvitationLifeReader {
    /// Makes a new code, generation `invitation.generation + 1`, for an offer that is pending, expired or undeliverable,
    /// and opens it again until `expiresAt`; the old code opens nothing any more. Nil: it is in another state, somebody
    /// made a new code meanwhile, its last letter is younger than `pause`, or another offer is open for the address.
    func renew(
        _ invitation: Invitation, codeHash: String, expiresAt: Timestamp, pause: Duration, at now: Timestamp
    ) throws -> Invitation?
}
