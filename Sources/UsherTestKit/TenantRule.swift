/// Every statement on a table that belongs to organizations names the organization, so that no mistake in an id can
/// reach into another one.
package enum TenantRule {
    package struct Broken: Error, CustomStringConvertible {
        package let table: String
        package let statement: String
        package var description: String { "\(table) is used without organization_id: \(statement)" }
    }

    private static let tables = [
        "memberships", "invitations", "invitation_requests", "invitation_reminders", "former_codes", "suppressions",
        "api_keys", "outbox", "invitation_plans", "invitation_plan_rows", "join_links", "join_link_uses", "join_proofs",
        "ownership_transfers", "roles", "organization_domains", "join_requests", "seat_movements", "seat_balances",
        "seat_changes",
    ]

    /// Who is exempt, and why: the statement contains the words.
    private static let exemptions: [(table: String, words: String, reason: String)] = [
        ("invitations", "WHERE code_hash = $", "the code is the proof; which organization follows from it"),
        ("invitations", "WHERE email_canonical = $", "a person looks at their own offers"),
        ("invitations", "ORDER BY expires_at LIMIT $", "what is overdue is swept, whosever it is"),
        ("invitations", "WHERE id = $1 AND generation = $2", "the tag of a letter is the proof"),
        ("former_codes", "WHERE code_hash = $", "the same"),
        ("invitations", "FROM invitations WHERE email_canonical = $", "so are an address and its short code"),
        ("api_keys", "WHERE hash = $", "the key is the proof"),
        ("api_keys", "WHERE id = $", "the moment of last use, of a key that was just proved"),
        ("api_keys", "WHERE user_id = $", "a person ends their own keys"),
        ("memberships", "WHERE m.user_id = $", "a person lists their own organizations"),
        ("memberships", "WHERE m.role = 2 LIMIT 1", "whether the server has an admin at all"),
        ("memberships", "WHERE m.ends_at <= $", "the housekeeper looks whose membership ended"),
        ("memberships", "AND m.ending_told_at IS NULL", "and whom to tell that theirs will"),
        ("ownership_transfers", "WHERE expires_at <= $", "offers whose time is over are removed"),
        (
            "memberships", "WHERE user_id = $1 RETURNING id, organization_id",
            "a person who is erased leaves all of them"
        ),
        ("invitations", "WHERE email_canonical = $", "an address that is erased is erased in all of them"),
        ("outbox", "AND recipient_canonical = $", "the same"),
        ("invitation_requests", "WHERE other_canonical = $", "the same"),
        ("join_proofs", "WHERE email_canonical = $", "the same"),
        ("invitation_plan_rows", "WHERE email_canonical = $", "the same"),
        ("outbox", "state = 'pending' AND leased_until <= $", "the courier takes what is due"),
        ("outbox", "AND node = $", "the courier settles what it holds"),
        ("outbox", "WHERE id IN ($", "the courier cancels what it just took"),
        ("outbox", "FROM outbox WHERE state = 'pending'", "the courier counts what waits"),
        ("outbox", "THEN 0 ELSE leased_until END WHERE state", "a clock set back lets no letter sleep"),
        ("outbox", "ended_at <= $", "old letters are removed"),
        ("outbox", "node = NULL WHERE state = 'pending' RETURNING 1", "a restore ends everything"),
        ("invitations", "AND expires_at > $3 RETURNING 1", "the same"),
        ("invitation_plans", "WHERE state IN ('planned', 'applying') RETURNING 1", "the same"),
        ("invitation_plan_rows", "WHERE state = 'waiting' RETURNING 1", "the same"),
        ("invitation_plans", "state = 'applying' AND (leased_until", "a node takes what is to be applied"),
        ("invitation_plans", "expires_at <= $", "old plans are removed"),
        ("invitation_plan_rows", "expires_at <= $", "the same"),
        ("roles", "FROM roles r WHERE r.organization_id =", "of the organization of the row that holds it"),
        ("join_links", "WHERE hash = $", "the secret is the proof; which organization follows from it"),
        ("join_links", "WHERE revoked_at IS NULL RETURNING 1", "a restore ends everything"),
        ("join_proofs", "FROM join_proofs WHERE id = $", "the one-time link was the proof"),
        ("join_proofs", "WHERE expires_at <= $", "old proofs are removed"),
        (
            "organization_domains", "name = $1 AND verified_at IS NOT NULL",
            "a person's domain leads to its organization"
        ),
        (
            "organization_domains", "SET name = name WHERE id = (SELECT MIN(d.id)",
            "one name is proved by one organization"
        ),
        (
            "organization_domains", "d.joining <> 'off' AND d.name > '' LIMIT 1",
            "whether any organization lets people in"
        ),
        ("organization_domains", "WHERE verified_at IS NOT NULL AND checked_at <= $", "the housekeeper looks again"),
        ("organization_domains", "checked_at = 0 WHERE verified_at IS NOT NULL RETURNING 1", "a restore lets it look"),
        ("join_requests", "WHERE j.user_id = $", "a person lists what they asked for"),
        ("join_requests", "WHERE status = 'open' AND expires_at <= $", "what is overdue is swept, whosever it is"),
        ("join_requests", "WHERE user_id = $", "a person who is erased asks for nothing"),
        ("invitations", "status = 'waitlisted' AND organization_id > $", "in which organization somebody waits"),
        ("seat_movements", "o.seats_since IS NOT NULL AND o.id > ''", "the doctor compares the ledgers with the rows"),
        ("seat_balances", "o.seats_since IS NOT NULL AND o.id > ''", "the same"),
        ("seat_changes", "o.seats_since IS NOT NULL AND o.id > ''", "the same"),
        ("memberships", "o.seats_since IS NOT NULL AND o.id > ''", "the same"),
        ("invitations", "o.seats_since IS NOT NULL AND o.id > ''", "the same"),
    ]

    /// The table that a statement uses against the rule; nil when it keeps it.
    package static func violation(in statement: String) -> String? {
        let text = statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard ["SELECT", "UPDATE", "DELETE", "INSERT"].contains(where: text.hasPrefix) else { return nil }
        return tables.first { table in
            uses(table, text) && !namesOrganization(text)
                && !exemptions.contains { $0.table == table && text.contains($0.words) }
        }
    }

    private static func uses(_ table: String, _ text: String) -> Bool {
        ["FROM \(table)", "JOIN \(table)", "UPDATE \(table)", "INTO \(table)"].contains { use in
            text.ranges(of: use).contains { range in
                range.upperBound == text.endIndex || !(text[range.upperBound].isLetter || text[range.upperBound] == "_")
            }
        }
    }

    /// A value for it, a condition on it, or the same one as that of a letter.
    private static func namesOrganization(_ text: String) -> Bool {
        if text.hasPrefix("INSERT") { return text.contains("organization_id,") }
        let isOfLetter = ["= o.organization_id", "= outbox.organization_id"].contains {
            text.contains("i.organization_id " + $0)
        }
        guard let condition = text.range(of: "WHERE ") else { return isOfLetter }
        let isOfOrganization =
            ["FROM organizations o ", " WHERE o.id = $", "organization_id = o.id"].allSatisfy { text.contains($0) }
        return isOfLetter || isOfOrganization
            || ["organization_id = $", "organization_id || '' = $"].contains {
                text[condition.upperBound...].contains($0)
            }
    }
}

extension String {
    /// The first place of a text, without Foundation.
    fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
