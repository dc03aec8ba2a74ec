import HTTPTypes
import Hummingbird
import UsherDomain

/// Refuses what no route should see: requests for other hosts, oversize ones, and other spellings of a path.
struct CheckRequest: RouterMiddleware {
    typealias Context = UsherContext

    static let maximumURILength = 8192
    static let maximumHeaderLength = 32_768

    let hosts: Set<String>

    func handle(
        _ request: Request, context: UsherContext, next: (Request, UsherContext) async throws -> Response
    ) async throws -> Response {
        guard request.uri.string.utf8.count <= Self.maximumURILength else { throw HTTPFault.uriTooLong }
        let size = request.headers.reduce(0) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count }
        guard size <= Self.maximumHeaderLength else { throw HTTPFault.headersTooLarge }
        try checkHost(request)
        guard Self.isCanonical(request.uri.path) else { throw HTTPFault.notFound }
        return try await next(request, context)
    }

    func checkHost(_ request: Request) throws(HTTPFault) {
        // A second Host is left among the fields (RFC 9112 section 3.2).
        guard let host = request.head.authority, !host.isEmpty,
            !request.headers.contains(where: { $0.name.canonicalName == "host" })
        else {
            throw .badRequest("The request must have exactly one Host.")
        }
        guard hosts.contains(host.lowercased()) else { throw .misdirected }
    }

    /// The router takes `//a`, `/a/` and `/a` for the same. Limits, logs and policies elsewhere would not, so there is
    /// one spelling of each path, and none of ours needs a percent sign.
    private static func isCanonical(_ path: String) -> Bool {
        guard path != "/" else { return true }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.first?.isEmpty == true else { return false }
        return segments.dropFirst().allSatisfy { segment in
            !segment.isEmpty && segment != "." && segment != ".." && segment.utf8.allSatisfy(\.isUnreserved)
        }
    }
}

extension UInt8 {
    /// RFC 3986 section 2.3.
    fileprivate var isUnreserved: Bool { isBase64URL || self == UInt8(ascii: ".") || self == UInt8(ascii: "~") }
}
