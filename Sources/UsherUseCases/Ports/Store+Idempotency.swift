package import UsherDomain

/// What requests with an `Idempotency-Key` did.
package protocol IdempotencyReader {
    func idempotent(_ key: IdempotencyKey) throws -> IdempotentRecord?
    /// The same, without its answer unless the fingerprint is this: an answer may be large, and whoever asks for something
    /// else is only told so.
    func idempotent(_ key: IdempotencyKey, asking fingerprint: String) throws -> IdempotentRecord?
    /// The same, unless its 24 hours are over.
    func kept(_ key: IdempotencyKey, asking fingerprint: String, at now: Timestamp) throws -> IdempotentRecord?
}

/// Keys are taken in the transaction of what they came for.
package protocol IdempotencyWriter: IdempotencyReader {
    /// False: the key is there already; read it with `idempotent`.
    func begin(_ record: IdempotentRecord, at now: Timestamp) throws -> Bool
    /// The answer is kept once. False: there was one already, or the key is not there.
    @discardableResult
    func finish(_ key: IdempotencyKey, answer: String) throws -> Bool
    /// The same as `idempotent`, and locks the row until the transaction ends.
    func hold(_ key: IdempotencyKey, asking fingerprint: String) throws -> IdempotentRecord?
    /// Writes down how far it is with what has no answer yet.
    func advance(_ key: IdempotencyKey, subject: String) throws
}
