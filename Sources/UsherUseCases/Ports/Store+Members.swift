package import UsherDomain

/// A person and their place in one organization.
package struct Member: Sendable, Equatable {
    package let user: User
    package let membership: Membership

    package init(user: User, membership: Membership) {
        self.user = user
        self.membership = membership
    }
}

/// A place in a list that is ordered by age.
package struct PageCursor<Kind>: Hashable, Sendable {
    package let createdAt: Timestamp
    package let id: ID<Kind>

    package init(createdAt: Timestamp, id: ID<Kind>) {
        self.createdAt = createdAt
        self.id = id
    }
}

/// A page of a list, and where the next one begins; nil: this is the last.
package struct ListPage<Element: Sendable, Kind>: Sendable {
    package let elements: [Element]
    package let next: PageCursor<Kind>?

    /// - Parameter found: one more than asked for, when there are more.
    init(_ found: [Element], limit: Int, place: (Element) -> PageCursor<Kind>) {
        elements = Array(found.prefix(limit))
        next = found.count > limit ? elements.last.map(place) : nil
    }
}

/// Which members of one organization, from where on.
package struct MemberSelection: Sendable {
    package let organization: ID<Organization>
    package var role: Role?
    package var customRole: ID<CustomRole>?
    /// Beginning of the address or the name, in lower case.
    package var search: String?
    package var joinedAfter: Timestamp?
    /// The place after which the page begins: newest first.
    package var after: PageCursor<Membership>?
    package var limit: Int
    package let now: Timestamp

    package init(
        organization: ID<Organization>, role: Role? = nil, customRole: ID<CustomRole>? = nil, search: String? = nil,
        joinedAfter: Timestamp? = nil, after: PageCursor<Membership>? = nil, limit: Int, now: Timestamp
    ) {
        self.organization = organization
        self.role = role
        self.customRole = customRole
        self.search = search
        self.joinedAfter = joinedAfter
        self.after = after
        self.limit = limit
        self.now = now
    }
}

/// A membership whose end has come, or comes soon.
package struct EndingMembership: Sendable {
    package let user: User
    package let organization: Organization
    package let role: Role
    package let customRole: AssignedRole?
    package let endsAt: Timestamp

    package init(
        user: User, organization: Organization, role: Role, customRole: AssignedRole? = nil, endsAt: Timestamp
    ) {
        self.user = user
        self.organization = organization
        self.role = role
        self.customRole = customRole
        self.endsAt = endsAt
    }
}

package protocol MemberReader {
    /// Newest first, without those whose membership ended.
    func members(_ selection: MemberSelection) throws -> [Member]
    /// Whether the organization has an owner, beside this one, who is not restricted and whose membership does not end by
    /// itself. Ask under the organization's lock.
    func hasLastingOwner(besides user: ID<User>, in organization: ID<Organization>) throws -> Bool
    /// Keys that work, newest first.
    func keys(
        of holder: APIKey.Holder, after: PageCursor<APIKey>?, limit: Int, at now: Timestamp
    ) throws -> [APIKey]
    func key(_ id: ID<APIKey>, of user: ID<User>) throws -> APIKey?
    /// Also one that was deleted and not purged yet.
    func knownOrganization(_ id: ID<Organization>) throws -> Organization?
    /// Whether somebody was an owner of an organization that was deleted and not purged yet.
    func wasOwner(_ user: ID<User>, of organization: ID<Organization>, at now: Timestamp) throws -> Bool
    /// All organizations, those that were deleted too, oldest first.
    func allOrganizations(
        after: PageCursor<Organization>?, limit: Int
    ) throws -> [(organization: Organization, deletedAt: Timestamp?)]
    func transfer(of organization: ID<Organization>, at now: Timestamp) throws -> OwnershipTransfer?
    /// Memberships that ended, of organizations that are there.
    func endedMemberships(limit: Int, at now: Timestamp) throws -> [(user: ID<User>, organization: ID<Organization>)]
}

package protocol MemberWriter {
    /// Name, origins, settings and partner configuration. Lock the organization first, or a change of somebody else is
    /// lost.
    func change(_ organization: Organization) throws
    /// False: it was deleted before.
    func delete(_ organization: ID<Organization>, at now: Timestamp) throws -> Bool
    /// False: it was not deleted, or longer ago than this moment.
    func restore(_ organization: ID<Organization>, deletedAfter: Timestamp, at now: Timestamp) throws -> Bool
    /// Ends every open offer of an organization, and every letter of it that waits; returns the offers.
    func endOffers(of organization: ID<Organization>, at now: Timestamp) throws -> [ID<Invitation>]
    /// An organization that was deleted at or before a moment and is not purged yet. From now on nothing brings it back,
    /// whatever clocks and settings say: its rows may be gone in part.
    func beginPurge(deletedBefore: Timestamp) throws -> ID<Organization>?
    /// Removes rows of a deleted organization for good, at most so many; what is left of the audit stays. True: nothing
    /// of it is left, and the organization itself is gone.
    func purge(_ organization: ID<Organization>, limit: Int) throws -> Bool

    /// Role, scopes and end. False: no such member.
    func change(_ membership: Membership) throws -> Bool
    /// The membership that was removed; nil: there was none, or it does not end by then.
    func removeMember(
        _ user: ID<User>, of organization: ID<Organization>, endingBy: Timestamp?
    ) throws -> Membership?
    /// Ends the organization's keys that a person made; returns them.
    func endKeys(
        madeBy user: ID<User>, in organization: ID<Organization>, at now: Timestamp
    ) throws -> [ID<APIKey>]
    /// The key that was ended; nil: it did not work any more, or is not this holder's.
    func endKey(_ id: ID<APIKey>, of holder: APIKey.Holder, at now: Timestamp) throws -> APIKey?
    /// Offers of these inviters wait for an approval from now on, when what they offer is not within the ceiling (nil:
    /// all), and their letters are not sent; returns the offers.
    func needApproval(
        of makers: OfferMakers, above ceiling: PermissionSet?, in organization: ID<Organization>, at now: Timestamp
    ) throws -> [ID<Invitation>]

    /// False: one stands already.
    func add(_ transfer: OwnershipTransfer) throws -> Bool
    /// Uses it up: the one that the receiver is offered. Nil: there is none, or its time is over.
    func takeTransfer(
        of organization: ID<Organization>, to receiver: ID<User>, at now: Timestamp
    ) throws -> OwnershipTransfer?
    /// Ends the offer of an organization; with a user only the one that they are part of.
    func endTransfer(
        of organization: ID<Organization>, involving user: ID<User>?
    ) throws -> OwnershipTransfer?

    /// Memberships that end before a moment and whose holders were not told yet: from now on they count as told.
    func tellEndings(before: Timestamp, limit: Int, at now: Timestamp) throws -> [EndingMembership]
}
