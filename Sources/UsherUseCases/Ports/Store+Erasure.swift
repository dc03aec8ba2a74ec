package import UsherDomain

/// What stands in the way of erasing a person.
package protocol ErasureReader {
    /// The organizations that nobody else owns, oldest first.
    func soleOwnerships(of user: ID<User>) throws -> [Organization]
}

package protocol ErasureWriter: ErasureReader {
    /// Takes address, name and password from an account; its id stays, and is never given again. False: it was erased
    /// before, or never there.
    func erase(_ user: ID<User>, at now: Timestamp) throws -> Bool
    /// Ends the open invitations to an address, and takes the address from all there are; the keyed hash stays.
    func eraseInvitations(to email: EmailAddress, at now: Timestamp) throws -> [ErasedInvitation]
    /// Takes an address, and what may name it, from all that was written down beside invitations: what relays said, requests,
    /// proofs, and rows of plans.
    func eraseTraces(of email: EmailAddress, _ invitations: [ErasedInvitation]) throws
    /// Takes an address from its letters, and never sends those that wait. How many there were.
    func eraseLetters(to email: EmailAddress, at now: Timestamp) throws -> Int
    /// Ends every membership, session, key and one-time link; the memberships that there were.
    func eraseCredentials(of user: ID<User>, at now: Timestamp) throws -> [(ID<Membership>, ID<Organization>)]
}

/// An invitation from which the address was taken.
package struct ErasedInvitation: Equatable, Sendable {
    package let id: ID<Invitation>
    package let organization: ID<Organization>
    /// Ended by it; false: it had ended before.
    package let wasOpen: Bool

    package init(id: ID<Invitation>, organization: ID<Organization>, wasOpen: Bool) {
        self.id = id
        self.organization = organization
        self.wasOpen = wasOpen
    }
}
