import HTTPTypes
import Hummingbird
import UsherDomain
import UsherUseCases

/// Finds out who asks. It never refuses a request for having no credential; routes that need a caller do.
struct AuthenticateCaller: RouterMiddleware {
    typealias Context = UsherContext

    let authenticate: Authenticate
    let settings: HTTPSettings

    func handle(
        _ request: Request, context: UsherContext, next: (Request, UsherContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        let isAPI = path == "/api" || path.hasPrefix("/api/")
        guard let credential = credential(request.headers, isAPI: isAPI) else {
            return try await next(request, context)
        }
        var context = context
        context.caller = try await authenticate(credential)
        if isAPI, case .session = context.caller, !request.method.isSafe { try checkSite(request) }
        return try await next(request, context)
    }

    /// Keys are taken from header fields only, and a key that came wins over any cookie, also when it is wrong. The
    /// frozen contract calls the session's cookie `Authorization`; pages know only our own.
    private func credential(_ fields: HTTPFields, isAPI: Bool) -> Credential? {
        if isAPI, let key = Self.key(fields) { return .key(key) }
        if let secret = SessionCookie(secure: settings.usesTLS).read(from: fields) { return .session(secret) }
        guard isAPI, let value = CookieReader.value(of: "Authorization", in: fields) else { return nil }
        return .session(Secret(value))
    }

    private static func key(_ fields: HTTPFields) -> Secret? {
        let bare = fields[.authorization].flatMap { bareKey($0) }
        let named = fields[.apiKey].flatMap { $0.isEmpty ? nil : $0 }
        // Two keys that differ: nobody, rather than one of them.
        if let bare, let named, bare != named { return Secret("") }
        return (bare ?? named).map(Secret.init)
    }

    /// Nil when the field is empty. Another scheme stays in the text, which then is no key.
    private static func bareKey(_ value: String) -> String? {
        let text = value[...].trimmed
        guard !text.isEmpty else { return nil }
        let scheme = "bearer "
        return text.lowercased().hasPrefix(scheme) ? String(text.dropFirst(scheme.count).trimmed) : String(text)
    }

    /// A browser sends its cookie along with whatever page asked for the request: only our own may.
    private func checkSite(_ request: Request) throws(Refusal) {
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { throw .crossSite }
        if let origin = request.headers[.origin], !isOwn(origin) { throw .crossSite }
    }

    private func isOwn(_ origin: String) -> Bool {
        if origin == settings.publicURL.origin.text { return true }
        return settings.isDevelopment && settings.hosts.contains { origin == "http://\($0)" }
    }
}

extension HTTPRequest.Method {
    /// RFC 9110 section 9.2.1.
    fileprivate var isSafe: Bool { self == .get || self == .head || self == .options || self == .trace }
}
