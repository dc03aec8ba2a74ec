import Hummingbird
import Logging
import UsherDomain

/// Logs the route, never the path or the query: those carry invitation codes.
struct LogRequests: RouterMiddleware {
    typealias Context = UsherContext

    func handle(
        _ request: Request, context: UsherContext, next: (Request, UsherContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        do {
            let response = try await next(request, context)
            log(request, context, status: "\(response.status.code)", since: start)
            return response
        } catch {
            // The connection broke, or was broken off: there is nobody to answer.
            log(request, context, status: "none", since: start)
            throw error
        }
    }

    private func log(_ request: Request, _ context: UsherContext, status: String, since start: ContinuousClock.Instant)
    {
        let took = (ContinuousClock.now - start).wholeMilliseconds
        context.logger.info(
            "handled",
            metadata: [
                "method": "\(Self.method(request))", "route": "\(context.endpointPath ?? "none")",
                "status": "\(status)", "took_ms": "\(took)",
            ])
    }

    /// A method is a client's own word: only the registered ones are written down.
    private static func method(_ request: Request) -> String {
        switch request.method {
        case .get, .head, .post, .put, .patch, .delete, .options: request.method.rawValue
        default: "other"
        }
    }
}
