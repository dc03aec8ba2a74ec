import Glibc
import UsherDomain
import UsherHTTP
import UsherMail
import UsherPostgres
import UsherSecrets
import UsherSMTP
import UsherSQL
import UsherSQLite
import UsherText
import UsherUseCases

/// What commands and the server share: the key, the database and the use cases, in the order in which they open.
struct Assembly {
    let settings: Settings
    let effects: Effects
    let database: any SQLDatabase
    let store: SQLStore
    let hasher: Argon2Hasher
    let isFresh: Bool

    /// Opens the database; the server alone takes the lock on a file, and makes what is missing in development.
    init(_ settings: Settings, use: SQLiteDatabase.Use) async throws {
        self.settings = settings
        try Self.makeFolder(settings.dataFolder)
        effects = Effects.live(key: try Self.key(settings))
        switch settings.engine {
        case .sqlite(let path):
            let file = try SQLiteDatabase(path: path, use: use)
            database = file
            isFresh = file.isFresh
        case .postgres(let url):
            database = try PostgresDatabase(
                url: url, connections: use == .server ? settings.databaseConnections : 1)
            isFresh = false
        }
        store = SQLStore(database)
        hasher = try Argon2Hasher()
    }

    func useCases(dispatch: any Dispatch) -> UseCases {
        UseCases(
            store: store, effects: effects, hasher: hasher,
            passwordPolicy: PasswordPolicy(rules: settings.passwordRules, isCommon: CommonPasswords.contains),
            rules: settings.rules, dispatch: dispatch)
    }

    /// Commands send no letters: what they enqueue waits for the server.
    func commandUseCases() -> UseCases { useCases(dispatch: NoDispatch()) }

    private static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw Failure(
            .failed, "Cannot make the data folder \(path): \(String(cString: strerror(errno))). Set USHER_DATA to a folder that can be written.")
    }

    private static func key(_ settings: Settings) throws -> ServerKey {
        guard let text = settings.serverKey else { return try ServerKey.loadOrCreate(path: settings.keyPath) }
        return try ServerKey(text: text.reveal())
    }
}

/// For commands: letters stay in the outbox, leased to nobody.
private struct NoDispatch: Dispatch {
    func lease(at now: Timestamp) -> Lease { Lease(node: "command", until: now) }

    func dispatch(_ letter: Letter, patience: Duration?) async -> LetterOutcome? { nil }
}
