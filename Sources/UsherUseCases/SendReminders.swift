import UsherDomain

/// Brings open offers to mind, on the schedule of their organizations. Any number of nodes may do it at once: a
/// statement decides which of them sends a reminder.
package struct SendReminders: Sendable {
    private static let organizationsAtOnce = 100
    private static let offersAtOnce = 200

    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    /// What is due now. How many letters it left to be sent.
    package func callAsFunction() async throws -> Int {
        var (sent, last) = (0, ID<Organization>?.none)
        repeat {
            let after = last
            let page = try await store.read {
                try $0.organizationsWithSettings(after: after, limit: Self.organizationsAtOnce)
            }
            for organization in page {
                for reminder in Set(organization.settings.reminders) {
                    sent += try await remind(organization, reminder)
                }
            }
            last = page.count < Self.organizationsAtOnce ? nil : page.last?.id
        } while last != nil
        return sent
    }

    private func remind(
        _ organization: Organization, _ reminder: OrganizationSettings.Reminder
    ) async throws -> Int {
        var (sent, last) = (0, String?.none)
        repeat {
            let (after, now) = (last, effects.now())
            let page = try await store.read {
                try $0.offers(
                    due: reminder, in: organization.id, after: after, limit: Self.offersAtOnce, at: now)
            }
            for offer in page where try await remind(offer, of: organization, at: now) { sent += 1 }
            last = page.count < Self.offersAtOnce ? nil : page.last?.email.canonical
        } while last != nil
        return sent
    }

    /// The recipient had all the letters of a day: it is tried again while the reminder is due.
    private struct Postponed: Error {}

    private func remind(_ invitation: Invitation, of organization: Organization, at now: Timestamp) async throws -> Bool
    {
        let moment = organization.settings.newestReminder(
            sentAt: invitation.lastLetterAt, expiresAt: invitation.expiresAt, at: now)
        guard let moment else { return false }
        let emailHash = effects.emailHash(invitation.email)
        do {
            return try await store.write { tx in
                guard try tx.markReminded(invitation, emailHash: emailHash, moment: moment, at: now),
                    let offer = try tx.offer(invitation)
                else { return false }
                if let quota = rules.quotas.recipient, try !tx.take(quota, for: emailHash, at: now).granted {
                    throw Postponed()
                }
                try tx.enqueue(effects.letter(.reminder, for: offer, at: now), lease: .nobody(at: now), at: now)
                try tx.record(
                    effects.audit(
                        .invitationReminded, in: invitation.organization, by: "system",
                        subject: invitation.id.rawValue, request: nil, at: now))
                return true
            }
        } catch is Postponed {
            return false
        }
    }
}
