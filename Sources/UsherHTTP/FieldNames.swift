package import HTTPTypes

extension HTTPField.Name {
    /// A name that is known to be a token.
    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("not a field name: \(name)") }
        return field
    }

    package static let organization = known("TR-Organization")
    package static let apiKey = known("X-API-Key")
    package static let requestID = known("X-Request-Id")
    package static let idempotencyKey = known("Idempotency-Key")
    package static let prefer = known("Prefer")
    package static let preferenceApplied = known("Preference-Applied")
    package static let rateLimit = known("RateLimit")
    package static let rateLimitPolicy = known("RateLimit-Policy")
    package static let link = known("Link")
    package static let forwardedFor = known("X-Forwarded-For")
    package static let secFetchSite = known("Sec-Fetch-Site")
    package static let referrerPolicy = known("Referrer-Policy")
    package static let permissionsPolicy = known("Permissions-Policy")
    package static let openerPolicy = known("Cross-Origin-Opener-Policy")
    package static let clearSiteData = known("Clear-Site-Data")
}
