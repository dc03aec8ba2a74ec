package import UsherDomain

/// Reminders of open offers.
package protocol ReminderReader {
    /// Organizations that decided something for themselves, in order of their ids, from one on.
    func organizationsWithSettings(after id: ID<Organization>?, limit: Int) throws -> [Organization]
    /// Open offers whose letter arrived, for which this reminder has come and neither it nor a later one went out; in
    /// order of their addresses, from one on.
    func offers(
        due reminder: OrganizationSettings.Reminder, in organization: ID<Organization>, after address: String?,
        limit: Int, at now: Timestamp
    ) throws -> [Invitation]
}

package protocol ReminderWriter {
    /// Notes that the reminder of a moment goes out. False: another node was faster, or the offer is not as it was: it
    /// ended, got a new code, its letter came back, or its holder wants no more of them.
    func markReminded(_ invitation: Invitation, emailHash: String, moment: Timestamp, at now: Timestamp) throws -> Bool
}
