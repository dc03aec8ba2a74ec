import FoundationEssentials
package import UsherDomain

/// An organization's settings as one column: a JSON object that names only what differs from the usual.
package struct SettingsText: Codable {
    /// Durations in milliseconds.
    private struct StoredReminder: Codable {
        var after: Int64?
        var before: Int64?
    }

    private var life: Int64?
    private var reminders: [StoredReminder]?
    private var purge: Int?
    private var allowed: [String]?
    private var blocked: [String]?
    private var seats: Int?
    private var waitlist: Bool?

    package static func write(_ settings: OrganizationSettings) throws -> String {
        if settings == OrganizationSettings() { return "{}" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(SettingsText(settings)), as: UTF8.self)
    }

    static func read(_ text: String) throws -> OrganizationSettings {
        if text == "{}" { return OrganizationSettings() }
        return try JSONDecoder().decode(SettingsText.self, from: Data(text.utf8)).settings
    }

    private init(_ settings: OrganizationSettings) {
        let usual = OrganizationSettings()
        life = settings.invitationLife?.wholeMilliseconds
        reminders =
            settings.reminders.isEmpty
            ? nil
            : settings.reminders.map {
                switch $0 {
                case .after(let duration): StoredReminder(after: duration.wholeMilliseconds)
                case .beforeEnd(let duration): StoredReminder(before: duration.wholeMilliseconds)
                }
            }
        purge = settings.purgeAfterDays == usual.purgeAfterDays ? nil : settings.purgeAfterDays
        allowed = settings.allowedDomains.isEmpty ? nil : settings.allowedDomains
        blocked = settings.blockedDomains.isEmpty ? nil : settings.blockedDomains
        seats = settings.seatLimit
        waitlist = settings.keepsWaitlist ? true : nil
    }

    private var settings: OrganizationSettings {
        var settings = OrganizationSettings()
        settings.invitationLife = life.map { .milliseconds($0) }
        settings.reminders = (reminders ?? []).compactMap { stored in
            stored.after.map { .after(.milliseconds($0)) } ?? stored.before.map { .beforeEnd(.milliseconds($0)) }
        }
        settings.purgeAfterDays = purge ?? settings.purgeAfterDays
        settings.allowedDomains = allowed ?? []
        settings.blockedDomains = blocked ?? []
        settings.seatLimit = seats
        settings.keepsWaitlist = waitlist ?? false
        return settings
    }
}
