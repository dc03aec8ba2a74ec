extension OrganizationSettings.Reminder {
    /// When it falls due for an offer whose newest letter went out at one moment and that ends at another. Nil: not at
    /// all, because it would not be between the two.
    package func moment(sentAt: Timestamp, expiresAt: Timestamp) -> Timestamp? {
        let moment =
            switch self {
            case .after(let time): sentAt + time
            case .beforeEnd(let time): expiresAt - time
            }
        return sentAt < moment && moment < expiresAt ? moment : nil
    }
}

extension OrganizationSettings {
    /// The last moment of the schedule that has come. After a while without sending, those before it are made up for
    /// by this one.
    package func newestReminder(sentAt: Timestamp, expiresAt: Timestamp, at now: Timestamp) -> Timestamp? {
        reminders.compactMap { $0.moment(sentAt: sentAt, expiresAt: expiresAt) }.filter { $0 <= now }.max()
    }
}
