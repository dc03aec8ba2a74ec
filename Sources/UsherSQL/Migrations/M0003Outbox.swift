extension Migration {
    static let outbox = Migration(3, "Outbox") { dialect in
        [table(dialect), waiting, ofInvitation, ended]
    }

    /// Letters to be sent, without what is in them: a letter is written from the rows that it is about, at the moment
    /// that it is sent, and its code is derived then.
    ///
    /// - `priority`: small goes first.
    /// - `node`, `attempts`: the fence; a verdict counts only from who holds both.
    /// - `link_id` refers to a row that is removed when it is of no use, hence no reference.
    private static func table(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE outbox (
            id \(dialect.text) PRIMARY KEY,
            kind \(dialect.text) NOT NULL CHECK (kind IN ('invitation', 'password_reset', 'password_changed')),
            priority \(dialect.integer) NOT NULL,
            organization_id \(dialect.text) REFERENCES organizations (id),
            invitation_id \(dialect.text) REFERENCES invitations (id),
            generation \(dialect.integer),
            link_id \(dialect.text),
            recipient_typed \(dialect.text) NOT NULL,
            recipient_canonical \(dialect.text) NOT NULL,
            recipient_wire \(dialect.text) NOT NULL,
            locale \(dialect.text),
            not_after \(dialect.integer),
            state \(dialect.text) NOT NULL CHECK (state IN ('pending', 'sent', 'refused', 'failed', 'cancelled')),
            node \(dialect.text),
            leased_until \(dialect.integer) NOT NULL,
            due_at \(dialect.integer) NOT NULL,
            attempts \(dialect.integer) NOT NULL,
            last_code \(dialect.integer),
            last_reason \(dialect.text),
            first_outcome \(dialect.text),
            created_at \(dialect.integer) NOT NULL,
            ended_at \(dialect.integer),
            CHECK ((kind = 'invitation') = (invitation_id IS NOT NULL)),
            CHECK ((invitation_id IS NULL) = (organization_id IS NULL)),
            CHECK ((kind = 'password_reset') = (link_id IS NOT NULL)),
            CHECK ((state = 'pending') = (ended_at IS NULL))
        ) \(dialect.strict)
        """
    }

    private static let waiting: SQLQuery =
        "CREATE INDEX outbox_waiting ON outbox (priority, due_at, id) WHERE state = 'pending'"
    private static let ofInvitation: SQLQuery =
        "CREATE INDEX outbox_of_invitation ON outbox (invitation_id) WHERE state = 'pending'"
    private static let ended: SQLQuery =
        "CREATE INDEX outbox_ended ON outbox (ended_at) WHERE state <> 'pending'"
}
