package import UsherDomain

/// Requests for new links.
package protocol RequestReader {
    func request(_ id: ID<InvitationRequest>, in organization: ID<Organization>) throws -> InvitationRequest?
    /// Those that nobody decided, newest first, each with its invitation.
    func openRequests(
        of organization: ID<Organization>, after: InvitationSelection.Cursor?, limit: Int
    ) throws -> [(InvitationRequest, Invitation)]
    /// Who is to be told that there is something to decide: this person, if they may decide it as a member of the
    /// organization still; or whoever has been an owner of it longest; or else another who may.
    func decider(
        of decision: Decision, in organization: ID<Organization>, preferring user: ID<User>?, at now: Timestamp
    ) throws -> User?
}

/// Something that members of an organization decide, and what it takes to say yes.
package struct Decision: Sendable {
    /// By which it is said; a member's list of routes must have it, when there is one.
    package let route: String
    package let permissions: PermissionSet

    /// - Parameter granting: what whoever is let in may do: it takes as much oneself, and the right to invite.
    package init(by route: String, granting: PermissionSet) {
        self.route = route
        permissions = Permission.ofRoute[route].map { granting.with(.invitationCreate).with($0) } ?? .owner
    }
}

package protocol RequestWriter {
    /// Opens a request, or opens it anew when it counts again. Nil: somebody asked within a day, and nothing changed.
    func ask(_ request: InvitationRequest) throws -> InvitationRequest?
    /// Nil: it was not open any more, or is not this organization's.
    func decide(
        _ id: ID<InvitationRequest>, in organization: ID<Organization>, as status: InvitationRequest.Status,
        by actor: String, at now: Timestamp
    ) throws -> InvitationRequest?
    /// Who answers for an offer from now on.
    func setInviter(
        of invitation: ID<Invitation>, in organization: ID<Organization>, to inviter: Invitation.Inviter,
        at now: Timestamp
    ) throws
    /// Notes that the newest letter of an open offer goes out once more. False: it did so less than a pause ago, or
    /// the offer is not open.
    func repeatLetter(
        of invitation: ID<Invitation>, in organization: ID<Organization>, pause: Duration, at now: Timestamp
    ) throws -> Bool
}
