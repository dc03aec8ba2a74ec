package import UsherDomain

/// Short codes.
package protocol ShortCodeReader {
    /// Of all organizations, newest first: what an address was invited to.
    func invitations(to email: EmailAddress, limit: Int) throws -> [Invitation]
}

package protocol ShortCodeWriter {
    /// Takes back one use of a quota that turned out to be none.
    func giveBack(_ quota: Quota, for subject: String) throws
}
