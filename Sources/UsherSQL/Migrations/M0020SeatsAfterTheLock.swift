extension Migration {
    /// Whether there is a ledger is read after the lock, in a statement of its own. `FOR KEY SHARE` that waited gives the row
    /// as it was before, when whoever opened the ledger had to wait for others with such a lock: PostgreSQL then notes its
    /// lock and its change side by side, and a change of no key is none that who waited must see. The movement was missed.
    /// SQLite has one writer, and nothing in between.
    static let seatsAfterTheLock = Migration(20, "SeatsAfterTheLock", oldestProgram: 17) { dialect in
        switch dialect {
        case .sqlite: []
        case .postgres: postgres
        }
    }

    private static let columns: SQLQuery =
        "organization_id, at, kind, status, invitation_id, membership_id, used, held, waiting"

    private static let postgres: [SQLQuery] = [
        """
        CREATE OR REPLACE FUNCTION usher_seat_of_offer() RETURNS trigger LANGUAGE plpgsql AS '
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
            PERFORM 1 FROM organizations WHERE id = NEW.organization_id FOR KEY SHARE;
            SELECT seats_since INTO since FROM organizations WHERE id = NEW.organization_id;
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
        CREATE OR REPLACE FUNCTION usher_seat_of_member() RETURNS trigger LANGUAGE plpgsql AS '
        DECLARE
            since BIGINT;
            home TEXT;
        BEGIN
            home := CASE WHEN TG_OP = ''INSERT'' THEN NEW.organization_id ELSE OLD.organization_id END;
            PERFORM 1 FROM organizations WHERE id = home FOR KEY SHARE;
            SELECT seats_since INTO since FROM organizations WHERE id = home;
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
    ]
}
