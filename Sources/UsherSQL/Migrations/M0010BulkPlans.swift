extension Migration {
    static let bulkPlans = Migration(10, "BulkPlans") { dialect in
        [plans(dialect), plansToApply, plansByEnd, planRows(dialect), rowsByOutcome, rowsToApply, rowsOfPerson]
    }

    /// Many invitations as they are meant to be made.
    ///
    /// - `applier_user_id`, `applier_key_id`: who had it applied; a person without a key was signed in.
    /// - `node`, `leased_until`: who applies it now. What was done is told by the rows, so the lease spares work and
    ///   decides nothing.
    private static func plans(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE invitation_plans (
            id \(dialect.text) PRIMARY KEY,
            organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
            actor \(dialect.text) NOT NULL,
            app_url \(dialect.text) NOT NULL,
            app_origin \(dialect.text) NOT NULL,
            redirect_uri \(dialect.text) NOT NULL,
            redirect_origin \(dialect.text) NOT NULL,
            state \(dialect.text) NOT NULL CHECK (state IN ('planned', 'applying', 'applied', 'cancelled')),
            total \(dialect.integer) NOT NULL,
            applier_user_id \(dialect.text),
            applier_key_id \(dialect.text),
            request_id \(dialect.text),
            waiting_for \(dialect.text),
            waiting_until \(dialect.integer),
            node \(dialect.text),
            leased_until \(dialect.integer) NOT NULL,
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            expires_at \(dialect.integer) NOT NULL,
            applied_at \(dialect.integer),
            ended_at \(dialect.integer),
            CHECK (state IN ('planned', 'cancelled') OR applied_at IS NOT NULL)
        ) \(dialect.strict)
        """
    }

    private static let plansToApply: SQLQuery =
        "CREATE INDEX invitation_plans_applying ON invitation_plans (updated_at, id) WHERE state = 'applying'"
    private static let plansByEnd: SQLQuery = "CREATE INDEX invitation_plans_by_end ON invitation_plans (expires_at)"

    /// The texts as they were sent, what was read from them, how they were judged, what became of them.
    ///
    /// - `invitation_id` may outlive its invitation, hence no reference.
    private static func planRows(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE invitation_plan_rows (
            organization_id \(dialect.text) NOT NULL REFERENCES organizations (id),
            plan_id \(dialect.text) NOT NULL REFERENCES invitation_plans (id),
            number \(dialect.integer) NOT NULL,
            email \(dialect.text),
            role \(dialect.text),
            name \(dialect.text),
            message \(dialect.text),
            locale \(dialect.text),
            expires \(dialect.text),
            metadata \(dialect.text),
            email_typed \(dialect.text),
            email_canonical \(dialect.text),
            email_wire \(dialect.text),
            granted_role \(dialect.integer) CHECK (granted_role BETWEEN 0 AND 2),
            language \(dialect.text),
            expires_at \(dialect.integer),
            outcome \(dialect.text) NOT NULL,
            state \(dialect.text) NOT NULL
                CHECK (state IN ('waiting', 'done', 'unneeded', 'failed', 'cancelled')),
            reason \(dialect.text),
            duplicate_of \(dialect.integer),
            suggestion \(dialect.text),
            invitation_id \(dialect.text),
            updated_at \(dialect.integer) NOT NULL,
            PRIMARY KEY (organization_id, plan_id, number),
            CHECK ((state = 'done') = (invitation_id IS NOT NULL))
        ) \(dialect.strict)
        """
    }

    private static let rowsByOutcome: SQLQuery = """
        CREATE INDEX invitation_plan_rows_by_outcome
        ON invitation_plan_rows (organization_id, plan_id, outcome, state)
        """
    private static let rowsToApply: SQLQuery = """
        CREATE INDEX invitation_plan_rows_waiting ON invitation_plan_rows (organization_id, plan_id, number)
        WHERE state = 'waiting'
        """
    /// For the right to be forgotten.
    private static let rowsOfPerson: SQLQuery = """
        CREATE INDEX invitation_plan_rows_of_person ON invitation_plan_rows (email_canonical)
        WHERE email_canonical IS NOT NULL
        """
}
