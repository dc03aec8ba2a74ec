package import UsherDomain

/// Writes down what became of a letter after the relay took it. A bounce ends the offer, as a refusal of the relay does: it
/// holds no seat any more, and the address can be invited again. A complaint ends further letters to the address from the
/// organization; the offer stays open.
package struct TakeDeliveryReport: Sendable {
    let store: any Store
    let effects: Effects
    let rules: ServerRules

    package init(store: any Store, effects: Effects, rules: ServerRules) {
        self.store = store
        self.effects = effects
        self.rules = rules
    }

    /// The offer was answered, or got a new letter, while the report was looked at.
    private struct Overtaken: Error {}

    /// False: it tells nothing new, because the offer is over, has a newer letter, or the report came before.
    package func callAsFunction(_ report: DeliveryReport) async throws -> Bool {
        let now = effects.now()
        do {
            return try await store.write { [effects, rules] tx in
                let found = try tx.organization(ofLetter: report.generation, about: report.invitation)
                guard let organization = found else { return false }
                let hasWaitlist = try tx.lockWaitlist(of: organization, at: now)
                if report.verdict == .bounced { try tx.cancelLetters(of: report.invitation, in: organization, at: now) }
                guard let status = try tx.take(report, in: organization, at: now) else { throw Overtaken() }
                try tx.follow(report, status, in: organization, effects: effects, at: now)
                if hasWaitlist { try tx.fillSeats(of: organization, effects: effects, rules: rules, at: now) }
                return true
            }
        } catch is Overtaken {
            return false
        }
    }
}

extension StoreWriter {
    /// What a verdict brings with it, and its entry.
    fileprivate func follow(
        _ report: DeliveryReport, _ status: Invitation.Status, in organization: ID<Organization>, effects: Effects,
        at now: Timestamp
    ) throws {
        let deed: (action: AuditEntry.Action, actor: String)
        switch report.verdict {
        case .delivered, .delayed: return
        case .bounced:
            guard status == .undeliverable else { return }
            deed = (.invitationUndeliverable, "system")
        case .complained:
            _ = try suppressRecipient(of: report.invitation, in: organization, at: now)
            deed = (.invitationReported, "invitee")
        }
        try record(
            effects.audit(
                deed.action, in: organization, by: deed.actor, subject: report.invitation.rawValue, request: nil,
                at: now))
    }
}
