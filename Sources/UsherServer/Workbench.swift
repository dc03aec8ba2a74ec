import UsherDomain
import UsherSQL
import UsherSecrets
import UsherText
import UsherUseCases

/// What every command that touches data works with: settings, key, effects, database.
struct Workbench: Sendable {
    let settings: Settings
    let effects: Effects
    let opened: OpenDatabase
    let store: SQLStore

    /// Opens everything. An empty SQLite file gets its schema, any other database is only verified.
    /// - Throws: `CommandFailure`.
    init(_ settings: Settings, use: OpenDatabase.Use) async throws {
        self.settings = settings
        do {
            try DataFolder.make(settings.data)
            effects = Effects.live(key: try Self.key(settings))
            opened = try await OpenDatabase(settings.database, use: use)
            let migrator = Migrator(opened.database)
            if opened.isFresh { _ = try await migrator.up(at: effects.now()) }
            try await migrator.verify()
            store = SQLStore(opened.database)
        } catch {
            throw CommandFailure(error)
        }
    }

    static func key(_ settings: Settings) throws -> ServerKey {
        switch settings.key {
        case .given(let key): key
        case .file(let path): try ServerKey.loadOrCreate(path: path)
        }
    }

    var operatorActions: OperatorActions { OperatorActions(store: store, effects: effects) }

    func setUp() throws -> SetUp {
        SetUp(store: store, effects: effects, hasher: try Argon2Hasher(), rules: settings.rules)
    }

    var passwordPolicy: PasswordPolicy {
        PasswordPolicy(rules: PasswordRules(minimumLength: settings.passwordMinimum)) { CommonPasswords.contains($0) }
    }
}
