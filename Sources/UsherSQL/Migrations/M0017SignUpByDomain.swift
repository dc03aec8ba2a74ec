extension Migration {
    /// Addresses of verified domains that are to be proved before they have an account. A program of before leaves them
    /// alone; whatever it does not erase lives for ten minutes.
    static let signUpByDomain = Migration(17, "SignUpByDomain", oldestProgram: 16) { dialect in
        [
            """
            CREATE TABLE domain_proofs (
                id \(dialect.text) PRIMARY KEY,
                email_typed \(dialect.text) NOT NULL,
                email_canonical \(dialect.text) NOT NULL UNIQUE,
                email_wire \(dialect.text) NOT NULL,
                expires_at \(dialect.integer) NOT NULL
            ) \(dialect.strict)
            """,
            "CREATE INDEX domain_proofs_by_end ON domain_proofs (expires_at)",
            // Whether there is any is asked at each view of the page to sign in.
            """
            CREATE INDEX organization_domains_open ON organization_domains (name)
            WHERE verified_at IS NOT NULL AND joining <> 'off'
            """,
        ]
    }
}
