package import HTTPTypes
import Hummingbird
import UsherAPI
package import UsherDomain
import UsherUseCases

/// An error as a client is told it.
package struct Answer: Sendable {
    package let status: HTTPResponse.Status
    /// The stable name on the wire.
    package let code: String
    /// What is wrong, and what to do about it.
    package let sentence: String
    package let problems: [FieldProblem]
    package let headers: HTTPFields

    init(
        _ code: ErrorCode, _ sentence: String, problems: [FieldProblem] = [], headers: HTTPFields = [:]
    ) {
        status = code.status
        self.code = code.rawValue
        self.sentence = sentence
        self.problems = problems
        self.headers = headers
    }

    package init(_ refusal: Refusal) {
        switch refusal {
        case .notSignedIn:
            self.init(refusal.code, refusal.sentence, headers: [.wwwAuthenticate: "Bearer realm=\"usher\""])
        case .invalidBody(let problems), .invalidQuery(let problems):
            self.init(refusal.code, refusal.sentence, problems: problems)
        case .limited(let quota, let retryAfter):
            var headers = RateLimitFields.fields(usedUp: quota, resetAfter: retryAfter)
            headers[.retryAfter] = Self.seconds(retryAfter)
            self.init(refusal.code, refusal.sentence, headers: headers)
        case .busy(let retryAfter), .resendTooSoon(let retryAfter), .domainLookupFailed(let retryAfter):
            self.init(refusal.code, refusal.sentence, headers: [.retryAfter: Self.seconds(retryAfter)])
        // The two tables behind these have no default: a new refusal does not compile without its answer.
        default: self.init(refusal.code, refusal.sentence)
        }
    }

    /// Any error: what is not a refusal tells nothing of itself.
    package init(_ error: any Error) {
        switch error {
        case let refusal as Refusal: self.init(refusal)
        case let fault as HTTPFault: self.init(fault)
        case let unavailable as StoreUnavailable:
            self.init(
                .unavailable, "The database is not available at the moment. Try again later.",
                headers: [.retryAfter: Self.seconds(unavailable.retryAfter)])
        case let error as any HTTPResponseError: self.init(HTTPFault(error.status))
        default:
            self.init(.internal, "Something went wrong here. Tell the operator the request_id of this answer.")
        }
    }

    private init(_ fault: HTTPFault) {
        var headers = HTTPFields()
        if case .methodNotAllowed(let allow) = fault { headers[.allow] = allow.joined(separator: ", ") }
        self.init(fault.code, fault.sentence, headers: headers)
    }

    /// Whole seconds, rounded up, at least one (RFC 9110 section 10.2.3).
    private static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return String(max(1, seconds + (attoseconds > 0 ? 1 : 0)))
    }
}

/// What HTTP itself refuses, before there is a use case to ask.
enum HTTPFault: Error, Equatable {
    case badRequest(String)
    case notFound
    case methodNotAllowed([String])
    case requestTimeout
    case bodyTooLarge(limit: Int)
    case uriTooLong
    case unsupportedMediaType
    case misdirected
    case headersTooLarge
    case `internal`

    /// The framework's own errors.
    init(_ status: HTTPResponse.Status) {
        switch status.code {
        case 404: self = .notFound
        case 408: self = .requestTimeout
        case 413: self = .bodyTooLarge(limit: 65_536)
        case 414: self = .uriTooLong
        case 415: self = .unsupportedMediaType
        case 431: self = .headersTooLarge
        case 400..<500: self = .badRequest("The request can't be understood.")
        default: self = .internal
        }
    }

    var code: ErrorCode {
        switch self {
        case .badRequest: .badRequest
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .requestTimeout: .requestTimeout
        case .bodyTooLarge: .bodyTooLarge
        case .uriTooLong: .uriTooLong
        case .unsupportedMediaType: .unsupportedMediaType
        case .misdirected: .misdirectedRequest
        case .headersTooLarge: .headersTooLarge
        case .internal: .internal
        }
    }

    var sentence: String {
        switch self {
        case .badRequest(let sentence): sentence
        case .notFound: "There is nothing here. Paths are case-sensitive and have no slash at their end."
        case .methodNotAllowed(let allow): "This path takes \(allow.joined(separator: ", "))."
        case .requestTimeout: "The body did not arrive in time. Send the request again."
        case .bodyTooLarge(let limit): "The body is larger than this call takes (\(limit) bytes)."
        case .uriTooLong: "The URL is longer than this server takes (8192 bytes)."
        case .unsupportedMediaType:
            "Send the body as application/json in UTF-8, or as text/csv where that is taken, with no Content-Encoding."
        case .misdirected: "This server does not answer for that host. Use its public URL."
        case .headersTooLarge: "The header fields are larger than this server takes (32768 bytes)."
        case .internal: "Something went wrong here. Tell the operator the request_id of this answer."
        }
    }

    /// Whether what is left of the request is not worth reading.
    var closesConnection: Bool {
        switch self {
        case .badRequest, .misdirected, .requestTimeout, .bodyTooLarge, .uriTooLong, .headersTooLarge: true
        case .notFound, .methodNotAllowed, .unsupportedMediaType, .internal: false
        }
    }
}
