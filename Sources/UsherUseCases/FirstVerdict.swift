import UsherDomain

/// What comes after the commit of a letter that somebody waits for: it is sent, the relay's first verdict is awaited,
/// and the first answer that anybody gave to an idempotency key is kept and given again.
struct FirstVerdict: Sendable {
    let store: any Store
    let effects: Effects
    let dispatch: any Dispatch
    let organization: ID<Organization>
    let key: IdempotencyKey?
    /// How long to wait for the verdict; nil: not at all (`Prefer: respond-async`).
    let patience: Duration?

    /// - Parameter letter: nil when there is none yet: the offer waits for a seat.
    func send(_ letter: Letter?, of invitation: ID<Invitation>) async throws -> SendOutcome {
        var verdict: LetterOutcome?
        if let letter { verdict = await dispatch.dispatch(letter, patience: patience) }
        return try await remember(Self.outcome(verdict, of: invitation))
    }

    /// The first answer once more. When the first request is still waiting for its verdict, or died waiting, the
    /// invitation's own row tells.
    func replay(_ record: IdempotentRecord) async throws -> SendOutcome {
        let id = ID<Invitation>(rawValue: record.subject)
        let deadline = effects.now() + (patience ?? .zero)
        while true {
            let (known, found) = try await store.read { tx in
                (try tx.idempotent(record.key)?.answer, try tx.invitation(id, in: organization))
            }
            if let known, let outcome = SendOutcome(word: known, subject: record.subject) { return outcome }
            let outcome = Self.outcome(of: found, id)
            if outcome != .underWay(id) || effects.now() >= deadline { return try await remember(outcome) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func remember(_ outcome: SendOutcome) async throws -> SendOutcome {
        guard let key else { return outcome }
        let kept = try await store.write { tx in
            try tx.finish(key, answer: outcome.word)
            return try tx.idempotent(key)
        }
        return kept.flatMap { record in
            record.answer.flatMap { SendOutcome(word: $0, subject: record.subject) }
        } ?? outcome
    }

    private static func outcome(_ verdict: LetterOutcome?, of invitation: ID<Invitation>) -> SendOutcome {
        switch verdict {
        case .handedOver: .sent
        case .refused(let code, _): .refused(code: code)
        case .delayed, .failed, nil: .underWay(invitation)
        }
    }

    private static func outcome(of invitation: Invitation?, _ id: ID<Invitation>) -> SendOutcome {
        switch (invitation?.delivery, invitation?.status) {
        case (.handedOver, _), (.delivered, _): .sent
        case (_, .undeliverable): .refused(code: invitation?.deliveryCode)
        default: .underWay(id)
        }
    }
}

extension StoreWriter {
    /// Takes an idempotency key for what this transaction does. Nil: it is new; otherwise what came with it before.
    func begin(
        _ key: IdempotencyKey?, _ request: IdempotencyRequest?, subject: String, at now: Timestamp
    ) throws -> IdempotentRecord? {
        guard let key, let request else { return nil }
        let record = IdempotentRecord(key: key, fingerprint: request.fingerprint, subject: subject, answer: nil)
        guard try !begin(record, at: now) else { return nil }
        guard let earlier = try idempotent(key, asking: request.fingerprint),
            earlier.fingerprint == request.fingerprint
        else {
            throw Refusal.idempotencyMismatch
        }
        return earlier
    }
}
