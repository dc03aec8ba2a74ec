import UsherDomain
import UsherUseCases

/// People of a verified domain who have no account yet.
extension SQLTransaction {
    func domainProof(_ id: ID<OneTimeLink>) throws -> DomainProof? {
        try first(
            """
            SELECT id, email_typed, email_canonical, email_wire, expires_at FROM domain_proofs WHERE id = \(id)
            """
        ).map { row in
            var columns = row.columns
            return DomainProof(
                id: try columns.next(), email: try EmailAddress(&columns), expiresAt: try columns.next())
        }
    }

    func isAnyDomainOpen() throws -> Bool {
        try any(
            """
            SELECT 1 FROM organization_domains d JOIN organizations o ON o.id = d.organization_id
                AND o.deleted_at IS NULL
            WHERE d.verified_at IS NOT NULL AND d.joining <> 'off' AND d.name > '' LIMIT 1
            """)
    }

    /// Of two at once the later one stays: whoever finds no proof by the link's id has an older link.
    func replace(_ proof: DomainProof, at now: Timestamp) throws {
        let email = proof.email
        try run(
            """
            UPDATE one_time_links SET used_at = \(now)
            WHERE id = (SELECT p.id FROM domain_proofs p WHERE p.email_canonical = \(email.canonical))
                AND used_at IS NULL
            """)
        try run(
            """
            INSERT INTO domain_proofs (id, email_typed, email_canonical, email_wire, expires_at)
            VALUES (\(proof.id), \(email.typed), \(email.canonical), \(email.wire), \(proof.expiresAt))
            ON CONFLICT (email_canonical) DO UPDATE SET id = excluded.id, email_typed = excluded.email_typed,
                email_wire = excluded.email_wire, expires_at = excluded.expires_at
            """)
    }
}
