import HTTPTypes
import Hummingbird
import UsherAPI
import UsherDomain
import UsherText
import UsherUseCases

/// Sessions, as clients of this API family see them.
struct AuthRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        router.get("/api/auth", use: open)
        router.delete("/api/auth", use: signOut)
        router.group(context: CallerContext.self).get("/api/auth/me", use: me)
    }

    /// To the hosted page, with the parameters it knows and nothing else.
    @Sendable private func open(_ request: Request, context: UsherContext) -> Response {
        let sent = request.uri.queryParameters
        let known = (InvitationCode.linkParameters + ["organization_id", "redirect_uri"]).compactMap { name in
            sent[name[...]].map { "\(name)=\(percentEncodedQueryValue(String($0)))" }
        }
        let query = known.isEmpty ? "" : "?" + known.joined(separator: "&")
        return Reply.empty(.seeOther, [.location: "/auth" + query])
    }

    /// Ends the session that came along; without one there is nothing to end, and the answer is the same.
    @Sendable private func signOut(_ request: Request, context: UsherContext) async throws -> Response {
        if case .session(let user, let hash) = context.caller {
            try await useCases.signOut(session: hash, user: user, facts: context.facts)
        }
        var response = Reply.json(LogoutBody(logoutURL: "\(settings.publicURL.origin)/sign-in"))
        response.headers.append(
            HTTPField(name: .setCookie, value: SessionCookie(secure: settings.usesTLS).clear()))
        response.headers[.clearSiteData] = "\"cache\", \"storage\""
        return response
    }

    @Sendable private func me(_ request: Request, context: CallerContext) async throws -> Response {
        Reply.json(SlimUser(try await useCases.describeCaller(context.caller)))
    }
}
