package import HTTPTypes
package import UsherDomain

/// One cookie of ours: `HttpOnly`, `SameSite=Lax`, for the whole host and nobody else's (`__Host-` where there is
/// TLS; RFC 6265bis section 4.1.3.2).
package struct HostCookie: Sendable {
    package let name: String
    private let secure: Bool

    /// - Parameters:
    ///   - name: without prefix.
    ///   - secure: whether browsers come by https; without it the prefix would make them drop the cookie.
    package init(_ name: String, secure: Bool) {
        self.name = secure ? "__Host-\(name)" : name
        self.secure = secure
    }

    /// A `Set-Cookie` value.
    /// - Parameters:
    ///   - value: cookie octets (RFC 6265 section 4.1.1): base64url and the like.
    ///   - maxAge: nil: until the browser closes.
    package func set(_ value: String, maxAge: Duration?) -> String {
        let age = maxAge.map { "; Max-Age=\($0.components.seconds)" } ?? ""
        return "\(name)=\(value); Path=/\(age); HttpOnly; SameSite=Lax\(secure ? "; Secure" : "")"
    }

    /// A `Set-Cookie` value that makes the browser forget it.
    package func clear() -> String { set("", maxAge: .zero) }

    /// Its value; nil when it is absent, empty, or there more than once: then somebody else planted one.
    package func read(from fields: HTTPFields) -> String? { CookieReader.value(of: name, in: fields) }
}

/// The cookie that holds a session's secret.
package struct SessionCookie: Sendable {
    private let cookie: HostCookie

    package init(secure: Bool) { cookie = HostCookie("usher_session", secure: secure) }

    package var name: String { cookie.name }

    package func set(_ secret: Secret, maxAge: Duration) -> String { cookie.set(secret.reveal(), maxAge: maxAge) }

    package func clear() -> String { cookie.clear() }

    package func read(from fields: HTTPFields) -> Secret? { cookie.read(from: fields).map(Secret.init) }
}

/// Reads `Cookie` fields (RFC 6265 section 4.2.1).
enum CookieReader {
    static func value(of name: String, in fields: HTTPFields) -> String? {
        var found: String?
        for field in fields[values: .cookie] {
            for pair in field.split(separator: ";") {
                let pair = pair.drop(while: { $0 == " " })
                guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
                guard found == nil else { return nil }
                found = String(pair[pair.index(after: equals)...])
            }
        }
        return found.flatMap { $0.isEmpty ? nil : $0 }
    }
}
