/// Something that happened to an invitation.
package struct TimelineEntry: Equatable, Sendable {
    /// `created`, `handed_over`, `resent` …: an audit action without `invitation.`, or what the relay said.
    package let kind: String
    package let at: Timestamp
    /// Nil: the relay.
    package let actor: String?
    package let code: Int?
    package let reason: String?

    package init(kind: String, at: Timestamp, actor: String? = nil, code: Int? = nil, reason: String? = nil) {
        self.kind = kind
        self.at = at
        self.actor = actor
        self.code = code
        self.reason = reason
    }
}

extension Invitation {
    /// All that happened, oldest first.
    ///
    /// - Parameters:
    ///   - entries: what was audited about it.
    ///   - events: what relays said that is not in its own row any more.
    package func timeline(
        entries: [AuditEntry], events: [TimelineEntry], at now: Timestamp
    ) -> [TimelineEntry] {
        let prefix = "invitation."
        // When an offer ends by itself is a matter of its own time, not of when it was swept; that no mail reaches the
        // address is told by what came back.
        let told: Set<AuditEntry.Action> = [.invitationExpired, .invitationUndeliverable]
        let audited = entries.filter { $0.action.rawValue.hasPrefix(prefix) && !told.contains($0.action) }.map {
            TimelineEntry(kind: String($0.action.rawValue.dropFirst(prefix.count)), at: $0.at, actor: $0.actor)
        }
        var all = audited + events
        switch delivery {
        case .handedOver, .delivered, .bounced, .complained, .suppressed:
            if let deliveryAt, !events.contains(where: { $0.kind == delivery.rawValue && $0.at == deliveryAt }) {
                all.append(
                    TimelineEntry(kind: delivery.rawValue, at: deliveryAt, code: deliveryCode, reason: deliveryReason))
            }
        // Troubles are among the events.
        case .queued, .delayed, .failed: break
        }
        if status(at: now) == .expired {
            all.append(TimelineEntry(kind: Status.expired.rawValue, at: expiresAt, actor: "system"))
        }
        return all.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    /// What whoever looks after it can do next.
    package enum NextStep: String, Sendable, CaseIterable {
        case waitForDelivery = "wait_for_delivery"
        case waitForAnswer = "wait_for_answer"
        case resend
        case correctAddress = "correct_address"
        case approve
        case waitForSeat = "wait_for_seat"
        case none

        package var sentence: String {
            switch self {
            case .waitForDelivery: "The letter is on its way. It is tried again by itself."
            case .waitForAnswer: "The letter was handed over. Resend it if the person cannot find it."
            case .resend: "Resend it: that makes a new link, and the time begins anew."
            case .correctAddress: "No mail reaches this address. Invite the person at the right one."
            case .approve: "An admin who may grant this role must approve it."
            case .waitForSeat: "It is sent when a seat becomes free."
            case .none: "There is nothing to do."
            }
        }
    }

    /// - Parameter isImported: it was taken in from another system, and no letter went out then.
    package func next(at now: Timestamp, isImported: Bool = false) -> NextStep {
        switch status(at: now) {
        case .pending:
            switch delivery {
            case .queued where isImported && generation == 1: .resend
            case .queued, .delayed: .waitForDelivery
            case .handedOver, .delivered: .waitForAnswer
            case .bounced: .correctAddress
            case .failed: .resend
            case .complained, .suppressed: .none
            }
        case .expired: status == .needsApproval ? .approve : .resend
        case .undeliverable: .correctAddress
        case .needsApproval: .approve
        case .waitlisted: .waitForSeat
        case .accepted, .declined, .revoked, .superseded: .none
        }
    }
}
