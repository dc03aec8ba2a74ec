extension Migration {
    /// What the movements of seats sum up to, so that nobody has to count what an organization has.
    static let seatBalances = Migration(16, "SeatBalances") { dialect in
        [
            """
            CREATE TABLE seat_balances (
                organization_id \(dialect.text) PRIMARY KEY,
                used \(dialect.integer) NOT NULL,
                held \(dialect.integer) NOT NULL,
                waiting \(dialect.integer) NOT NULL
            ) \(dialect.strict)
            """,
            """
            INSERT INTO seat_balances (organization_id, used, held, waiting)
            SELECT organization_id, SUM(used), SUM(held), SUM(waiting) FROM seat_movements GROUP BY organization_id
            """,
            // Movements that are not in the balance yet: whoever frees a seat adds a row and waits for nobody, whoever
            // holds the organization's lock takes the rows into the balance (docs/decisions/0029).
            """
            CREATE TABLE seat_changes (
                sequence \(dialect.integer) PRIMARY KEY,
                organization_id \(dialect.text) NOT NULL,
                used \(dialect.integer) NOT NULL,
                held \(dialect.integer) NOT NULL,
                waiting \(dialect.integer) NOT NULL
            ) \(dialect.strict)
            """,
            "CREATE INDEX seat_changes_of_organization ON seat_changes (organization_id, sequence)",
        ] + trigger(dialect)
    }

    private static func trigger(_ dialect: Dialect) -> [SQLQuery] {
        switch dialect {
        case .sqlite:
            [
                """
                CREATE TRIGGER seat_change AFTER INSERT ON seat_movements
                WHEN NEW.used <> 0 OR NEW.held <> 0 OR NEW.waiting <> 0
                BEGIN
                    INSERT INTO seat_changes (sequence, organization_id, used, held, waiting)
                    VALUES (NEW.sequence, NEW.organization_id, NEW.used, NEW.held, NEW.waiting);
                END
                """
            ]
        case .postgres:
            [
                """
                CREATE FUNCTION usher_seat_change() RETURNS trigger LANGUAGE plpgsql AS '
                BEGIN
                    INSERT INTO seat_changes (sequence, organization_id, used, held, waiting)
                    VALUES (NEW.sequence, NEW.organization_id, NEW.used, NEW.held, NEW.waiting);
                    RETURN NULL;
                END '
                """,
                """
                CREATE TRIGGER seat_change AFTER INSERT ON seat_movements FOR EACH ROW
                WHEN (NEW.used <> 0 OR NEW.held <> 0 OR NEW.waiting <> 0) EXECUTE FUNCTION usher_seat_change()
                """,
            ]
        }
    }
}
