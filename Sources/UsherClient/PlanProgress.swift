import FoundationEssentials
public import UsherAPI

/// How far a plan is, told whenever that changes, up to its end; `UsherClient.planProgress` makes one.
///
/// Nothing is collected: a value is read when it is asked for, and a slow reader slows the server down. A loop that is left
/// or cancelled closes the connection.
public struct PlanProgress: AsyncSequence, Sendable {
    /// The plan, without its rows.
    public typealias Element = PlanBody

    let client: UsherClient
    let plan: String
    let organization: String
    let reconnections: Int

    /// Connects when the first value is asked for.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(progress: self) }

    /// Where a reader of the sequence stands.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private static let longestPause = Duration.seconds(30)

        private let progress: PlanProgress
        private var parser = EventStreamParser()
        private var reader: UsherStream.Reader?
        private var last: PlanBody?
        private var failures = 0
        private var isAtEnd = false

        init(progress: PlanProgress) { self.progress = progress }

        /// The plan as it is now, when it is other than the last; nil after its end.
        /// - Throws: what `UsherClient.planProgress` names; after that comes nil.
        public mutating func next() async throws -> PlanBody? {
            do {
                while !isAtEnd {
                    guard let plan = try await received() else { continue }
                    failures = 0
                    if plan.hasEnded { close() }
                    guard plan != last else { continue }
                    last = plan
                    return plan
                }
                return nil
            } catch {
                close()
                // However the transport calls it.
                throw Task.isCancelled ? CancellationError() as any Error : error
            }
        }

        private mutating func close() { (reader, isAtEnd) = (nil, true) }

        /// Nil: the connection is over, or was not to be had; after a pause it may be tried anew.
        private mutating func received() async throws -> PlanBody? {
            do {
                try Task.checkCancellation()
                if reader == nil { reader = try await progress.connect(after: parser.lastEventID) }
                if let plan = try await read() { return plan }
                try await rest(after: nil)
            } catch let error as UsherError {
                // A proxy says these while the server behind it is away.
                guard [502, 503, 504].contains(error.status) else { throw error }
                try await rest(after: error)
            } catch let error where Self.isFinal(error) {
                throw error
            } catch {
                try await rest(after: error)
            }
            return nil
        }

        private static func isFinal(_ error: any Error) -> Bool {
            error is CancellationError || error is DecodingError || error is EventStreamParser.TooLong
                || error is StreamingUnavailable || error is StreamEnded
        }

        /// Nil: the stream ended.
        private mutating func read() async throws -> PlanBody? {
            while true {
                while let event = try parser.next() {
                    guard ["progress", "done"].contains(event.type) else { continue }
                    return try JSONDecoder().decode(PlanBody.self, from: Data(event.data.utf8))
                }
                guard let bytes = try await reader?() else { return nil }
                parser.append(bytes)
            }
        }

        /// Waits before the next try, or throws when there is none. A server that ends what it began is restarted, or
        /// wants to know again who listens.
        private mutating func rest(after error: (any Error)?) async throws {
            reader = nil
            let first = last == nil ? Duration.milliseconds(500) : parser.reconnectionTime ?? .seconds(2)
            parser.restart()
            failures += 1
            guard failures <= (last == nil ? progress.client.retries : progress.reconnections) else {
                throw error ?? StreamEnded()
            }
            let asked = (error as? UsherError)?.retryAfter ?? .zero
            let pause = Swift.max(first, .milliseconds(100)) * (1 << Swift.min(failures - 1, 6))
            try await Task.sleep(for: Swift.min(Swift.max(pause, asked), Self.longestPause))
        }
    }

    private func connect(after lastEventID: String) async throws -> UsherStream.Reader {
        guard let streaming = client.streaming else { throw StreamingUnavailable() }
        var headers = [("Cache-Control", "no-store")]
        if !lastEventID.isEmpty { headers.append(("Last-Event-ID", lastEventID)) }
        let request = try client.request(
            "GET", "/api/invitation/plan/\(plan)/event", organization: organization, headers: headers,
            accept: "text/event-stream, application/problem+json")
        let stream = try await streaming(request)
        guard (200..<300).contains(stream.status) else { throw UsherError(try await stream.collect(upTo: 1 << 16)) }
        let type = stream.header("Content-Type")?.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard stream.status == 200, type == "text/event-stream" else {
            throw UsherError(
                unreadable: stream.status, "The server answered with something else than a stream of events.")
        }
        return stream.reader()
    }
}

/// The client was made with a transport of one's own and without `streaming`.
public struct StreamingUnavailable: Error, Equatable, Sendable {
    /// Makes the error.
    public init() {}
}

/// The server ended a stream of events before what it tells about had ended, as often as it was connected anew.
public struct StreamEnded: Error, Equatable, Sendable {
    /// Makes the error.
    public init() {}
}

extension UsherClient {
    /// How far a plan is, at once and whenever it changes, until it was applied or cancelled
    /// (`GET /api/invitation/plan/{plan_id}/event`).
    ///
    /// ```swift
    /// for try await plan in client.planProgress(id, of: organization) {
    ///     print("\(plan.progress["done"] ?? 0) of \(plan.total)")
    /// }
    /// ```
    ///
    /// The first connection is made as each call is, again as often as `retries` says. One that breaks or ends after it
    /// told something is made anew after the pause that the server asks for; the pauses double up to half a minute. Each
    /// value is the whole state, so none that matters is missed meanwhile.
    ///
    /// - Parameters:
    ///   - id: UUID.
    ///   - organization: UUID of the organization.
    ///   - reconnections: how often in a row, without a value between, it is connected anew. Ten take three and a half
    ///     minutes.
    /// - Returns: a sequence that connects when it is iterated. Its iterator throws `UsherError` when the server says no,
    ///   also when it does so after a while, because the right or the plan is gone; `StreamingUnavailable` when this
    ///   client has no `streaming`; `StreamEnded`, `DecodingError`, or what the transport throws.
    public func planProgress(_ id: String, of organization: String, reconnections: Int = 10) -> PlanProgress {
        PlanProgress(client: self, plan: id, organization: organization, reconnections: reconnections)
    }
}
