import UsherDomain
import UsherUseCases

/// What requests with an `Idempotency-Key` did.
extension SQLTransaction {
    func idempotent(_ key: IdempotencyKey) throws -> IdempotentRecord? {
        try first(
            """
            SELECT actor, key, fingerprint, subject, answer FROM idempotency
            WHERE actor = \(key.actor) AND key = \(key.key)
            """
        ).map(IdempotentRecord.init)
    }

    func idempotent(_ key: IdempotencyKey, asking fingerprint: String) throws -> IdempotentRecord? {
        try first(
            """
            SELECT actor, key, fingerprint, subject,
                CASE WHEN fingerprint = \(fingerprint) THEN answer END AS answer FROM idempotency
            WHERE actor = \(key.actor) AND key = \(key.key)
            """
        ).map(IdempotentRecord.init)
    }

    func kept(_ key: IdempotencyKey, asking fingerprint: String, at now: Timestamp) throws -> IdempotentRecord? {
        try first(
            """
            SELECT actor, key, fingerprint, subject,
                CASE WHEN fingerprint = \(fingerprint) THEN answer END AS answer FROM idempotency
            WHERE actor = \(key.actor) AND key = \(key.key) AND created_at > \(now - IdempotencyKey.lifetime)
            """
        ).map(IdempotentRecord.init)
    }

    func hold(_ key: IdempotencyKey, asking fingerprint: String) throws -> IdempotentRecord? {
        try first(
            """
            UPDATE idempotency SET subject = subject WHERE actor = \(key.actor) AND key = \(key.key)
            RETURNING actor, key, fingerprint, subject,
                CASE WHEN fingerprint = \(fingerprint) THEN answer END AS answer
            """
        ).map(IdempotentRecord.init)
    }

    func advance(_ key: IdempotencyKey, subject: String) throws {
        try run(
            """
            UPDATE idempotency SET subject = \(subject)
            WHERE actor = \(key.actor) AND key = \(key.key) AND answer IS NULL
            """)
    }

    /// A key whose time is over is taken over, as if it had never been.
    func begin(_ record: IdempotentRecord, at now: Timestamp) throws -> Bool {
        try any(
            """
            INSERT INTO idempotency (actor, key, fingerprint, subject, answer, created_at)
            VALUES (\(record.key.actor), \(record.key.key), \(record.fingerprint), \(record.subject),
                \(record.answer), \(now))
            ON CONFLICT (actor, key) DO UPDATE SET fingerprint = excluded.fingerprint, subject = excluded.subject,
                answer = excluded.answer, created_at = excluded.created_at
            WHERE idempotency.created_at <= \(now - IdempotencyKey.lifetime)
            RETURNING key
            """)
    }

    func finish(_ key: IdempotencyKey, answer: String) throws -> Bool {
        try any(
            """
            UPDATE idempotency SET answer = \(answer)
            WHERE actor = \(key.actor) AND key = \(key.key) AND answer IS NULL
            RETURNING key
            """)
    }
}
