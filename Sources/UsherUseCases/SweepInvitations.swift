package import UsherDomain

/// What time does to offers: those whose time ran out are marked, so that lists and counts are quick, and names and
/// addresses in those that ended long ago are removed. Whether an offer can be accepted never depends on this.
package struct SweepInvitations: Sendable {
    /// Organizations that one step of the purge looks at.
    private static let page = 20

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
        /// Where the next step begins.
        package let next: ID<Organization>?
        /// All organizations were looked at, and nothing is left in them.
        package let isFinished: Bool
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
            var (count, isFull) = (0, false)
            for home in homes {
                let end = now - .days(Int64(home.settings.purgeAfterDays))
                let purged = try tx.purgeInvitations(of: home.id, endedBy: end, limit: limit, at: now)
                let asked = try tx.purgeJoinRequests(of: home.id, decidedBy: end, limit: limit)
                count += purged.count
                isFull = isFull || purged.count == limit || asked == limit
                for id in purged {
                    try tx.record(
                        effects.audit(
                            .invitationPurged, in: home.id, by: "system", subject: id.rawValue, request: nil, at: now))
                }
            }
            return Purged(
                count: count, next: isFull ? start : homes.last?.id, isFinished: !isFull && homes.count < Self.page)
        }
    }
}
