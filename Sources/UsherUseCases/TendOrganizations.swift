import UsherDomain

/// What becomes due by itself: members are told that their membership ends, ended ones are removed, and deleted
/// organizations are purged. Any number of nodes may do it at once; each thing is done by one.
package struct TendOrganizations: Sendable {
    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    private func deed() -> Deed { Deed(effects: effects, actor: "system", facts: nil, now: effects.now()) }

    /// Writes letters to members whose membership ends within a week; returns how many.
    package func tellEndings(limit: Int) async throws -> Int {
        let now = effects.now()
        return try await store.write { [effects] tx in
            let told = try tx.tellEndings(before: now + MembershipEnd.noticeBefore, limit: limit, at: now)
            for ending in told {
                let notice = Notice(
                    .membershipEnding, organization: ending.organization.id,
                    organizationName: ending.organization.name, role: ending.role, roleName: ending.customRole?.name,
                    until: ending.endsAt,
                    path: "/account")
                let letter = notice.letter(to: ending.user, until: ending.endsAt, effects, at: now)
                // Leased to nobody: the courier that asks next takes it.
                try tx.enqueue(letter, lease: Lease(node: "", until: Timestamp(milliseconds: 0)), at: now)
            }
            return told.count
        }
    }

    /// Removes memberships that ended, one transaction each; returns how many.
    package func removeEnded(limit: Int) async throws -> Int {
        let now = effects.now()
        let ended = try await store.read { try $0.endedMemberships(limit: limit, at: now) }
        var count = 0
        for (user, organization) in ended where try await removeEnded(user, organization) { count += 1 }
        return count
    }

    private func removeEnded(_ user: ID<User>, _ organization: ID<Organization>) async throws -> Bool {
        let asked = deed()
        return try await store.write { tx in
            guard let deed = try tx.locked(organization, asked),
                let member = try tx.membership(of: user, in: organization), !member.isCurrent(at: deed.now)
            else { return false }
            try tx.remove(member, as: .membershipEnded, endingBy: deed.now, deed)
            return true
        }
    }

    /// Removes rows of one organization that was deleted longer ago than it can be brought back. True: there may be
    /// more to do.
    package func purge(limit: Int) async throws -> Bool {
        let asked = deed()
        return try await store.write { [effects, rules] tx in
            let deed = asked.at(effects.now())
            guard let id = try tx.beginPurge(deletedBefore: deed.now - rules.deletionGrace) else { return false }
            if try tx.purge(id, limit: limit) {
                try deed.record(.organizationPurged, in: id, id.rawValue, tx)
            }
            return true
        }
    }
}
