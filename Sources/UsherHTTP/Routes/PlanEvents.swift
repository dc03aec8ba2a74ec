import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import UsherAPI
import UsherDomain
import UsherUseCases

/// A plan's progress as server-sent events (WHATWG HTML section 9.2): `progress` with the plan whenever it changed, a
/// comment when nothing did for a while, and `done` at its end, after which the stream ends.
struct PlanEvents: Sendable {
    /// Looks at the plan; asks anew whether the caller may.
    let find: @Sendable () async throws -> PlanReport
    let interval: Duration

    /// What a proxy between cuts off at the earliest.
    private static let silence = Duration.seconds(15)
    /// A client that is still there comes back by itself.
    private static let longest = Duration.hours(1)
    /// Milliseconds after which a client comes back.
    private static let retry = 2000

    func response(_ first: PlanReport, place: Places.Place) -> Response {
        var headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        // Proxies that collect an answer would hold the events back.
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await write(first, to: &writer)
                withExtendedLifetime(place) {}
                try await writer.finish(nil)
            })
    }

    private func write(_ first: PlanReport, to writer: inout any ResponseBodyWriter) async throws {
        try await writer.write(ByteBuffer(string: "retry: \(Self.retry)\n\n"))
        let begun = ContinuousClock.now
        var (report, told, lastWrite) = (first, "", ContinuousClock.now)
        while !Task.isShuttingDownGracefully, ContinuousClock.now - begun < Self.longest {
            let body = PlanBody(report)
            let text = Self.json(body)
            if text != told || body.hasEnded {
                let event = body.hasEnded ? "done" : "progress"
                let count = body.total - (body.progress["waiting"] ?? 0)
                try await writer.write(ByteBuffer(string: "event: \(event)\nid: \(count)\ndata: \(text)\n\n"))
                (told, lastWrite) = (text, ContinuousClock.now)
                if body.hasEnded { return }
            } else if ContinuousClock.now - lastWrite >= Self.silence {
                try await writer.write(ByteBuffer(string: ": still here\n\n"))
                lastWrite = ContinuousClock.now
            }
            try await Task.sleep(for: interval)
            // Who may not look any more, or looks at what is gone, finds the stream ended and is told when it comes back.
            guard let next = try? await find() else { return }
            report = next
        }
    }

    /// One line, as `data` needs it.
    private static func json(_ body: PlanBody) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(body)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
