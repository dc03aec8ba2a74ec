extension Migration {
    /// Invitations that come from other systems, and what happened to seats.
    static let moves = Migration(15, "Moves") { dialect in
        [
            // NULL: the row comes from no other system.
            """
            ALTER TABLE invitation_plan_rows ADD COLUMN mailing \(dialect.text)
                CHECK (mailing IN ('send', 'hold'))
            """,
            "ALTER TABLE invitation_plan_rows ADD COLUMN former_code_hash \(dialect.text)",
            // Since when movements are written down: since a limit was set first.
            "ALTER TABLE organizations ADD COLUMN seats_since \(dialect.integer)",
            "CREATE INDEX organizations_with_seats ON organizations (id) WHERE seats_since IS NOT NULL",
            movements(dialect),
            "CREATE INDEX seat_movements_of_organization ON seat_movements (organization_id, sequence)",
        ] + triggers(dialect) + [
            "UPDATE organizations SET seats_since = touched_at WHERE settings LIKE '%\"seats\":%' RETURNING 1",
            opening,
        ]
    }

    /// One row for each change of how many seats are used or held, or of how many offers wait. Sums of the last three
    /// columns are the counts, and a row that opens brings them along.
    private static func movements(_ dialect: Dialect) -> SQLQuery {
        """
        CREATE TABLE seat_movements (
            sequence \(dialect.sequence),
            organization_id \(dialect.text) NOT NULL,
            at \(dialect.integer) NOT NULL,
            kind \(dialect.text) NOT NULL CHECK (kind IN ('opened', 'limit_changed', 'held', 'released', 'converted',
                'occupied', 'vacated', 'waitlisted', 'advanced')),
            status \(dialect.text),
            invitation_id \(dialect.text),
            membership_id \(dialect.text),
            seat_limit \(dialect.integer),
            used \(dialect.integer) NOT NULL,
            held \(dialect.integer) NOT NULL,
            waiting \(dialect.integer) NOT NULL
        ) \(dialect.strict)
        """
    }

    private static let opening: SQLQuery = """
        INSERT INTO seat_movements (organization_id, at, kind, used, held, waiting)
        SELECT o.id, o.seats_since, 'opened',
            (SELECT COUNT(*) FROM memberships m WHERE m.organization_id = o.id),
            (SELECT COUNT(*) FROM invitations i WHERE i.organization_id = o.id
                AND i.status IN ('pending', 'needs_approval')),
            (SELECT COUNT(*) FROM invitations w WHERE w.organization_id = o.id AND w.status = 'waitlisted')
        FROM organizations o WHERE o.seats_since IS NOT NULL
        """

    /// The engine writes them down itself: no statement that makes, moves or ends an offer or a membership, of this program
    /// or of the next, can leave it out (docs/decisions/0028).
    private static func triggers(_ dialect: Dialect) -> [SQLQuery] {
        switch dialect {
        case .sqlite: sqlite
        case .postgres: postgres
        }
    }

    private static let columns: SQLQuery =
        "organization_id, at, kind, status, invitation_id, membership_id, used, held, waiting"

    private static let sqlite: [SQLQuery] = [
        """
        CREATE TRIGGER seat_of_new_offer AFTER INSERT ON invitations
        WHEN NEW.status IN ('waitlisted', 'pending', 'needs_approval')
            AND (SELECT seats_since FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
        BEGIN
            INSERT INTO seat_movements (\(columns)) VALUES (NEW.organization_id, NEW.updated_at,
                CASE NEW.status WHEN 'waitlisted' THEN 'waitlisted' ELSE 'held' END, NEW.status, NEW.id, NULL, 0,
                NEW.status <> 'waitlisted', NEW.status = 'waitlisted');
        END
        """,
        """
        CREATE TRIGGER seat_of_offer AFTER UPDATE OF status ON invitations
        WHEN ((NEW.status IN ('pending', 'needs_approval')) <> (OLD.status IN ('pending', 'needs_approval'))
                OR (NEW.status = 'waitlisted') <> (OLD.status = 'waitlisted'))
            AND (SELECT seats_since FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
        BEGIN
            INSERT INTO seat_movements (\(columns)) VALUES (NEW.organization_id, NEW.updated_at,
                CASE WHEN NEW.status = 'accepted' THEN 'converted'
                    WHEN NEW.status = 'waitlisted' THEN 'waitlisted'
                    WHEN NEW.status NOT IN ('pending', 'needs_approval') THEN 'released'
                    WHEN OLD.status = 'waitlisted' THEN 'advanced' ELSE 'held' END,
                NEW.status, NEW.id, NULL, 0,
                (NEW.status IN ('pending', 'needs_approval')) - (OLD.status IN ('pending', 'needs_approval')),
                (NEW.status = 'waitlisted') - (OLD.status = 'waitlisted'));
        END
        """,
        """
        CREATE TRIGGER seat_of_new_member AFTER INSERT ON memberships
        WHEN (SELECT seats_since FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
        BEGIN
            INSERT INTO seat_movements (\(columns)) VALUES (NEW.organization_id, NEW.updated_at, 'occupied', NULL,
                NEW.invitation_id, NEW.id, 1, 0, 0);
        END
        """,
        // Who removes a member has locked the organization, or erases the person: the later of both is now.
        """
        CREATE TRIGGER seat_of_member AFTER DELETE ON memberships
        WHEN (SELECT seats_since FROM organizations WHERE id = OLD.organization_id) IS NOT NULL
        BEGIN
            INSERT INTO seat_movements (\(columns)) SELECT OLD.organization_id, MAX(o.touched_at, u.updated_at), 'vacated',
                NULL, NULL, OLD.id, -1, 0, 0
            FROM organizations o JOIN users u ON u.id = OLD.user_id WHERE o.id = OLD.organization_id;
        END
        """,
    ]

    /// Who opens the ledger waits for all that is under way, and all that comes waits for it: nothing is missed in
    /// between, or counted twice.
    private static let postgres: [SQLQuery] = [
        """
        CREATE FUNCTION usher_seat_of_offer() RETURNS trigger LANGUAGE plpgsql AS '
        DECLARE
            held BIGINT := CASE WHEN NEW.status IN (''pending'', ''needs_approval'') THEN 1 ELSE 0 END;
            waiting BIGINT := CASE WHEN NEW.status = ''waitlisted'' THEN 1 ELSE 0 END;
            waited BIGINT := 0;
            since BIGINT;
        BEGIN
            IF TG_OP = ''UPDATE'' THEN
                held := held - CASE WHEN OLD.status IN (''pending'', ''needs_approval'') THEN 1 ELSE 0 END;
                waited := CASE WHEN OLD.status = ''waitlisted'' THEN 1 ELSE 0 END;
            END IF;
            IF held = 0 AND waiting = waited THEN RETURN NULL; END IF;
            SELECT seats_since INTO since FROM organizations WHERE id = NEW.organization_id FOR KEY SHARE;
            IF since IS NULL THEN RETURN NULL; END IF;
            INSERT INTO seat_movements (\(columns)) VALUES (NEW.organization_id, NEW.updated_at,
                CASE WHEN NEW.status = ''accepted'' THEN ''converted''
                    WHEN NEW.status = ''waitlisted'' THEN ''waitlisted''
                    WHEN NEW.status NOT IN (''pending'', ''needs_approval'') THEN ''released''
                    WHEN waited = 1 THEN ''advanced'' ELSE ''held'' END,
                NEW.status, NEW.id, NULL, 0, held, waiting - waited);
            RETURN NULL;
        END '
        """,
        """
        CREATE TRIGGER seat_of_offer AFTER INSERT OR UPDATE OF status ON invitations
        FOR EACH ROW EXECUTE FUNCTION usher_seat_of_offer()
        """,
        """
        CREATE FUNCTION usher_seat_of_member() RETURNS trigger LANGUAGE plpgsql AS '
        DECLARE
            since BIGINT;
        BEGIN
            SELECT seats_since INTO since FROM organizations
            WHERE id = CASE WHEN TG_OP = ''INSERT'' THEN NEW.organization_id ELSE OLD.organization_id END FOR KEY SHARE;
            IF since IS NULL THEN RETURN NULL; END IF;
            IF TG_OP = ''INSERT'' THEN
                INSERT INTO seat_movements (\(columns)) VALUES (NEW.organization_id, NEW.updated_at, ''occupied'', NULL,
                    NEW.invitation_id, NEW.id, 1, 0, 0);
            ELSE
                INSERT INTO seat_movements (\(columns)) SELECT OLD.organization_id,
                    GREATEST(o.touched_at, u.updated_at), ''vacated'', NULL, NULL, OLD.id, -1, 0, 0
                FROM organizations o JOIN users u ON u.id = OLD.user_id WHERE o.id = OLD.organization_id;
            END IF;
            RETURN NULL;
        END '
        """,
        """
        CREATE TRIGGER seat_of_member AFTER INSERT OR DELETE ON memberships
        FOR EACH ROW EXECUTE FUNCTION usher_seat_of_member()
        """,
        """
        CREATE FUNCTION usher_seats_open() RETURNS trigger LANGUAGE plpgsql AS '
        BEGIN
            PERFORM 1 FROM organizations WHERE id = NEW.id FOR UPDATE;
            RETURN NEW;
        END '
        """,
        """
        CREATE TRIGGER seats_open BEFORE UPDATE OF seats_since ON organizations
        FOR EACH ROW EXECUTE FUNCTION usher_seats_open()
        """,
    ]
}
