/// What an organization decides for itself. Without a word of it, everything is as the server's rules say.
package struct OrganizationSettings: Equatable, Sendable {
    /// How long its offers stay open; nil: as long as the server says.
    package var invitationLife: Duration?
    /// When an open offer is brought to mind; none by default.
    package var reminders: [Reminder] = []
    /// Days after the end of an invitation at which names and addresses in it are purged.
    package var purgeAfterDays = 90
    /// Domains (A-labels, lower case) that invitees must be of; empty: any.
    package var allowedDomains: [String] = []
    /// Domains that invitees must not be of.
    package var blockedDomains: [String] = []
    /// How many members and open offers there may be; nil: no limit.
    package var seatLimit: Int?
    /// Whether offers beyond the seats wait for one instead of being refused.
    package var keepsWaitlist = false

    package init() {}

    /// A moment in the life of an open offer.
    package enum Reminder: Hashable, Sendable {
        /// So long after its letter.
        case after(Duration)
        /// So long before it ends.
        case beforeEnd(Duration)
    }

    package static let maximumReminders = 10
    package static let purgeDays = 1...3650
    package static let maximumDomains = 1000
}
