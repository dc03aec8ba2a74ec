import Hummingbird
import Synchronization

/// Which methods each path takes: what 405 tells in `Allow`. Filled once, when all routes are known.
final class RouteTable: Sendable {
    private struct Entry {
        let segments: [Substring]
        let method: String

        var parameters: Int { segments.count { RouteTable.isParameter($0) } }
    }

    private let entries = Mutex<[Entry]>([])

    func fill(from router: UsherRouter) {
        let found = router.routes.map { route in
            Entry(segments: "\(route.path)".split(separator: "/"), method: route.method.rawValue)
        }
        entries.withLock { $0 = found }
    }

    /// Empty when there is no such path.
    func methods(at path: String) -> [String] {
        let segments = path.split(separator: "/")
        let matching = entries.withLock { entries in entries.filter { Self.matches($0.segments, segments) } }
        // A path that is spelled out is no place of a parameter: the router does not go back either.
        let fewest = matching.map(\.parameters).min()
        let methods = Set(matching.filter { $0.parameters == fewest }.map(\.method))
        // Every GET answers HEAD, too.
        return (methods.contains("GET") ? methods.union(["HEAD"]) : methods).sorted()
    }

    private static func matches(_ template: [Substring], _ path: [Substring]) -> Bool {
        template.count == path.count
            && zip(template, path).allSatisfy { $0 == $1 || isParameter($0) }
    }

    private static func isParameter(_ segment: Substring) -> Bool { segment.hasPrefix("{") || segment.hasPrefix(":") }
}
