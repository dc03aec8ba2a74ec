import UsherDomain
import UsherUseCases

/// Short codes: an address and a code are the proof, and the organization follows from them.
extension SQLTransaction {
    func invitations(to email: EmailAddress, limit: Int) throws -> [Invitation] {
        try session.rows(
            """
            SELECT \(Invitation.selected) FROM invitations WHERE email_canonical = \(email.canonical)
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(Invitation.init)
    }

    func giveBack(_ quota: Quota, for subject: String) throws {
        try run(
            "UPDATE quotas SET used = used - 1 WHERE name = \(quota.name) AND subject = \(subject) AND used > 0")
    }
}
