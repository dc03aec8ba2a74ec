import HTTPTypes
import Hummingbird
import NIOCore
import UsherAPI

/// Whether the server lives, whether it can work, and what it understands.
struct ServerRoutes {
    let readiness: @Sendable () async -> Readiness

    /// Probes come by address, not by the public host, and must not depend on anything: before all checks.
    func addProbes(to router: UsherRouter) {
        router.get("/livez") { _, _ in Reply.json(HealthBody(status: "ok")) }
        router.get("/readyz") { [readiness] _, _ in
            let state = await readiness()
            return Reply.json(
                HealthBody(status: state.isReady ? "ok" : "unavailable", parts: state.parts),
                status: state.isReady ? .ok : .serviceUnavailable, retryAfter: state.isReady ? nil : 5)
        }
    }

    func add(to router: UsherRouter) {
        router.get("/api/health") { _, _ in Reply.json(HealthBody(status: "ok")) }
        router.get("/openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: OpenAPIDocument.json)))
        }
    }
}

extension Reply {
    fileprivate static func json(
        _ value: some Encodable, status: HTTPResponse.Status, retryAfter: Int?
    ) -> Response {
        var response = json(value, status: status)
        response.headers[.retryAfter] = retryAfter.map(String.init)
        return response
    }
}
