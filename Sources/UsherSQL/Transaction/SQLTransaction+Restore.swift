import UsherDomain
import UsherUseCases

/// The first thing that happens to a database that was brought back from a backup.
extension SQLTransaction {
    func endWhatIsOpen(at now: Timestamp) throws -> WhatWasOpen {
        let sessions = try session.rows("DELETE FROM sessions RETURNING 1").count
        let oneTimeLinks = try session.rows(
            "UPDATE one_time_links SET used_at = \(now) WHERE used_at IS NULL AND expires_at > \(now) RETURNING 1"
        ).count
        let joinLinks = try session.rows(
            "UPDATE join_links SET revoked_at = \(now), updated_at = \(now) WHERE revoked_at IS NULL RETURNING 1"
        ).count
        let letters = try session.rows(
            """
            UPDATE outbox SET state = 'cancelled', ended_at = \(now), node = NULL WHERE state = 'pending' RETURNING 1
            """
        ).count
        let invitations = try session.rows(
            """
            UPDATE invitations SET status = 'expired', expires_at = \(now), updated_at = \(now)
            WHERE status IN ('waitlisted', 'pending', 'needs_approval') AND expires_at > \(now) RETURNING 1
            """
        ).count
        try endPlans(at: now)
        // What was proved then may be somebody else's by now: it is looked at again soon.
        _ = try session.rows(
            "UPDATE organization_domains SET checked_at = 0 WHERE verified_at IS NOT NULL RETURNING 1")
        return WhatWasOpen(
            sessions: sessions, links: oneTimeLinks + joinLinks, invitations: invitations, letters: letters)
    }
}
