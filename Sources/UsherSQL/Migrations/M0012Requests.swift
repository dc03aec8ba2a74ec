extension Migration {
    /// Who asks for a new link, which reminders went out, and how an address and a short code lead to an offer.
    static let requests = Migration(12, "Requests") { dialect in
        [
            invitationRequests(dialect), openRequests, admins, reminders(dialect),
            // In every organization: a person's own offers, and the right to be forgotten.
            "CREATE INDEX invitations_of_person ON invitations (email_canonical, created_at)",
            "CREATE INDEX invitation_requests_of_person ON invitation_requests (other_canonical)",
            "CREATE INDEX organizations_with_settings ON organizations (id) WHERE settings <> '{}'",
        ]
    }

    /// One row for each invitation that somebody asked about; `asked_at` is the last time that it counted. The other
    /// address is the one at which they ask to be invited instead.
    private static func invitationRequests(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE invitation_requests (
            id \(dialect.text) PRIMARY KEY,
            organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
            invitation_id \(dialect.text) NOT NULL REFERENCES invitations (id),
            other_typed \(dialect.text),
            other_canonical \(dialect.text),
            other_wire \(dialect.text),
            status \(dialect.text) NOT NULL CHECK (status IN ('open', 'approved', 'refused')),
            asked_at \(dialect.integer) NOT NULL,
            decided_at \(dialect.integer),
            decided_by \(dialect.text),
            UNIQUE (organization_id, invitation_id),
            CHECK ((status = 'open') = (decided_at IS NULL))
        ) \(dialect.strict)
        """
    }

    private static let openRequests: SQLQuery = """
        CREATE INDEX invitation_requests_open ON invitation_requests (organization_id, asked_at, id)
        WHERE status = 'open'
        """

    private static let admins: SQLQuery =
        "CREATE INDEX memberships_of_admins ON memberships (organization_id, created_at) WHERE role >= 1"

    /// `moment`: that of the schedule for which the last reminder of an open offer went out.
    private static func reminders(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE invitation_reminders (
            invitation_id \(dialect.text) PRIMARY KEY REFERENCES invitations (id),
            organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
            moment \(dialect.integer) NOT NULL
        ) \(dialect.strict)
        """
    }
}
