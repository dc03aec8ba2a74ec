extension Migration {
    static let invitationsAndTheirCodes = Migration(2, "InvitationsAndTheirCodes") { dialect in
        [invitations(dialect), oneOpen, byAge, codes(dialect), suppressions(dialect)]
    }

    private static func invitations(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE invitations (
            id \(dialect.text) PRIMARY KEY,
            organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
            email_typed \(dialect.text) NOT NULL,
            email_canonical \(dialect.text) NOT NULL,
            email_wire \(dialect.text) NOT NULL,
            email_hash \(dialect.text) NOT NULL,
            code_hash \(dialect.text) NOT NULL UNIQUE,
            role \(dialect.integer) NOT NULL CHECK (role BETWEEN 0 AND 2),
            scopes \(dialect.text),
            inviter_user_id \(dialect.text) REFERENCES users (id),
            inviter_key_id \(dialect.text) REFERENCES api_keys (id),
            status \(dialect.text) NOT NULL CHECK (status IN ('waitlisted', 'pending', 'needs_approval', 'accepted',
                'declined', 'revoked', 'expired', 'undeliverable', 'superseded')),
            delivery \(dialect.text) NOT NULL CHECK (delivery IN ('queued', 'handed_over', 'delivered', 'delayed',
                'bounced', 'complained', 'suppressed', 'failed')),
            delivery_code \(dialect.integer),
            delivery_reason \(dialect.text),
            app_url \(dialect.text) NOT NULL,
            app_origin \(dialect.text) NOT NULL,
            redirect_uri \(dialect.text) NOT NULL,
            redirect_origin \(dialect.text) NOT NULL,
            locale \(dialect.text),
            generation \(dialect.integer) NOT NULL,
            expires_at \(dialect.integer) NOT NULL,
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            accepted_at \(dialect.integer),
            accepted_by \(dialect.text) REFERENCES users (id),
            decline_reason \(dialect.text),
            CHECK ((inviter_user_id IS NULL) <> (inviter_key_id IS NULL)),
            CHECK ((status = 'accepted') = (accepted_by IS NOT NULL))
        ) \(dialect.strict)
        """
    }

    /// One open invitation per organization and address: the rule, kept by the engine.
    private static let oneOpen: SQLQuery = """
        CREATE UNIQUE INDEX invitations_one_open ON invitations (organization_id, email_canonical)
        WHERE status IN ('waitlisted', 'pending', 'needs_approval')
        """

    private static let byAge: SQLQuery =
        "CREATE INDEX invitations_by_age ON invitations (organization_id, created_at, id)"

    /// Codes that a resend replaced: they open nothing, and tell their holder so.
    private static func codes(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE former_codes (
            code_hash \(dialect.text) PRIMARY KEY,
            invitation_id \(dialect.text) NOT NULL REFERENCES invitations (id),
            organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
            generation \(dialect.integer) NOT NULL
        ) \(dialect.strict)
        """
    }

    /// Who does not want to be invited by whom, without the address.
    private static func suppressions(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE suppressions (
            organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
            email_hash \(dialect.text) NOT NULL,
            created_at \(dialect.integer) NOT NULL,
            PRIMARY KEY (organization_id, email_hash)
        ) \(dialect.strict)
        """
    }
}
