import HTTPTypes
import Hummingbird
import UsherHTTP

/// Style sheet, script, icon, and a word to robots.
struct AssetRoutes: Sendable {
    let kit: PageKit

    func add(to routes: RouterGroup<UsherContext>) {
        for asset in [kit.assets.stylesheet, kit.assets.script, kit.assets.icon] {
            routes.get(RouterPath(asset.path)) { request, _ in Self.response(asset, request) }
        }
        routes.get("/robots.txt") { _, _ in
            Self.response("User-agent: *\nDisallow: /\n", type: "text/plain; charset=utf-8", cache: "no-cache")
        }
    }

    /// An address with the right version never changes its content; another one is asked for again each time.
    private static func response(_ asset: Asset, _ request: Request) -> Response {
        let isCurrent = asset.version != nil && request.uri.query == asset.version.map { "v=\($0)" }
        return response(
            asset.text, type: asset.type,
            cache: isCurrent ? "public, max-age=31536000, immutable" : "public, max-age=3600")
    }

    private static func response(_ text: String, type: String, cache: String) -> Response {
        let fields: HTTPFields = [
            .contentType: type, .cacheControl: cache,
            .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
        ]
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
