extension Migration {
    /// What an inviter adds, when letters went, what lists are filtered by, and what is left after the end.
    static let invitationLife = Migration(8, "InvitationLife") { dialect in
        [
            "ALTER TABLE invitations ADD COLUMN message \(dialect.text)",
            "ALTER TABLE invitations ADD COLUMN name \(dialect.text)",
            "ALTER TABLE invitations ADD COLUMN metadata \(dialect.text)",
            "ALTER TABLE invitations ADD COLUMN last_letter_at \(dialect.integer)",
            "ALTER TABLE invitations ADD COLUMN delivery_at \(dialect.integer)",
            "ALTER TABLE invitations ADD COLUMN purged_at \(dialect.integer)",
            "ALTER TABLE memberships ADD COLUMN metadata \(dialect.text)",
            events(dialect),
            "CREATE INDEX audit_timeline ON audit (organization_id, subject)",
        ] + filters + ends
    }

    /// What relays said that is not in the invitation's own row any more: all troubles, and what a resend wrote over.
    private static func events(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE invitation_events (
            organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
            invitation_id \(dialect.text) NOT NULL REFERENCES invitations (id),
            at \(dialect.integer) NOT NULL,
            kind \(dialect.text) NOT NULL,
            generation \(dialect.integer) NOT NULL,
            code \(dialect.integer),
            reason \(dialect.text),
            PRIMARY KEY (organization_id, invitation_id, at, kind)
        ) \(dialect.strict)
        """
    }

    /// Most offers are to plain members, and most letters arrive: the rest is what somebody looks for.
    private static let filters: [SQLQuery] = [
        "CREATE INDEX invitations_by_status ON invitations (organization_id, status, created_at, id)",
        "CREATE INDEX invitations_by_address ON invitations (organization_id, email_hash, created_at, id)",
        """
        CREATE INDEX invitations_by_user ON invitations (organization_id, inviter_user_id, created_at, id)
        WHERE inviter_user_id IS NOT NULL
        """,
        """
        CREATE INDEX invitations_by_key ON invitations (organization_id, inviter_key_id, created_at, id)
        WHERE inviter_key_id IS NOT NULL
        """,
        """
        CREATE INDEX invitations_by_role ON invitations (organization_id, role, created_at, id) WHERE role <> 0
        """,
        """
        CREATE INDEX invitations_in_trouble ON invitations (organization_id, delivery, created_at, id)
        WHERE delivery IN ('delayed', 'bounced', 'complained', 'suppressed', 'failed')
        """,
    ]

    /// What waits to be swept or purged.
    private static let ends: [SQLQuery] = [
        """
        CREATE INDEX invitations_overdue ON invitations (expires_at)
        WHERE status IN ('waitlisted', 'pending', 'needs_approval')
        """,
        """
        CREATE INDEX invitations_to_purge ON invitations (organization_id, updated_at)
        WHERE purged_at IS NULL AND status NOT IN ('waitlisted', 'pending', 'needs_approval')
        """,
    ]
}
