package import UsherSQL

/// What a PostgreSQL server tells about itself that keeps Usher from its promises.
package enum PostgresHealth {
    package struct Finding: Sendable {
        package let what: String
        package let mend: String
    }

    /// Connections that should be left for others.
    private static let spare = 5

    package static func findings(_ database: any SQLDatabase) async throws -> [Finding] {
        let facts = try await database.snapshot { session in
            let row = try session.rows(
                """
                SELECT current_setting('fsync'), current_setting('full_page_writes'),
                    CASE WHEN pg_is_in_recovery() THEN 'standby'
                        ELSE (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only') END,
                    current_setting('max_connections')::bigint - (SELECT COUNT(*) FROM pg_stat_activity
                        WHERE backend_type = 'client backend'),
                    (SELECT COUNT(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND state LIKE 'idle in transaction%'
                            AND state_change < now() - interval '30 seconds'),
                    (SELECT COUNT(*) FROM pg_locks WHERE NOT granted)
                """
            ).first
            var columns = (row ?? SQLRow([])).columns
            return Facts(
                syncs: try columns.next(), pages: try columns.next(), readOnly: try columns.next(),
                free: try columns.next(), idle: try columns.next(), waiting: try columns.next())
        }
        return facts.findings
    }

    private struct Facts: Sendable {
        let syncs: String
        let pages: String
        let readOnly: String
        let free: Int
        let idle: Int
        let waiting: Int

        var findings: [Finding] {
            var found: [Finding] = []
            func say(_ what: String, _ mend: String) { found.append(Finding(what: what, mend: mend)) }
            for (name, value) in [("fsync", syncs), ("full_page_writes", pages)] where value != "on" {
                say("PostgreSQL runs with \(name) = \(value): a power cut can take what was answered", "\(name) = on")
            }
            if readOnly == "standby" { say("this PostgreSQL is a standby and takes no writes", "name the primary") }
            if readOnly == "on" {
                say(
                    "the database takes no writes: default_transaction_read_only is on",
                    "ALTER DATABASE … RESET default_transaction_read_only, and the same for the role")
            }
            if free < spare {
                say(
                    "PostgreSQL has \(free) connections left",
                    "raise max_connections, or lower USHER_DATABASE_CONNECTIONS of each node")
            }
            if idle > 0 {
                say(
                    "\(idle) transactions of others have been idle for more than 30 s, \(waiting) locks are waited for",
                    "SELECT pid, query FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'; end what is stuck"
                )
            }
            return found
        }
    }
}
