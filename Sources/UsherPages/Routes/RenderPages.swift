import HTTPTypes
import Hummingbird
import UsherDomain
import UsherUseCases

/// Turns whatever a page's route throws into a page. Details go to the log, never to the browser.
struct RenderPages: RouterMiddleware {
    typealias Context = UsherContext

    let kit: PageKit

    func handle(
        _ request: Request, context: UsherContext, next: (Request, UsherContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let (status, trouble) = Self.judge(error)
            if status.kind == .serverError {
                context.logger.error("page failed", metadata: ["error": "\(String(reflecting: error))"])
            }
            return page(status, trouble, request, context)
        }
    }

    private func page(
        _ status: HTTPResponse.Status, _ trouble: NoticePages.Trouble, _ request: Request, _ context: UsherContext
    ) -> Response {
        let visit = kit.visit(request, context)
        let view = NoticePages(words: visit.words).trouble(
            trouble, retry: Self.retry(context.endpointPath), requestID: context.facts.id,
            hasInvitation: kit.code.read(from: request.headers) != nil)
        var response = kit.page(view, status, visit)
        switch trouble {
        case .limited(let wait), .busy(let wait):
            response.headers[.retryAfter] = "\(max(1, wait.components.seconds))"
        case .stale, .badForm, .notFound, .noEntry, .fault: break
        }
        return response
    }

    /// Where the page can be opened again: the route itself, or the page whose form was sent to it.
    private static func retry(_ route: String?) -> String {
        switch route {
        case "/auth", "/invitation", "/invitation/accept", "/invitation/decline": "/invitation"
        case "/signin", "/reset", "/reset/new", "/setup", "/account": route ?? "/"
        default: "/"
        }
    }

    private static func judge(_ error: any Error) -> (HTTPResponse.Status, NoticePages.Trouble) {
        switch error {
        case let refusal as Refusal: judge(refusal)
        case let error as StoreUnavailable: (.serviceUnavailable, .busy(error.retryAfter))
        case let error as any HTTPResponseError:
            (error.status, error.status == .notFound ? .notFound : error.status.kind == .serverError ? .fault : .badForm)
        default: (.internalServerError, .fault)
        }
    }

    private static func judge(_ refusal: Refusal) -> (HTTPResponse.Status, NoticePages.Trouble) {
        switch refusal {
        case .limited(_, let wait): (.tooManyRequests, .limited(wait))
        case .busy(let wait): (.serviceUnavailable, .busy(wait))
        case .crossSite, .notSignedIn: (.forbidden, .stale)
        case .organizationNotFound, .invitationNotFound, .keyNotFound: (.notFound, .notFound)
        case .notAMember, .roleTooLow, .outOfScope, .personRequired, .wrongAccount, .invitationNeedsApproval,
            .linkInvalid:
            (.forbidden, .noEntry)
        default: (.badRequest, .badForm)
        }
    }
}
