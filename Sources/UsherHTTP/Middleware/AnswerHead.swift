import Hummingbird

/// HEAD is answered with the fields alone, problems too (RFC 9110 section 9.3.2): bytes after them would be taken for
/// the answer to the next request of the connection.
struct AnswerHead: RouterMiddleware {
    typealias Context = UsherContext

    func handle(
        _ request: Request, context: UsherContext, next: (Request, UsherContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
