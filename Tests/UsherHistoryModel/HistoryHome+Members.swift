import UsherDomain

/// Members, their roles, and the ownership that passes between them.
extension HistoryHome {
    mutating func remove(_ person: Person, _ member: Person) throws(Refusal) {
        guard let own = members[person] else { throw .notAMember }
        if person != member { _ = try access(person, .memberRemove) }
        guard let role = members[member] else { throw .memberNotFound }
        if person != member { try Access(allowed(own)).mayChange(allowed(role)) }
        try keepOwner(besides: member)
        members[member] = nil
        cancelTransfer(involving: member)
        waitForApproval(of: member, above: nil)
    }

    mutating func setRole(_ person: Person, _ member: Person, _ role: Held) throws(Refusal) {
        let own = try access(person, .memberUpdate)
        guard let former = members[member] else { throw .memberNotFound }
        try own.mayChange(allowed(former))
        try mustExist(role)
        try own.grant(allowed(role))
        try become(member, role)
    }

    private mutating func become(_ member: Person, _ role: Held) throws(Refusal) {
        guard let former = members[member] else { throw .memberNotFound }
        if role != .base(.owner) { try keepOwner(besides: member) }
        members[member] = role
        guard !allowed(former).isSubset(of: allowed(role)) else { return }
        if former == .base(.owner), let transfer, now < transfer.expiresAt, transfer.giver == member {
            cancelTransfer(involving: member)
        }
        waitForApproval(of: member, above: ceiling(role))
    }

    private func ceiling(_ role: Held) -> PermissionSet? {
        allowed(role).contains(.invitationCreate) ? allowed(role) : nil
    }

    private func keepOwner(besides member: Person) throws(Refusal) {
        guard members[member] == .base(.owner) else { return }
        guard members.contains(where: { $0.key != member && $0.value == .base(.owner) }) else { throw .lastOwner }
    }

    /// Offers of somebody who could not make them any more.
    private mutating func waitForApproval(of inviter: Person, above ceiling: PermissionSet?) {
        for index in offers.indices where offers[index].inviter == inviter {
            guard offers[index].status(at: now) == .pending else { continue }
            if let ceiling, allowed(offers[index].role).isSubset(of: ceiling) { continue }
            offers[index].status = .needsApproval
            offers[index].letterDueAt = nil
        }
    }
}

// MARK: - Roles of the organization's own

extension HistoryHome {
    mutating func define(_ person: Person, _ allowed: PermissionSet) throws(Refusal) {
        try access(person, .roleCreate).grant(allowed)
        roles.append(allowed)
    }

    mutating func redefine(_ person: Person, _ index: Int, _ allowed: PermissionSet) throws(Refusal) {
        let own = try access(person, .roleUpdate)
        guard let former = role(index) else { throw .roleNotFound }
        try own.mayChange(former.union(.user))
        try own.grant(allowed)
        roles[index] = allowed
        guard !former.isSubset(of: allowed) else { return }
        for holder in members.keys where members[holder] == .custom(index) {
            waitForApproval(of: holder, above: ceiling(.custom(index)))
        }
    }

    /// What ended forgets it.
    mutating func delete(_ person: Person, _ index: Int) throws(Refusal) {
        let own = try access(person, .roleDelete)
        guard let former = role(index) else { throw .roleNotFound }
        try own.mayChange(former.union(.user))
        let held = Held.custom(index)
        guard !members.values.contains(held), !offers.contains(where: { $0.role == held && $0.isOpen(at: now) }) else {
            throw .roleInUse(RoleUse(members: 0, invitations: 0, keys: 0, links: 0))
        }
        roles[index] = nil
        for index in offers.indices where offers[index].role == held { offers[index].role = .base(.user) }
    }
}

// MARK: - Ownership

extension HistoryHome {
    mutating func offerOwnership(_ person: Person, _ receiver: Person) throws(Refusal) {
        _ = try access(person, .ownershipTransfer)
        guard receiver != person, members[receiver] != nil else { throw .memberNotFound }
        if let transfer, now < transfer.expiresAt { throw .transferPending }
        transfer = Transfer(giver: person, receiver: receiver, expiresAt: now + OwnershipTransfer.lifetime)
    }

    mutating func takeTransfer(_ person: Person) throws(Refusal) -> Transfer {
        _ = try access(person, .ownershipAnswer)
        guard let found = transfer, found.receiver == person, now < found.expiresAt else { throw .transferNotFound }
        transfer = nil
        return found
    }

    mutating func acceptOwnership(_ person: Person) throws(Refusal) {
        let taken = try takeTransfer(person)
        guard members[taken.giver] == .base(.owner) else { throw .transferNotFound }
        try become(person, .base(.owner))
        try become(taken.giver, .base(.admin))
    }

    mutating func cancelOwnership(_ person: Person) throws(Refusal) {
        _ = try access(person, .ownershipTransfer)
        guard let found = transfer, now < found.expiresAt else { throw .transferNotFound }
        transfer = nil
    }

    private mutating func cancelTransfer(involving person: Person) {
        if transfer?.giver == person || transfer?.receiver == person { transfer = nil }
    }

    /// One whose time ran out is gone for good, even when the clock is set back.
    mutating func prune() { transfer = standingTransfer }

    /// The offer that stands.
    package var standingTransfer: Transfer? { transfer.flatMap { now < $0.expiresAt ? $0 : nil } }
}
