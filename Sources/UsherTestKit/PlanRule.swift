import UsherSQL

/// RES-12: no statement of a request reads a table that grows from end to end. SQLite tells how it would run each text
/// that any test runs; it plans without statistics here, as it does in a database that nobody has analyzed.
enum PlanRule {
    struct Broken: Error, CustomStringConvertible {
        let plan: String
        let statement: String
        var description: String { "\(plan): \(statement)" }
    }

    /// Who is exempt, and why: the statement contains the words.
    private static let exemptions: [(words: String, reason: String)] = [
        ("RETURNING 1", "what is done once, or for what waits: a restore, a clock set back"),
        ("m.role = 2 LIMIT 1", "whether there is an admin: asked at the start"),
        ("FROM organizations WHERE deleted_at IS NULL ORDER BY created_at", "the greeting of an empty server"),
        ("FROM audit ORDER BY", "the newest entry"),
        ("schema_migrations", "as many rows as steps"),
        ("FROM sqlite_master", "as many rows as tables"),
    ]

    /// Partial indexes of the letters and plans that wait.
    private static let ofWhatWaits = [
        "INDEX outbox_waiting", "INDEX outbox_of_invitation", "INDEX invitation_plans_applying",
    ]

    static func check(_ query: SQLQuery, _ session: any SQLSession) throws {
        let text = query.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard ["SELECT", "UPDATE"].contains(where: text.hasPrefix),
            !exemptions.contains(where: { text.contains($0.words) })
        else { return }
        for row in try session.rows("EXPLAIN QUERY PLAN " + query) {
            guard case .text(let step)? = row.values.last, step.hasPrefix("SCAN "), !step.hasPrefix("SCAN CONSTANT"),
                !ofWhatWaits.contains(where: step.hasSuffix)
            else { continue }
            throw Broken(plan: step, statement: text)
        }
    }
}
