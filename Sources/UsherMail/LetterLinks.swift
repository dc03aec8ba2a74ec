import UsherDomain
import UsherUseCases

/// The addresses in letters. Every one begins with a base from the configuration or from the row, never with anything
/// that a request said about hosts.
struct LetterLinks: Sendable {
    let publicURL: String
    let effects: Effects

    init(publicURL: String, effects: Effects) throws(LetterProblem) {
        try OneLine.checkURL(publicURL, field: "public URL")
        self.publicURL = Self.withoutTrailingSlashes(publicURL)
        self.effects = effects
    }

    /// `{app_url}/auth?inv_code={code}&organization_id={id}&redirect_uri={target}`. A query that `app_url` has already
    /// stays, before ours; a fragment means an application that routes by it, so the path is added behind it.
    func invitation(_ letter: InvitationLetter) throws(LetterProblem) -> String {
        try OneLine.checkURL(letter.appURL.text, field: "app_url")
        try OneLine.checkURL(letter.redirectURI.text, field: "redirect_uri")
        guard ID<Organization>(parsing: letter.organization.rawValue) != nil else {
            throw .url(field: "organization_id")
        }
        let code = effects.code(of: letter.invitation, generation: letter.generation)
        let ours =
            "inv_code=\(code)&organization_id=\(letter.organization)"
            + "&redirect_uri=\(Self.percentEncoded(letter.redirectURI.text))"
        let app = letter.appURL.text
        guard !app.utf8.contains(UInt8(ascii: "#")), let question = app.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return "\(Self.withoutTrailingSlashes(app))/auth?\(ours)"
        }
        let query = app[app.index(after: question)...]
        return
            "\(Self.withoutTrailingSlashes(String(app[..<question])))/auth?\(query)\(query.isEmpty ? "" : "&")\(ours)"
    }

    /// Where the short code is typed.
    var shortCode: String { "\(publicURL)/code" }

    func shortCode(_ letter: InvitationLetter) -> ShortCode {
        effects.shortCode(of: letter.invitation, generation: letter.generation)
    }

    func passwordReset(_ link: ID<OneTimeLink>) -> String { "\(publicURL)/reset?token=\(effects.secret(of: link))" }

    func notice(_ notice: Notice) -> String {
        publicURL + notice.path + (notice.link.map { effects.secret(of: $0) } ?? "")
    }

    /// Opaque and bound to the invitation (RFC 8058 section 3.1); only POST does anything.
    func unsubscribe(_ invitation: ID<Invitation>, of organization: ID<Organization>) -> String {
        let token = effects.unsubscribeToken(invitation, of: organization)
        return "\(publicURL)/letter/unsubscribe?i=\(invitation)&o=\(organization)&t=\(token)"
    }

    private static func withoutTrailingSlashes(_ text: String) -> String {
        var rest = text.utf8[...]
        while rest.last == UInt8(ascii: "/") { rest.removeLast() }
        return String(Substring(rest))
    }

    /// All but the unreserved characters of RFC 3986 section 2.3. The last character is a letter or a digit in any case,
    /// because programs that look for links in text leave punctuation at the end out.
    private static func percentEncoded(_ text: String) -> String {
        let utf8 = text.utf8
        let bytes = utf8.span
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 2)
        for index in bytes.indices {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                out.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                guard index + 1 < bytes.count else { fallthrough }
                out.append(byte)
            default:
                out.append(UInt8(ascii: "%"))
                out.append(QuotedPrintable.digit(byte >> 4))
                out.append(QuotedPrintable.digit(byte & 15))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
