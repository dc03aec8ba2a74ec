package import UsherDomain

/// The roles that organizations made for themselves.
package protocol RoleReader {
    func customRole(_ id: ID<CustomRole>, in organization: ID<Organization>) throws -> CustomRole?
    /// Newest first.
    func customRoles(
        of organization: ID<Organization>, after: PageCursor<CustomRole>?, limit: Int
    ) throws -> [CustomRole]
    /// The role of a name, whatever its case.
    func customRole(named name: DisplayName, in organization: ID<Organization>) throws -> CustomRole?
    /// What holds a role at a moment.
    func use(of role: ID<CustomRole>, in organization: ID<Organization>, at now: Timestamp) throws -> RoleUse
}

/// Take the organization's lock before each of these but `hold`.
package protocol RoleWriter: RoleReader {
    /// Reads a role and keeps it from being changed or deleted until the transaction ends.
    func hold(_ role: ID<CustomRole>, in organization: ID<Organization>) throws -> CustomRole?
    func add(_ role: CustomRole) throws
    /// Name and permissions. False: there is no such role.
    func change(_ role: CustomRole) throws -> Bool
    /// False: something holds it, or there is no such role. What ended forgets it.
    func delete(_ role: ID<CustomRole>, of organization: ID<Organization>, at now: Timestamp) throws -> Bool
}

/// Who made offers.
package enum OfferMakers: Sendable {
    /// A person, and keys.
    case person(ID<User>?, keys: [ID<APIKey>] = [])
    /// Members and keys that hold a role.
    case holders(of: ID<CustomRole>)
}
