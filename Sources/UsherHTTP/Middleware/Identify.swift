import HTTPTypes
import Hummingbird
import Logging
import UsherDomain
import UsherUseCases

/// Gives the request its id, finds out whose address it comes from, and reads `TR-Organization`
/// and `Idempotency-Key`.
struct Identify: RouterMiddleware {
    typealias Context = UsherContext

    private let trusted: Set<String>
    private let effects: Effects

    init(settings: HTTPSettings, effects: Effects) {
        trusted = Set(settings.trustedProxies.compactMap { PeerAddress.text(parsing: $0) })
        self.effects = effects
    }

    func handle(
        _ request: Request, context: UsherContext, next: (Request, UsherContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let id = Self.requestID(request.headers) ?? effects.newID()
        context.facts = RequestFacts(id: id, peer: peer(request.headers, connection: context.peer))
        context.logger[metadataKey: "request_id"] = "\(id)"
        context.organization = Self.organization(request.headers)
        if request.method == .post {
            context.idempotencyKey = Result { () throws(Refusal) in try IdempotencyKeyField.read(request.headers) }
        }
        var response = try await next(request, context)
        response.headers[.requestID] = id
        return response
    }

    /// The client's id, when it is harmless in a log and a header.
    private static func requestID(_ fields: HTTPFields) -> String? {
        guard let text = fields[.requestID], (1...64).contains(text.utf8.count) else { return nil }
        let isHarmless = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isHarmless ? text : nil
    }

    private static func organization(_ fields: HTTPFields) -> Result<ID<Organization>, Refusal> {
        let values = fields[values: .organization]
        guard let value = values.first, !value.isEmpty else { return .failure(.organizationHeaderMissing) }
        guard values.count == 1, let id = ID<Organization>(parsing: value) else {
            return .failure(.organizationHeaderInvalid)
        }
        return .success(id)
    }

    /// The right-most address of `X-Forwarded-For` that is not a trusted proxy's own. From anybody but a trusted
    /// proxy the field is ignored.
    func peer(_ fields: HTTPFields, connection: String) -> String {
        guard trusted.contains(connection) else { return connection }
        for hop in fields[values: .forwardedFor].flatMap({ $0.split(separator: ",") }).reversed() {
            guard let address = PeerAddress.text(parsing: String(hop.trimmed)) else { return connection }
            if !trusted.contains(address) { return address }
        }
        return connection
    }
}
