package import UsherDomain

/// An `Idempotency-Key` that came with a request: what the request does is done once, and its answer is kept in the
/// transaction that does it, for 24 hours (draft-ietf-httpapi-idempotency-key-header).
package struct Once<Answer: Sendable>: Sendable {
    package let key: IdempotencyKey
    /// Differs where method, path, organization or body do.
    package let fingerprint: String
    /// What an answer that changed nothing counts against, for the key's actor.
    let quota: Quota?
    /// The answer in the form in which it is kept: without the client's key nobody can read it.
    let seal: @Sendable (Answer) throws -> String

    package init(
        key: IdempotencyKey, fingerprint: String, quota: Quota? = nil,
        seal: @escaping @Sendable (Answer) throws -> String
    ) {
        self.key = key
        self.fingerprint = fingerprint
        self.quota = quota
        self.seal = seal
    }
}

/// The same request was answered before: this is thrown out of the transaction, in which nothing was done yet.
package struct AnsweredBefore: Error {
    /// As `Once` sealed it.
    package let answer: String
}

/// A key was finished that was not begun, or began something that left no answer: a fault of a use case.
struct UnansweredKey: Error {}

// Call `begin` behind the caller's right and the reading of the body, which are asked again at each repetition, and
// before the rules and the effect, which are not; `finish` last, and `finish(unchanged:)` where there was no
// effect. A refusal undoes both with the transaction.
extension StoreWriter {
    /// Takes the key for what this transaction does. Whoever comes later with the same key waits for its end.
    /// - Throws: `AnsweredBefore` for the same request, `Refusal.idempotencyMismatch` for another one.
    func begin<Answer>(_ once: Once<Answer>?, at now: Timestamp) throws {
        guard let once else { return }
        guard try !begin(once.record(subject: ""), at: now) else { return }
        try recall(once, at: now)
        throw UnansweredKey()
    }

    /// Keeps the answer, in the same transaction.
    @discardableResult
    func finish<Answer>(_ once: Once<Answer>?, _ answer: Answer) throws -> Answer {
        guard let once else { return answer }
        guard try finish(once.key, answer: try once.seal(answer)) else { throw UnansweredKey() }
        return answer
    }

    /// Keeps the answer of what was so before, and for which no limit was asked. Its key makes a row all the same, so it
    /// counts as one of the things that its actor does.
    /// - Throws: `Refusal.limited`.
    @discardableResult
    func finish<Answer>(_ once: Once<Answer>?, unchanged answer: Answer, at now: Timestamp) throws -> Answer {
        guard let once else { return answer }
        _ = try spend(once.quota, for: once.key.actor, at: now)
        return try finish(once, answer)
    }
}

extension StoreReader {
    /// Asks only, where what comes before the effect takes long or would refuse a repetition; `begin` decides.
    func recall<Answer>(_ once: Once<Answer>?, at now: Timestamp) throws {
        guard let once, let found = try kept(once.key, asking: once.fingerprint, at: now) else { return }
        guard found.fingerprint == once.fingerprint else { throw Refusal.idempotencyMismatch }
        guard let answer = found.answer else { throw UnansweredKey() }
        throw AnsweredBefore(answer: answer)
    }
}

// MARK: - What takes more than one transaction

extension StoreWriter {
    /// Begins the key, or goes on with what came with it and has no answer yet: it is under way, or died on the way.
    /// - Returns: how much was done before.
    func resume<Answer>(_ once: Once<Answer>?, at now: Timestamp) throws -> Int {
        guard let once, try !begin(once.record(subject: "0"), at: now) else { return 0 }
        // From here on nobody else goes on with it before this transaction ends.
        guard let found = try hold(once.key, asking: once.fingerprint), found.fingerprint == once.fingerprint else {
            throw Refusal.idempotencyMismatch
        }
        if let answer = found.answer { throw AnsweredBefore(answer: answer) }
        return Int(found.subject) ?? 0
    }

    /// Writes down how much is done by now.
    func advance<Answer>(_ once: Once<Answer>?, to count: Int) throws {
        guard let once else { return }
        try advance(once.key, subject: String(count))
    }
}

extension Once {
    fileprivate func record(subject: String) -> IdempotentRecord {
        IdempotentRecord(key: key, fingerprint: fingerprint, subject: subject, answer: nil)
    }
}
