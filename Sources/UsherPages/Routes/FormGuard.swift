import HTTPTypes
import UsherDomain
import UsherHTTP
import UsherUseCases

/// Whether a form was sent from a page of ours (OWASP, Cross-Site Request Forgery Prevention).
struct FormGuard: Sendable {
    let settings: HTTPSettings

    static let site = HTTPField.Name("Sec-Fetch-Site")

    /// Fetch Metadata first; a browser that does not send it has to name our origin. `Origin: null` beside a
    /// `same-origin` is what browsers send from pages with `Referrer-Policy: no-referrer`, as ours are.
    func check(_ fields: HTTPFields) throws(Refusal) {
        let origin = fields[.origin]
        guard let site = Self.site.flatMap({ fields[$0] }) else {
            guard let origin, isOurs(origin) else { throw .crossSite }
            return
        }
        guard site == "same-origin", origin.map({ $0 == "null" || isOurs($0) }) ?? true else { throw .crossSite }
    }

    private func isOurs(_ origin: String) -> Bool {
        if origin == settings.publicURL.origin.text { return true }
        // In development a browser may come by another name of this machine.
        guard settings.isDevelopment, origin.hasPrefix("http://") else { return false }
        return settings.hosts.contains(String(origin.dropFirst("http://".count)))
    }
}

/// Tokens that tie a form to the browser that it was made for: by the session, or by a random cookie before there is
/// one. Derived, so nothing is stored.
struct FormTokens: Sendable {
    let effects: Effects
    private let binding: String

    init(session hash: String, effects: Effects) {
        binding = "session:\(hash)"
        self.effects = effects
    }

    init(preSession secret: String, effects: Effects) {
        binding = "visit:\(effects.hash(secret))"
        self.effects = effects
    }

    func make(for purpose: FormPurpose) -> String { effects.derive(.formToken, "\(binding).\(purpose.rawValue)") }

    func check(_ token: String?, for purpose: FormPurpose) throws(Refusal) {
        guard let token, UsherDomain.constantTimeEquals(token, make(for: purpose)) else { throw .crossSite }
    }
}
