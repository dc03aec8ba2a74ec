import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import UsherAPI
import UsherDomain
import UsherUseCases

/// The one place where an error of the API becomes an answer.
struct RenderProblems: RouterMiddleware {
    typealias Context = UsherContext

    let routes: RouteTable
    let condemned: CondemnedConnections

    func handle(
        _ request: Request, context: UsherContext, next: (Request, UsherContext) async throws -> Response
    ) async throws -> Response {
        do {
            guard !condemned.contains(context.channel) else {
                throw HTTPFault.badRequest("A request before this one ended the connection.")
            }
            return try await next(request, context)
        } catch let broken as BrokenBody {
            // The bytes were no HTTP: the server answers 400 and closes.
            throw broken.cause
        } catch {
            return render(refine(error, request), request, context)
        }
    }

    /// "Nothing here" may be "nothing here for this method".
    private func refine(_ error: any Error, _ request: Request) -> any Error {
        guard let status = (error as? any HTTPResponseError)?.status, status == .notFound else { return error }
        let methods = routes.methods(at: request.uri.path)
        return methods.isEmpty ? error : HTTPFault.methodNotAllowed(methods)
    }

    private func render(_ error: any Error, _ request: Request, _ context: UsherContext) -> Response {
        let answer = Answer(error)
        if answer.status.kind == .serverError {
            // Details go to the log, never to the client.
            context.logger.error("request failed", metadata: ["error": "\(String(reflecting: error))"])
        }
        var response = answer.response(to: request, id: context.facts.id)
        if (error as? HTTPFault)?.closesConnection == true {
            response.headers[.connection] = "close"
            condemned.condemn(context.channel)
        }
        return response
    }
}

extension Answer {
    /// The problem as RFC 9457 has it. A client that names `application/json` and not the problem type gets the same
    /// bytes under that name: generated clients of the frozen contract parse nothing else.
    package func response(to request: Request, id: String) -> Response {
        let items = problems.map { Problem.Item(pointer: $0.pointer, code: $0.kind.rawValue) }
        let problem = Problem(
            status: status.code, title: status.reasonPhrase, detail: sentence,
            code: ErrorCode(rawValue: code) ?? .internal, requestID: id, errors: items.isEmpty ? nil : items)
        var response = Reply.json(problem, status: status, type: Self.contentType(request.headers))
        response.headers.append(contentsOf: headers)
        return response
    }

    private static func contentType(_ fields: HTTPFields) -> String {
        let names = fields[values: .accept].flatMap { $0.split(separator: ",") }.compactMap {
            $0.split(separator: ";").first?.trimmed.lowercased()
        }
        let isOldClient = names.contains("application/json") && !names.contains("application/problem+json")
        return isOldClient ? "application/json" : "application/problem+json"
    }
}
