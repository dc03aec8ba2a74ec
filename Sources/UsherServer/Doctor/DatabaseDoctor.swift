import Glibc
import UsherDomain
import UsherPostgres
import UsherSQL
import UsherSQLite
import UsherSecrets
import UsherUseCases

/// Looks at the database, beside a server or without one: whether it can be reached, is whole, has the schema, and what
/// its rows tell of clock and relay.
struct DatabaseDoctor {
    let settings: Settings

    /// Letters that are due for longer than this are stuck.
    private static let patience = Duration.minutes(15)
    /// Rows that are further in the future than this tell of a clock that was set back.
    private static let skew = Duration.minutes(1)

    func findings() async -> [Finding] {
        if case .sqlite(let path) = settings.database, let problem = Self.problem(ofFile: path) { return [problem] }
        do {
            let opened = try await OpenDatabase(settings.database, use: .survey)
            let findings = await look(opened)
            await opened.close()
            return findings
        } catch {
            return [.ill(CommandFailure(error).description, mend: mend(connecting: error))]
        }
    }

    private static func problem(ofFile path: String) -> Finding? {
        guard access(path, F_OK) == 0 else {
            let hasLog = access(path + "-wal", F_OK) == 0
            return .ill(
                "database \(path) is not there" + (hasLog ? ", but its -wal is" : ""),
                mend: hasLog
                    ? "put the database back beside it, or usher restore BACKUP"
                    : "usher migrate up, or usher restore BACKUP")
        }
        guard access(path, R_OK | W_OK) == 0 else {
            return .ill(
                "database \(path) cannot be written: \(Console.systemReason)",
                mend: errno == EROFS
                    ? "mount -o remount,rw its file system" : "chown it to Usher's user; chmod 600 \(path)")
        }
        return nil
    }

    private func look(_ opened: OpenDatabase) async -> [Finding] {
        var findings = [Finding.well("database (\(opened.engine))")]
        if case .sqlite(let path) = settings.database {
            let damage = await SQLiteIntegrity.findings(opened.database)
            guard damage.isEmpty else {
                let mend = "stop Usher, move \(path) away, usher restore BACKUP"
                return [.ill("database \(path) is damaged: \(damage.joined(separator: "; "))", mend: mend)]
            }
            findings.append(.well("every page and reference of the database"))
        } else {
            findings += await server(opened.database)
        }
        do {
            try await Migrator(opened.database).verify()
            findings.append(.well("schema"))
            findings += try await rows(SQLStore(opened.database))
            findings.append(try await audit(SQLStore(opened.database)))
            findings.append(try await seats(SQLStore(opened.database)))
        } catch {
            findings.append(.ill(CommandFailure(error).description, mend: Self.mend(error)))
        }
        return findings
    }

    private func server(_ database: any SQLDatabase) async -> [Finding] {
        do {
            let findings = try await PostgresHealth.findings(database).map { Finding.ill($0.what, mend: $0.mend) }
            return findings.isEmpty ? [.well("PostgreSQL's settings, connections and locks")] : findings
        } catch {
            return [.ill(CommandFailure(error).description, mend: "look at PostgreSQL's log")]
        }
    }

    /// What the rows tell.
    private func rows(_ store: SQLStore) async throws -> [Finding] {
        let now = UsherClock.now()
        let (depth, last) = try await store.read { (try $0.outboxDepth(at: now), try $0.lastRecorded()) }
        var findings: [Finding] = []
        if let last, last > now + Self.skew {
            findings.append(
                .ill(
                    "the clock was set back: the newest row is of \(LogText.time(last))",
                    mend: "set this machine's clock right, and let it be kept so (timedatectl set-ntp true)"))
        } else {
            findings.append(.well("clock"))
        }
        if let oldest = depth.oldestDue, oldest < now - Self.patience {
            findings.append(
                .ill(
                    "\(depth.waiting) letters wait, the oldest has been due since \(LogText.time(oldest))",
                    mend: "see that usher serve runs, and what the relay says: delivery_reason in the list, and the log"
                ))
        } else {
            findings.append(.well("letters that wait: \(depth.waiting)"))
        }
        return findings
    }

    private func audit(_ store: SQLStore) async throws -> Finding {
        let report = try await VerifyAudit(store: store, effects: Effects.live(key: ServerKey()))()
        guard let damage = report.damage else { return .well("audit log: \(report.entries) sealed entries") }
        return .ill(
            "the audit log is not what it was: \(damage.sentence)",
            mend: "find out who can write to the database; usher audit verify")
    }

    private func seats(_ store: SQLStore) async throws -> Finding {
        let wrong = try await CheckSeatLedgers(store: store)(limit: 10)
        guard !wrong.isEmpty else { return .well("what is written down about seats sums up") }
        return .ill(
            "what is written down about seats differs from what there is, in \(wrong.map(\.rawValue).joined(separator: ", "))",
            mend: "find out who can write to the database; usher org seats ID --recount"
        )
    }

    private func mend(connecting error: any Error) -> String {
        let text = CommandFailure(error).description
        if text.contains("too many") || text.contains("connection slots") {
            return "raise max_connections, or lower \(Setting.databaseConnections.variable) of each node"
        }
        if case .sqlite(let path) = settings.database {
            return "stop Usher, move \(path) away, usher restore BACKUP"
        }
        return "check \(Setting.databaseURL.variable), and that the database runs"
    }

    private static func mend(_ error: any Error) -> String {
        if case SchemaProblem.incomplete = error { return "usher migrate up" }
        return "start the newer Usher, or restore a backup from before the upgrade"
    }
}
