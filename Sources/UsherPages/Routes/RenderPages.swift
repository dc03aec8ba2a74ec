import HTTPTypes
import Hummingbird
import Logging
import UsherDomain
import UsherHTTP
import UsherUseCases

/// Turns whatever a page's route throws into a page. Details go to the log, never to the browser.
struct RenderPages: RouterMiddleware {
    typealias Context = UsherContext

    let kit: PageKit

    func handle(
        _ request: Request, context: UsherContext, next: (Request, UsherContext) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch let broken as BrokenBody {
            throw broken
        } catch {
            let answer = Answer(error)
            // The rest of such a request is not worth reading: whoever closes the connection answers, too.
            if [.requestTimeout, .contentTooLarge].contains(answer.status) { throw error }
            if answer.status.kind == .serverError, answer.status != .serviceUnavailable {
                context.logger.error("page failed", metadata: ["error": "\(String(reflecting: error))"])
            }
            return page(error, answer, request, context)
        }
    }

    private func page(_ error: any Error, _ answer: Answer, _ request: Request, _ context: UsherContext) -> Response {
        let visit = kit.visit(request, context)
        let trouble = Self.trouble(error, answer)
        let view = NoticePages(words: visit.words).trouble(
            trouble, retry: Self.retry(context.endpointPath), requestID: context.facts.id,
            hasInvitation: kit.code.read(from: request.headers) != nil)
        var response = kit.page(view, visit, answer.status)
        switch trouble {
        case .limited, .busy: response.headers.append(contentsOf: answer.headers)
        case .stale, .badForm, .notFound, .noEntry, .fault: break
        }
        return response
    }

    /// Where the page can be opened again: the route itself, or the page whose form was sent to it.
    private static func retry(_ route: String?) -> String {
        switch route {
        case "/invitation", "/invitation/accept", "/invitation/decline", "/invitation/ask": "/invitation"
        case "/join", "/join/me": "/join"
        case "/join/proof": "/join/proof"
        case "/organizations/join", "/organizations/withdraw": "/organizations"
        case "/organizations/address", "/organizations/proof": route ?? "/"
        case "/organizations", "/signin", "/code", "/reset", "/reset/new", "/setup", "/account": route ?? "/"
        default: "/"
        }
    }

    private static func trouble(_ error: any Error, _ answer: Answer) -> NoticePages.Trouble {
        switch error {
        case Refusal.limited(_, let wait): .limited(wait)
        case Refusal.busy(let wait): .busy(wait)
        case let unavailable as StoreUnavailable: .busy(unavailable.retryAfter)
        case Refusal.crossSite, Refusal.notSignedIn: .stale
        default:
            switch answer.status.code {
            case 404: .notFound
            case 401, 403: .noEntry
            case 400..<500: .badForm
            default: .fault
            }
        }
    }
}
