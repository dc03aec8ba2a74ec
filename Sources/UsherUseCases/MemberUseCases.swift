import UsherDomain

/// All about organizations as such, and who belongs to them.
package struct MemberUseCases: Sendable {
    package let list: ListMembers
    package let change: ChangeMember
    package let remove: RemoveMember
    package let describeOrganization: DescribeOrganization
    package let changeOrganization: ChangeOrganization
    package let deleteOrganization: DeleteOrganization
    package let restoreOrganization: RestoreOrganization
    package let readSettings: ReadSettings
    package let changeSettings: ChangeSettings
    package let listKeys: ListKeys
    package let revokeKey: RevokeKey
    package let createUserKey: CreateUserKey
    package let listUserKeys: ListUserKeys
    package let revokeUserKey: RevokeUserKey
    package let offerOwnership: OfferOwnership
    package let findOwnershipOffer: FindOwnershipOffer
    package let answerOwnership: AnswerOwnership
    package let cancelOwnership: CancelOwnership
    package let roles: ManageRoles

    package init(store: any Store, effects: Effects, rules: ServerRules, dispatch: any Dispatch) {
        list = ListMembers(store: store, effects: effects)
        change = ChangeMember(store: store, effects: effects)
        remove = RemoveMember(store: store, effects: effects)
        describeOrganization = DescribeOrganization(store: store, effects: effects)
        changeOrganization = ChangeOrganization(store: store, effects: effects)
        deleteOrganization = DeleteOrganization(store: store, effects: effects)
        restoreOrganization = RestoreOrganization(store: store, effects: effects, rules: rules)
        readSettings = ReadSettings(store: store, effects: effects)
        changeSettings = ChangeSettings(store: store, effects: effects)
        listKeys = ListKeys(store: store, effects: effects)
        revokeKey = RevokeKey(store: store, effects: effects)
        createUserKey = CreateUserKey(store: store, effects: effects)
        listUserKeys = ListUserKeys(store: store, effects: effects)
        revokeUserKey = RevokeUserKey(store: store, effects: effects)
        offerOwnership = OfferOwnership(store: store, effects: effects, dispatch: dispatch)
        findOwnershipOffer = FindOwnershipOffer(store: store, effects: effects)
        answerOwnership = AnswerOwnership(store: store, effects: effects)
        cancelOwnership = CancelOwnership(store: store, effects: effects)
        roles = ManageRoles(store: store, effects: effects)
    }
}

/// Who changes something, when, by which request: what each change is written down with.
struct Deed: Sendable {
    let effects: Effects
    /// `Caller.actor`, `operator` or `system`.
    let actor: String
    let facts: RequestFacts?
    let now: Timestamp

    /// The same deed at another time.
    func at(_ now: Timestamp) -> Deed { Deed(effects: effects, actor: actor, facts: facts, now: now) }

    func record(
        _ action: AuditEntry.Action, in organization: ID<Organization>?, _ subject: String, _ tx: any StoreWriter
    ) throws {
        try tx.record(
            effects.audit(action, in: organization, by: actor, subject: subject, request: facts, at: now))
    }
}

extension StoreReader {
    /// Access to an organization, for a route.
    /// - Parameter ofOneself: about the caller's own membership, which is theirs whatever their role allows.
    func access(
        of caller: Caller, in organization: ID<Organization>, for route: String, ofOneself: Bool = false,
        at now: Timestamp
    ) throws -> Access {
        guard let access = try access(of: caller, in: organization, at: now) else { throw Refusal.notAMember }
        try ofOneself ? access.requireScope(route) : access.require(route)
        return access
    }
}

extension StoreWriter {
    /// The same under the organization's row lock: it cannot be taken away meanwhile by others who lock. The lock is
    /// only for those who may go on. The deed is the one that was asked for, at the time after the lock.
    func lockedAccess(
        of caller: Caller, in organization: ID<Organization>, for route: String, ofOneself: Bool = false, _ deed: Deed
    ) throws -> (access: Access, deed: Deed) {
        _ = try access(of: caller, in: organization, for: route, ofOneself: ofOneself, at: deed.now)
        guard let deed = try locked(organization, deed) else { throw Refusal.notAMember }
        return (try access(of: caller, in: organization, for: route, ofOneself: ofOneself, at: deed.now), deed)
    }

    /// Takes the organization's lock, and the time only then: whoever waited comes after all that was waited for.
    /// - Returns: nil when there is no such organization.
    func locked(_ organization: ID<Organization>, _ deed: Deed) throws -> Deed? {
        try lockedTime(of: organization, deed.effects, at: deed.now).map(deed.at)
    }

    /// The time after the organization's lock; nil: there is no such organization.
    /// - Parameter asked: when the lock is asked for.
    func lockedTime(of organization: ID<Organization>, _ effects: Effects, at asked: Timestamp) throws -> Timestamp? {
        guard try lock(organization, at: asked) else { return nil }
        let now = effects.now()
        // What happens to seats under the lock is written down with the lock's own time.
        guard now > asked else { return asked }
        return try lock(organization, at: now) ? now : nil
    }
}
