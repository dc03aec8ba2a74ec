package import UsherDomain

/// What time does to offers: those whose time ran out are marked, so that lists and counts are quick, and names and
/// addresses in those that ended long ago are removed. Whether an offer can be accepted never depends on this.
package struct SweepInvitations: Sendable {
    /// Organizations that one step of the purge looks at.
    private static let page = 50

    let store: any Store
    let effects: Effects

    package init(store: any Store, effects: Effects) {
        self.store = store
        self.effects = effects
    }

    /// Marks some that are overdue; how many.
    package func expire(limit: Int) async throws -> Int {
        let now = effects.now()
        return try await store.write { [effects] tx in
            let swept = try tx.sweepOverdue(limit: limit, at: now)
            for (id, organization) in swept {
                try tx.record(
                    effects.audit(
                        .invitationExpired, in: organization, by: "system", subject: id.rawValue, request: nil,
                        at: now))
            }
            return swept.count
        }
    }

    /// One step of a purge.
    package struct Purged: Sendable {
        package let count: Int
        /// Where the next step begins; nil: all organizations were looked at.
        package let next: ID<Organization>?
    }

    /// Removes names, addresses and messages from invitations that ended as many days ago as their organization says.
    /// The keyed hash of the address stays, so that what its owner asked for still holds.
    /// - Parameters:
    ///   - start: `next` of the step before.
    ///   - limit: invitations of one organization in one step.
    package func purge(after start: ID<Organization>?, limit: Int) async throws -> Purged {
        let now = effects.now()
        return try await store.write { [effects] tx in
            let homes = try tx.organizations(after: start, limit: Self.page)
            var count = 0
            for home in homes {
                let end = now - .days(Int64(home.settings.purgeAfterDays))
                let purged = try tx.purgeInvitations(of: home.id, endedBy: end, limit: limit, at: now)
                count += purged.count
                for id in purged {
                    try tx.record(
                        effects.audit(
                            .invitationPurged, in: home.id, by: "system", subject: id.rawValue, request: nil, at: now))
                }
            }
            return Purged(count: count, next: homes.count < Self.page ? nil : homes.last?.id)
        }
    }
}
