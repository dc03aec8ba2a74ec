import HTTPTypes
import Hummingbird
import UsherDomain
import UsherText
import UsherUseCases

/// The right to be forgotten.
struct ErasureRoutes {
    let useCases: UseCases
    let settings: HTTPSettings

    func add(to router: UsherRouter) {
        router.group(context: CallerContext.self).delete("/api/user", use: erase)
    }

    /// The password stands in the body: a secret belongs in no path.
    @Sendable private func erase(_ request: Request, context: CallerContext) async throws -> Response {
        guard context.caller.user != nil else { throw Refusal.personRequired }
        let bytes = try await request.bytes(of: "application/json", settings: settings)
        var members = try Members(bytes, known: ["password"])
        let text = members.string("password")
        try members.finish()
        // What can be no password is a wrong one.
        let password = Result { () throws(Refusal) in
            do { return try Password(parsing: text ?? "") } catch { throw Refusal.wrongPassword }
        }
        try await useCases.eraseUser(password: password, as: context.caller, facts: context.facts)
        var response = Reply.empty(.noContent)
        response.headers.append(
            HTTPField(name: .setCookie, value: SessionCookie(secure: settings.usesTLS).clear()))
        response.headers[.clearSiteData] = "\"cache\", \"storage\""
        return response
    }
}
