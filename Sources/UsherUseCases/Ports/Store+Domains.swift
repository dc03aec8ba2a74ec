package import UsherDomain

/// Domains that organizations say are theirs.
package protocol DomainReader {
    func domain(_ id: ID<OrganizationDomain>, in organization: ID<Organization>) throws -> OrganizationDomain?
    func domain(named name: String, in organization: ID<Organization>) throws -> OrganizationDomain?
    /// Newest first.
    func domains(
        of organization: ID<Organization>, after: PageCursor<OrganizationDomain>?, limit: Int
    ) throws -> [OrganizationDomain]
    /// The one that the DNS proved, whosever it is.
    func verifiedDomain(named name: String) throws -> OrganizationDomain?
}

package protocol DomainWriter: DomainReader {
    /// False: the organization has it already, and nothing is changed. Lock the organization first: it may have so many.
    func add(_ domain: OrganizationDomain) throws -> Bool
    /// Joining, role and who answers for them. Nil: there is none.
    func change(_ domain: OrganizationDomain, at now: Timestamp) throws -> OrganizationDomain?
    /// False: there was none.
    func remove(_ id: ID<OrganizationDomain>, from organization: ID<Organization>) throws -> Bool
    /// Notes that the record is there, and that the domain is verified, if no other organization's is: one name, one
    /// organization, however many prove it at once. Nil: it is another's, or is gone.
    func prove(_ domain: OrganizationDomain, at now: Timestamp) throws -> OrganizationDomain?
    /// Notes that the DNS says the record is not there. A domain whose record is missing since this moment or longer is
    /// verified no more, and nobody joins by it. Nil: it is gone.
    func miss(_ domain: OrganizationDomain, since: Timestamp, at now: Timestamp) throws -> OrganizationDomain?
    /// Takes verified domains that were looked at this moment or longer ago: they count as looked at from now on.
    func takeDomains(checkedBefore: Timestamp, limit: Int, at now: Timestamp) throws -> [OrganizationDomain]
    /// Nobody answered: it counts as looked at then.
    func postpone(_ domain: OrganizationDomain, to checkedAt: Timestamp) throws
}

/// Requests to become a member.
package protocol JoinRequestReader {
    func joinRequest(_ id: ID<JoinRequest>, in organization: ID<Organization>) throws -> JoinRequest?
    /// Newest first.
    func joinRequests(
        of organization: ID<Organization>, status: JoinRequest.Status?, after: PageCursor<JoinRequest>?, limit: Int,
        at now: Timestamp
    ) throws -> [(JoinRequest, User)]
    /// The newest of somebody in one organization, whatever became of it.
    func lastJoinRequest(of user: ID<User>, in organization: ID<Organization>) throws -> JoinRequest?
    /// Those of a person that nobody decided, of all organizations.
    func openJoinRequests(of user: ID<User>, limit: Int, at now: Timestamp) throws -> [JoinRequest]
}

package protocol JoinRequestWriter: JoinRequestReader {
    /// False: one of this person is open here already.
    func add(_ request: JoinRequest) throws -> Bool
    /// Nil: it was not open any more, or is not this organization's. As expired: its time is not over yet.
    func decide(
        _ id: ID<JoinRequest>, in organization: ID<Organization>, as status: JoinRequest.Status, by actor: String,
        at now: Timestamp
    ) throws -> JoinRequest?
    /// Marks those whose time ran out; which.
    func sweepJoinRequests(limit: Int, at now: Timestamp) throws -> [(ID<JoinRequest>, ID<Organization>)]
    /// Removes those of one organization that were decided at or before a moment; how many.
    func purgeJoinRequests(of organization: ID<Organization>, decidedBy end: Timestamp, limit: Int) throws -> Int
}
