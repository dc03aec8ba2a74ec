import UsherDomain
import UsherUseCases

extension InvitationSelection {
    /// The statuses asked for, as they are at the moment of asking: what nobody swept is expired all the same.
    var statusCondition: SQLQuery {
        guard let statuses else { return "status NOT IN ('revoked', 'declined', 'superseded')" }
        let open: Set<Invitation.Status> = [.waitlisted, .pending, .needsApproval]
        // One status is looked up by itself: it may be a rare one.
        if statuses.count == 1, let only = statuses.first, only != .expired {
            return open.contains(only) ? "status = \(only) AND expires_at > \(now)" : "status = \(only)"
        }
        let live = statuses.intersection(open).sorted { $0.rawValue < $1.rawValue }
        let ended = statuses.subtracting(open).sorted { $0.rawValue < $1.rawValue }
        let overdue: SQLQuery =
            statuses.contains(.expired)
            ? " OR (status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at <= \(now))" : ""
        return "(status IN (\(ended)) OR (status IN (\(live)) AND expires_at > \(now))\(overdue))"
    }

    /// What else is asked for, each behind an AND. Where an index is of rare values only, its own condition stands there
    /// in its own words, or no planner would find it.
    var conditions: SQLQuery {
        var query: SQLQuery = ""
        if let emailHash { query.append(" AND email_hash = \(emailHash)") }
        if let role { query.append(role == .user ? " AND role = 0" : " AND role = \(role) AND role <> 0") }
        if let customRole { query.append(" AND role_id = \(customRole)") }
        if let deliveries {
            query.append(" AND delivery IN (\(deliveries.sorted { $0.rawValue < $1.rawValue }))")
            if deliveries.isDisjoint(with: [.queued, .handedOver, .delivered]) {
                query.append(" AND delivery IN ('delayed', 'bounced', 'complained', 'suppressed', 'failed')")
            }
        }
        switch inviter {
        case .user(let id): query.append(" AND inviter_user_id = \(id)")
        case .key(let id): query.append(" AND inviter_key_id = \(id)")
        case nil: break
        }
        if let ids { query.append(" AND id IN (\(anyOf: ids))") }
        return query
    }
}
