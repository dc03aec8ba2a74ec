import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import UsherDomain
import UsherUseCases

/// An answer as it is given, and as it is kept for who asks again.
struct Rendered: Equatable, Sendable {
    let status: HTTPResponse.Status
    /// Where what was made can be read.
    let location: String?
    /// JSON; empty: none.
    let body: [UInt8]

    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, location: String? = nil
    ) -> Rendered {
        Rendered(status: status, location: location, body: Reply.encoded(value))
    }

    static let noContent = Rendered(status: .noContent, location: nil, body: [])

    var response: Response {
        guard !body.isEmpty else { return Reply.empty(status) }
        var response = Reply.json(encoded: body, status: status)
        response.headers[.location] = location
        return response
    }

    /// One line of status and place, then the body.
    var kept: [UInt8] { Array("\(status.code) \(location ?? "")\n".utf8) + body }

    private init(status: HTTPResponse.Status, location: String?, body: [UInt8]) {
        self.status = status
        self.location = location
        self.body = body
    }

    init?(kept bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard let code = line.first.flatMap({ Int($0) }), (100...599).contains(code) else { return nil }
        self.init(
            status: HTTPResponse.Status(code: code), location: line.count > 1 ? String(line[1]) : nil,
            body: Array(bytes[(end + 1)...]))
    }
}

/// Whose `Idempotency-Key` came with a request, if there is one.
struct KeyHolder: Sendable {
    /// `Caller.actor`, or what stands for one where no credential is asked for.
    let actor: String
    /// As the client sent it: it is kept nowhere.
    let key: String?
    let organization: ID<Organization>?
}

extension OrganizationContext {
    var keyHolder: KeyHolder {
        KeyHolder(actor: caller.actor, key: idempotencyKey, organization: organization)
    }
}

extension CallerContext {
    var keyHolder: KeyHolder { KeyHolder(actor: caller.actor, key: idempotencyKey, organization: nil) }
}

extension UseCases {
    /// The turn of a request among those with its key, before it takes anything that others want, too. Nil: no key came.
    func turn(of holder: KeyHolder) async throws -> KeyTurns.Turn? {
        guard let key = holder.key else { return nil }
        return try await keyTurns.take(effects.keptKey(holder, key))
    }

    /// Answers a request, and the same one with the same `Idempotency-Key` with the same bytes.
    /// - Parameters:
    ///   - turn: of its key, when it was taken before.
    ///   - body: every byte of it that the route reads.
    ///   - render: what the answer says of what was done; called in the transaction, perhaps more than once.
    ///   - action: does it, with what keeps the answer in its transaction.
    func answer<Done: Sendable>(
        _ request: Request, of holder: KeyHolder, turn: KeyTurns.Turn? = nil, body: [UInt8] = [],
        as render: @escaping @Sendable (Done) -> Rendered,
        doing action: (Once<Done>?) async throws -> Done
    ) async throws -> Response {
        guard let key = holder.key else { return render(try await action(nil)).response }
        var turn = turn
        if turn == nil { turn = try await self.turn(of: holder) }
        defer { withExtendedLifetime(turn) {} }
        let asked = effects.idempotency(of: request, holder, key: key, body: body)
        // Whoever knows only what is stored cannot make the key that this is sealed with.
        let secret = "\(asked.fingerprint)\n\(holder.actor)\n\(key)"
        let given = Mutex<Rendered?>(nil)
        let once = Once<Done>(
            key: IdempotencyKey(actor: holder.actor, key: asked.key), fingerprint: asked.fingerprint,
            quota: rules.quotas.actor
        ) { [seal = effects.seal] done in
            let rendered = render(done)
            given.withLock { $0 = rendered }
            return try seal(rendered.kept, secret)
        }
        do {
            let done = try await action(once)
            return (given.withLock { $0 } ?? render(done)).response
        } catch let before as AnsweredBefore {
            guard let kept = effects.unseal(before.answer, secret).flatMap({ Rendered(kept: $0) }) else {
                throw KeptAnswerUnreadable()
            }
            return kept.response
        }
    }

}

extension Effects {
    /// For what keeps its answer itself. Nil: no key came.
    func idempotency(of request: Request, _ holder: KeyHolder, body: [UInt8] = []) -> IdempotencyRequest? {
        holder.key.map { idempotency(of: request, holder, key: $0, body: body) }
    }

    /// Two requests are the same when method, path, query, organization, media type and every byte of the body are.
    fileprivate func idempotency(
        of request: Request, _ holder: KeyHolder, key: String, body: [UInt8]
    ) -> IdempotencyRequest {
        let type = request.headers[.contentType]?.split(separator: ";").first?.trimmed.lowercased() ?? ""
        let head = "\(request.method.rawValue) \(request.uri.string)\n\(holder.organization?.rawValue ?? "")\n\(type)"
        return IdempotencyRequest(
            key: keptKey(holder, key).key,
            fingerprint: derive(.idempotency, "request\n\(head)\n\(String(decoding: body, as: UTF8.self))"))
    }

    /// The key as it is stored.
    fileprivate func keptKey(_ holder: KeyHolder, _ key: String) -> IdempotencyKey {
        IdempotencyKey(actor: holder.actor, key: derive(.idempotency, "key\n\(holder.actor)\n\(key)"))
    }
}

/// What was kept was sealed with another server key, or is not what was kept.
struct KeptAnswerUnreadable: Error {}
