import ArgumentParser
import Glibc
import Synchronization
import UsherDomain
import UsherSQL
import UsherSQLite
import UsherUseCases

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write all data into one file, while the server runs.",
        discussion: """
            The file is a SQLite database, whichever engine is in use, as of one moment. It holds addresses and hashes \
            of passwords, so only its owner can read it. The server key is not in it: back that up apart from it, once.

            Example: usher backup /backup/usher-2026-07-01.sqlite
            """)

    @Argument(help: "The file to make; it must not be there yet.") var file: String
    @Flag(help: "As JSON.") var json = false
    @OptionGroup var options: ConfigOptions

    func run() async throws {
        guard access(file, F_OK) != 0 else {
            throw CommandFailure("\(file) is there already. Name a file that is not.", code: .usage)
        }
        let settings = try options.settings()
        let tally = CopyTally()
        do {
            try settings.database.mustExist()
            let opened = try await OpenDatabase(settings.database, use: .survey)
            try await Migrator(opened.database).verify()
            try await write(opened.database, tally)
            await opened.close()
        } catch {
            throw CommandFailure(error)
        }
        if json { return Console.out(JSONText.object([("file", .string(file)), ("rows", tally.json)])) }
        Console.say("\(tally.rows) rows are in \(file). Keep the server key too, in another place.")
    }

    /// Under another name first, so that what has the name is complete and on the disk.
    private func write(_ database: any SQLDatabase, _ tally: CopyTally) async throws {
        let partial = file + ".partial"
        defer { unlink(partial) }
        unlink(partial)
        let backup = try SQLiteFile(path: partial)
        _ = try await Migrator(backup).up(at: UsherClock.now())
        try await DatabaseCopy(progress: tally.progress).save(database) { try backup.run($0) }
        try backup.close()
        try DurableFile.rename(partial, to: file)
    }
}

extension Settings.Database {
    /// A command that looks at a database makes none.
    func mustExist() throws {
        guard case .sqlite(let path) = self, access(path, F_OK) != 0 else { return }
        throw DatabaseProblem("The database \(path) is not there.")
    }
}

/// Counts what goes over, and says so while it goes.
final class CopyTally: Sendable {
    private let counts = Mutex<[(table: String, rows: Int)]>([])

    var progress: DatabaseCopy.Progress {
        { [self] table, rows, isAll in
            guard isAll else {
                if rows.isMultiple(of: 100_000) { Console.say("\(table): \(rows) rows so far") }
                return
            }
            // A transaction that is run again counts anew.
            counts.withLock { counts in
                counts.removeAll { $0.table == table }
                counts.append((table, rows))
            }
            Console.say("\(table): \(rows) rows")
        }
    }

    var rows: Int { counts.withLock { $0.reduce(0) { $0 + $1.rows } } }

    var json: JSONText { .members(counts.withLock { $0.map { ($0.table, .number($0.rows)) } }) }
}
