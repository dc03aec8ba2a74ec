import UsherDomain
import UsherUseCases

extension SQLTransaction {
    func organization(ofLetter generation: Int, about id: ID<Invitation>) throws -> ID<Organization>? {
        try first(
            "SELECT organization_id FROM invitations WHERE id = \(id) AND generation = \(generation)"
        ).map { row in
            var columns = row.columns
            return try columns.next(ID<Organization>.self)
        }
    }

    func take(
        _ report: DeliveryReport, in organization: ID<Organization>, at now: Timestamp
    ) throws -> Invitation.Status? {
        let status: SQLQuery =
            report.verdict == .bounced ? "CASE WHEN status = 'pending' THEN 'undeliverable' ELSE status END" : "status"
        let taken = try first(
            """
            UPDATE invitations SET status = \(status), delivery = \(report.verdict.rawValue),
                delivery_code = \(report.code), delivery_reason = \(report.reason), delivery_at = \(now),
                updated_at = \(now)
            WHERE id = \(report.invitation) AND organization_id = \(organization) AND generation = \(report.generation)
                AND status IN ('pending', 'needs_approval') AND expires_at > \(now)
                AND delivery IN (\(Self.deliveries(before: report.verdict)))
            RETURNING status
            """)
        guard let taken else { return nil }
        try run(
            """
            INSERT INTO invitation_events (organization_id, invitation_id, at, kind, generation, code, reason)
            VALUES (\(organization), \(report.invitation), \(now), \(report.verdict.rawValue), \(report.generation),
                \(report.code), \(report.reason))
            ON CONFLICT (organization_id, invitation_id, at, kind) DO NOTHING
            """)
        var columns = taken.columns
        return try columns.next()
    }

    /// What is known of a letter only grows, in whatever order reports come.
    private static func deliveries(before verdict: DeliveryReport.Verdict) -> SQLQuery {
        switch verdict {
        case .delayed: "'handed_over', 'delayed'"
        case .delivered: "'handed_over', 'delayed'"
        case .bounced: "'queued', 'handed_over', 'delayed', 'delivered'"
        case .complained: "'handed_over', 'delayed', 'delivered'"
        }
    }
}
