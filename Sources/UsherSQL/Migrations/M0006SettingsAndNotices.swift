extension Migration {
    static let settingsAndNotices = Migration(6, "SettingsAndNotices") { _ in
        []
    }
}
