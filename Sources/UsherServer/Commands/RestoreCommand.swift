import ArgumentParser
import Glibc
import UsherDomain
import UsherSQL
import UsherSQLite
import UsherSecrets
import UsherUseCases

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Fill an empty database from a backup, and end what was open then.",
        discussion: """
            Stop Usher first. The file is one that usher backup made, or a copy of a SQLite database; the database to \
            fill may be of either engine. Whatever was revoked, used or signed out after the backup was made would be \
            valid again, so all sessions, links and open invitations in it end.

            With --in-place the database was brought back by other means (pg_restore, a snapshot of the disk), and \
            only the second half is done.

            Example: usher restore /backup/usher-2026-07-01.sqlite
            """)

    @Argument(help: "The backup.") var file: String?
    @Flag(help: "Only end what is open in the database that is there.") var inPlace = false
    @Flag(help: "As JSON.") var json = false
    @OptionGroup var options: ConfigOptions

    func validate() throws {
        guard (file == nil) == inPlace else { throw ValidationError("Name a backup, or say --in-place.") }
    }

    func run() async throws {
        let settings = try options.settings()
        do {
            try DataFolder.make(settings.data)
            if inPlace { try settings.database.mustExist() }
            // Before the database is: a backup that cannot be read makes none.
            let backup = try file.map { try RestorableBackup($0, folder: settings.data) }
            defer { backup?.remove() }
            try await backup?.check()
            let opened = try await OpenDatabase(settings.database, use: .maintenance)
            report(try await restore(backup, into: opened.database))
            await opened.close()
        } catch is DatabaseCopy.NotEmpty {
            throw CommandFailure(
                "The database holds data already. Move it away, or name an empty one in "
                    + "\(Setting.databaseURL.variable), and restore again.")
        } catch {
            throw CommandFailure(error)
        }
    }

    private func restore(
        _ backup: RestorableBackup?, into database: any SQLDatabase
    ) async throws -> (ended: WhatWasOpen, tally: CopyTally) {
        let migrator = Migrator(database)
        if backup != nil, try await migrator.status().allSatisfy({ $0.appliedAt == nil }) {
            _ = try await migrator.up(at: UsherClock.now())
        }
        try await migrator.verify()
        // What is noted needs no key.
        let effects = Effects.live(key: ServerKey())
        let now = effects.now(), id = effects.newID()
        let entry = AuditEntry(
            id: ID(rawValue: id), action: .databaseRestored, organization: nil, actor: "operator", subject: id,
            requestID: nil, at: now)
        let tally = CopyTally()
        let copy = DatabaseCopy(progress: tally.progress)
        guard let backup else { return (try await copy.end(in: database, at: now, noted: entry), tally) }
        return (try await copy.load(into: database, at: now, noted: entry) { try backup.file.run($0) }, tally)
    }

    private func report(_ result: (ended: WhatWasOpen, tally: CopyTally)) {
        let ended = result.ended
        if json {
            return Console.out(
                JSONText.object([
                    ("rows", result.tally.json),
                    (
                        "ended",
                        .members([
                            ("sessions", .number(ended.sessions)), ("links", .number(ended.links)),
                            ("invitations", .number(ended.invitations)), ("letters", .number(ended.letters)),
                        ])
                    ),
                ]))
        }
        if !inPlace { Console.say("\(result.tally.rows) rows were restored.") }
        Console.say(
            """
            Ended what was open: \(ended.sessions) sessions, \(ended.links) links, \(ended.invitations) invitations, \
            \(ended.letters) letters that waited.
            Members who were removed and API keys that were revoked since the backup are valid again: look through them.
            """)
    }
}

/// A private copy of a backup, brought up to this program's schema: the backup itself stays as it is.
struct RestorableBackup {
    let file: SQLiteFile
    private let path: String
    private let source: String

    /// - Throws: `CommandFailure`, `DatabaseProblem`.
    init(_ source: String, folder: String) throws {
        self.source = source
        path = "\(folder)/restore-\(getpid()).sqlite"
        do {
            try DurableFile.copy(source, to: path)
            file = try SQLiteFile(path: path)
        } catch is DatabaseProblem {
            unlink(path)
            throw CommandFailure("\(source) is not a backup of Usher's.")
        } catch {
            unlink(path)
            throw error
        }
    }

    func check() async throws {
        let findings = await SQLiteIntegrity.findings(file)
        guard findings.isEmpty else {
            throw CommandFailure("The backup \(source) is damaged: \(findings.joined(separator: "; ")).")
        }
        let migrator = Migrator(file)
        guard try await migrator.status().contains(where: { $0.appliedAt != nil }) else {
            throw CommandFailure("\(source) is not a backup of Usher's.")
        }
        _ = try await migrator.up(at: UsherClock.now())
    }

    func remove() {
        try? file.close()
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
    }
}
