/// A list of routes (`POST /api/invitation`) that a membership or key is *restricted* to. It never raises a role.
/// No list at all (`nil` where the type is optional) means no restriction; an empty list means nothing is allowed.
package struct Scopes: Hashable, Sendable {
    package let routes: [String]

    package static let maximumCount = 100
    package static let maximumLength = 200

    /// Takes routes that were checked before, as from the store.
    package init(stored routes: [String]) { self.routes = routes }

    /// Checks the shape: `METHOD /path`, printable ASCII, at most 100 of at most 200 characters.
    package init(_ routes: [String]) throws(Refusal) {
        guard routes.count <= Self.maximumCount, routes.allSatisfy(Self.isRoute) else {
            throw .invalidBody([FieldProblem("/scopes", .malformed)])
        }
        self.routes = routes
    }

    package func allow(_ route: String) -> Bool { routes.contains(route) }

    private static func isRoute(_ text: String) -> Bool {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        return text.utf8.count <= maximumLength && parts.count == 2 && parts[1].hasPrefix("/")
            && ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(parts[0])
            && parts[1].utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
