extension Migration {
    /// What kind of notice a letter is can be asked without reading it, so that a program leaves what it does not know to
    /// newer ones. A program of before cancels a notice of such a kind: that which knows only step 16 those of step 17,
    /// which was not noticed there, so this step does not suit it (docs/decisions/0033-letters-of-newer-programs.md).
    static let kindsOfNotices = Migration(18, "KindsOfNotices", oldestProgram: 17) { dialect in
        // Empty in letters of programs that know only step 17; whatever those write, this one knows.
        ["ALTER TABLE outbox ADD COLUMN notice_kind \(dialect.text)"]
    }
}
