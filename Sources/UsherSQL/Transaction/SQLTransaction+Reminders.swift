import UsherDomain
import UsherUseCases

/// Reminders of open offers.
extension SQLTransaction {
    func organizationsWithSettings(after id: ID<Organization>?, limit: Int) throws -> [Organization] {
        try session.rows(
            """
            SELECT \(Organization.selected) FROM organizations
            WHERE settings <> '{}' AND deleted_at IS NULL AND id > \(id?.rawValue ?? "")
            ORDER BY id LIMIT \(limit)
            """
        ).map(Organization.init)
    }

    func offers(
        due reminder: OrganizationSettings.Reminder, in organization: ID<Organization>, after address: String?,
        limit: Int, at now: Timestamp
    ) throws -> [Invitation] {
        try session.rows(
            """
            SELECT \(Invitation.selected) FROM invitations
            WHERE organization_id = \(organization) AND email_canonical > \(address ?? "")
                AND status IN ('waitlisted', 'pending', 'needs_approval') AND \(Invitation.canBeReminded)
                AND expires_at > \(now) AND \(reminder.moment) <= \(now) AND \(reminder.moment) > \(Invitation.sentAt)
                AND \(reminder.moment) < expires_at AND NOT EXISTS (
                    SELECT 1 FROM invitation_reminders r
                    WHERE r.invitation_id = invitations.id AND r.organization_id = invitations.organization_id
                        AND r.moment >= \(reminder.moment))
            ORDER BY email_canonical LIMIT \(limit)
            """
        ).map(Invitation.init)
    }

    /// The conflict decides between nodes: who waited for the row sees the other's moment.
    func markReminded(_ invitation: Invitation, emailHash: String, moment: Timestamp, at now: Timestamp) throws -> Bool
    {
        try any(
            """
            INSERT INTO invitation_reminders (invitation_id, organization_id, moment)
            SELECT id, organization_id, CAST(\(moment) AS BIGINT) FROM invitations
            WHERE organization_id = \(invitation.organization) AND id = \(invitation.id)
                AND generation = \(invitation.generation) AND \(Invitation.sentAt) = \(invitation.lastLetterAt)
                AND \(Invitation.canBeReminded) AND expires_at > \(now) AND NOT EXISTS (
                    SELECT 1 FROM suppressions s WHERE s.organization_id = invitations.organization_id
                        AND s.email_hash = \(emailHash))
            ON CONFLICT (invitation_id) DO UPDATE SET moment = excluded.moment
            WHERE invitation_reminders.moment < excluded.moment
            RETURNING invitation_id
            """)
    }
}

extension Invitation {
    fileprivate static let sentAt: SQLQuery = "COALESCE(last_letter_at, created_at)"
    /// What came back, was complained about or still waits is not repeated.
    fileprivate static let canBeReminded: SQLQuery =
        "status = 'pending' AND delivery IN ('handed_over', 'delivered')"
}

extension OrganizationSettings.Reminder {
    /// When it falls due, as a term of an invitation's columns.
    fileprivate var moment: SQLQuery {
        switch self {
        case .after(let time): "(\(Invitation.sentAt) + \(time.wholeMilliseconds))"
        case .beforeEnd(let time): "(expires_at - \(time.wholeMilliseconds))"
        }
    }
}
