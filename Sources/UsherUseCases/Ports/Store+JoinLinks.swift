package import UsherDomain

/// Links that many can join by.
package protocol JoinLinkReader {
    /// By its secret, whatever became of it; nil: no such link, or its organization is gone.
    func joinLink(hash: String) throws -> JoinLink?
    func joinLink(_ id: ID<JoinLink>, in organization: ID<Organization>) throws -> JoinLink?
    /// Newest first.
    func joinLinks(
        of organization: ID<Organization>, after: JoinLinkCursor?, limit: Int
    ) throws -> [JoinLink]
    /// Who was let in by a link, newest first.
    func uses(
        of link: ID<JoinLink>, in organization: ID<Organization>, after: PageCursor<Invitation>?, limit: Int
    ) throws -> [JoinLinkUse]
    func joinProof(_ id: ID<OneTimeLink>) throws -> JoinProof?
}

package protocol JoinLinkWriter {
    func add(_ link: JoinLink, hash: String) throws
    /// The one statement that decides: the link is neither withdrawn nor expired nor used up. Counts one use, and keeps
    /// whose it was. False: it is one of these.
    func use(
        _ link: ID<JoinLink>, in organization: ID<Organization>, for invitation: ID<Invitation>, at now: Timestamp
    ) throws -> Bool
    /// False: it was withdrawn before.
    func revoke(_ link: ID<JoinLink>, in organization: ID<Organization>, at now: Timestamp) throws -> Bool
    /// Withdraws the offers that a link made and nobody accepted yet; which.
    func revokeOffers(
        of link: ID<JoinLink>, in organization: ID<Organization>, at now: Timestamp
    ) throws -> [ID<Invitation>]
    func add(_ proof: JoinProof) throws
}

/// The place after which a page of links begins.
package struct JoinLinkCursor: Hashable, Sendable {
    package let createdAt: Timestamp
    package let id: ID<JoinLink>

    package init(createdAt: Timestamp, id: ID<JoinLink>) {
        self.createdAt = createdAt
        self.id = id
    }
}
