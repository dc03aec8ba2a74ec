import HTTPTypes
import Hummingbird
import UsherDomain
import UsherHTTP
import UsherText
import UsherUseCases

/// What all page routes work with: how to read a visit, and how to answer it.
struct PageKit: Sendable {
    let useCases: UseCases
    let settings: HTTPSettings
    let assets: Assets
    let templates: Templates
    let guardian: FormGuard
    let sessions: SessionCookie
    /// The code of the invitation that is looked at.
    let code: HostCookie
    /// The pre-session that forms hang on before anybody signed in.
    let visit: HostCookie
    /// The secret of a one-time link: to reset a password, or to set the server up.
    let reset: HostCookie
    let setUp: HostCookie
    /// The secret of a link that many can join by, and that of the letter which proves an address for it.
    let join: HostCookie
    let proof: HostCookie
    private let lookups: PeerLimiter
    private let attempts: PeerLimiter

    /// How long a link's secret waits in its cookie.
    static let patience = Duration.minutes(30)

    init(useCases: UseCases, settings: HTTPSettings) {
        self.useCases = useCases
        self.settings = settings
        assets = Assets(hash: useCases.effects.hash)
        templates = Templates(PageTemplates.all)
        guardian = FormGuard(settings: settings)
        let secure = settings.usesTLS
        sessions = SessionCookie(secure: secure)
        code = HostCookie("usher_code", secure: secure)
        visit = HostCookie("usher_visit", secure: secure)
        reset = HostCookie("usher_reset", secure: secure)
        setUp = HostCookie("usher_setup", secure: secure)
        join = HostCookie("usher_join", secure: secure)
        proof = HostCookie("usher_proof", secure: secure)
        let isLimited = useCases.rules.quotas.peer != nil
        lookups = PeerLimiter(isLimited ? Self.lookupQuota : nil, now: useCases.effects.now)
        attempts = PeerLimiter(isLimited ? Self.attemptQuota : nil, now: useCases.effects.now)
    }

    // MARK: Limits

    /// Of one address that may be a whole office, or a mail scanner that opens each link of many letters.
    private static let lookupQuota = Quota(.lookup, 300, per: .minutes(1))
    /// Passwords, whoever's they are; each account has its own limit beside this.
    private static let attemptQuota = Quota(.signIn, 100, per: .minutes(15))

    /// Counts one look at a secret from a link.
    func countLookup(_ visit: Visit) throws(Refusal) { try lookups.take(visit.facts.peer) }

    /// Counts one password that was sent, or one letter asked for.
    func countAttempt(_ visit: Visit) throws(Refusal) { try attempts.take(visit.facts.peer) }

    // MARK: Reading

    func visit(_ request: Request, _ context: UsherContext) -> Visit {
        Visit(request, context, cookie: visit, effects: useCases.effects)
    }

    /// A form that was sent from a page of ours, by the browser that the page was made for.
    func form(_ request: Request, _ visit: Visit, for purpose: FormPurpose) async throws -> FormFields {
        try guardian.check(request.headers)
        let bytes = try await request.bytes(of: "application/x-www-form-urlencoded", settings: settings)
        guard let fields = FormFields(bytes) else { throw HTTPError(.badRequest) }
        try visit.tokens.check(fields["form_token"], for: purpose)
        return fields
    }

    func desk(_ visit: Visit) -> Desk {
        Desk(
            words: visit.words, rules: useCases.rules, now: useCases.effects.now(),
            minimumPassword: useCases.passwordPolicy.rules.minimumLength, token: visit.tokens.make)
    }

    // MARK: Answering

    /// - Parameter target: an origin that a form of the page may be redirected to.
    func page(
        _ view: PageView, _ visit: Visit, _ status: HTTPResponse.Status = .ok, target: Origin? = nil,
        cookies: [String] = []
    ) -> Response {
        let frame = Frame(view, words: visit.words, app: useCases.rules.appName, assets: assets)
        var fields = headers(cookies: cookies)
        fields[.contentType] = "text/html; charset=utf-8"
        fields[.contentLanguage] = visit.words.language.rawValue
        fields[.contentSecurityPolicy] = Self.policy(target: target)
        fields[.vary] = "Cookie, Accept-Language, Sec-Fetch-Site, Origin"
        if view.form != nil || view.second != nil || view.aside != nil, let secret = visit.newPreSession {
            fields.append(HTTPField(name: .setCookie, value: self.visit.set(secret, maxAge: .hours(12))))
        }
        let body = templates.render(frame, with: "page").markup
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    /// 303, so that whatever was sent is never sent again to where it leads (RFC 9700 section 4.12).
    func redirect(to target: String, cookies: [String] = []) -> Response {
        var fields = headers(cookies: cookies)
        fields[.location] = target
        return Response(status: .seeOther, headers: fields)
    }

    /// The cookies of somebody who has just signed in: a new session, and nothing left of what was before it.
    func cookies(of session: NewSession) -> [String] {
        [sessions.set(session.secret, maxAge: useCases.rules.sessions.absolute), visit.clear()]
    }

    private func headers(cookies: [String]) -> HTTPFields {
        var fields = HTTPFields()
        for cookie in cookies { fields.append(HTTPField(name: .setCookie, value: cookie)) }
        fields[.cacheControl] = "no-store"
        return fields
    }

    /// Chromium holds `form-action` against where a form's answer redirects to as well, so the target stands in it.
    static func policy(target: Origin?) -> String {
        let target = target.map { " \($0)" } ?? ""
        return "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
            + "form-action 'self'\(target); base-uri 'none'; frame-ancestors 'none'"
    }

    // MARK: Passwords

    func check(_ password: Password, email: EmailAddress, name: DisplayName?, organization: DisplayName?) throws {
        try useCases.passwordPolicy.check(
            password, email: email, name: name?.text, organization: organization?.text,
            product: useCases.rules.appName)
    }
}
