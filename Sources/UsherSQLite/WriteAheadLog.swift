import GRDB
import GRDBSQLite
import Synchronization

/// The log of writes, and when it is copied into the file ("checkpoint"). By itself SQLite does that within the commit
/// that makes the log too long, and whoever waits for that commit waits for all pages of two thousand others.
///
/// Source: <https://www.sqlite.org/wal.html#ckpt>, <https://www.sqlite.org/c3ref/wal_hook.html>
final class WriteAheadLog: Sendable {
    /// Copied as soon as nobody waits for the writer.
    private static let longWhenIdle = 1000
    /// Copied though somebody waits: a longer one makes reading slow.
    private static let long = 4000

    /// Pages that the newest commit left in it.
    private let pages = Atomic<Int32>(0)

    /// Counts the pages that the connection writes, which must not outlive this.
    func count(on database: Database) {
        sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue()
                    .pages.store(pages, ordering: .relaxed)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Copies it if it is long. What a reader still needs stays in it until later. Throws what the disk answered; a full
    /// one is no failure, because everything still stands in the log.
    func shorten(_ database: Database, isIdle: Bool) throws {
        guard pages.load(ordering: .relaxed) >= (isIdle ? Self.longWhenIdle : Self.long) else { return }
        do {
            try database.run("PRAGMA wal_checkpoint(PASSIVE)")
        } catch {
            if SQLiteFault.isDiskFailure(error) { throw error }
        }
    }
}
