import UsherAPI
import UsherDomain
import UsherText
import UsherUseCases

extension InvitationDraft {
    /// Reads the body of the frozen call: members that it does not know are ignored.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: nil)
        let email = members.string("email")
        let role = members.roleChoice("user_role")
        let appURL = members.string("app_url")
        let redirectURI = members.string("redirect_uri")
        let organization = members.organization("organization_id")
        let scopes = members.scopes()
        let locale = members.locale("locale")
        let extras = members.extras()
        let expiry = members.expiry()
        try members.finish()
        // `finish` threw when one of these is nil.
        guard let email, let role, let appURL, let redirectURI else { throw .invalidBody([]) }
        let parsed = try EmailAddress(parsing: email)
        let choice = try role.get()
        self.init(
            email: parsed, role: choice.role, customRole: choice.custom, scopes: scopes,
            appURL: try WebURL(parsing: appURL, field: "app_url"),
            redirectURI: try WebURL(parsing: redirectURI, field: "redirect_uri"), bodyOrganization: organization,
            locale: locale, extras: extras, expiry: expiry)
    }
}

extension KeyDraft {
    /// Reads the body of `POST /api/organization/api_key`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["name", "role", "role_id", "scopes", "expires_at"])
        let name = members.name("name")
        let role = members.roleChoice("role")
        let scopes = members.scopes()
        let expiresAt = members.time("expires_at")
        try members.finish()
        guard let name, let role else { throw .invalidBody([]) }
        let choice = try role.get()
        self.init(
            name: name, role: choice.role, customRole: choice.custom, scopes: scopes, expiresAt: expiresAt)
    }
}

extension DisplayName {
    /// Reads the body of `POST /api/organization`.
    init(body: [UInt8]) throws(Refusal) {
        var members = try Members(body, known: ["name"])
        let name = members.name("name")
        try members.finish()
        guard let name else { throw .invalidBody([]) }
        self = name
    }
}

extension Members {
    fileprivate mutating func organization(_ name: String) -> ID<Organization>? { id(name) }

    mutating func locale(_ name: String) -> String? {
        guard let text = optionalString(name) else { return nil }
        guard let tag = LanguageTag.normalized(text) else {
            report(name, .malformed)
            return nil
        }
        return tag
    }

    mutating func time(_ name: String) -> Timestamp? {
        guard let text = optionalString(name) else { return nil }
        guard let time = APITime(parsing: text), time.milliseconds <= Timestamp.latest.milliseconds else {
            report(name, .malformed)
            return nil
        }
        return Timestamp(milliseconds: time.milliseconds)
    }
}
