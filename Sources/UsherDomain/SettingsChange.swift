/// What shall become of an organization's settings (RFC 7396: what is not named stays).
package struct SettingsChange: Sendable, Equatable {
    package var allowedOrigins: Change<[Origin]> = .keep
    package var invitationLife: Change<Duration?> = .keep
    package var reminders: Change<[OrganizationSettings.Reminder]> = .keep
    package var purgeAfterDays: Change<Int> = .keep
    package var allowedDomains: Change<[String]> = .keep
    package var blockedDomains: Change<[String]> = .keep
    package var seatLimit: Change<Int?> = .keep
    package var keepsWaitlist: Change<Bool> = .keep

    package init() {}

    package func apply(to organization: inout Organization) {
        organization.allowedOrigins = allowedOrigins.applied(to: organization.allowedOrigins)
        var settings = organization.settings
        settings.invitationLife = invitationLife.applied(to: settings.invitationLife)
        settings.reminders = reminders.applied(to: settings.reminders)
        settings.purgeAfterDays = purgeAfterDays.applied(to: settings.purgeAfterDays)
        settings.allowedDomains = allowedDomains.applied(to: settings.allowedDomains)
        settings.blockedDomains = blockedDomains.applied(to: settings.blockedDomains)
        settings.seatLimit = seatLimit.applied(to: settings.seatLimit)
        settings.keepsWaitlist = keepsWaitlist.applied(to: settings.keepsWaitlist)
        organization.settings = settings
    }
}

extension OrganizationSettings {
    package static let maximumOrigins = 100
    /// Seats that can be counted.
    package static let seats = 0...1_000_000
    /// Days after a letter, or before an offer ends, at which it may be brought to mind.
    package static let reminderDays = 1...90
}
