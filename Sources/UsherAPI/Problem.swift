/// An error as Usher answers it: RFC 9457, and `message` for clients that know only that.
public struct Problem: Codable, Equatable, Sendable {
    /// URI reference that names the kind of problem; `about:blank`, because `code` says it.
    public let type: String
    /// The status in words.
    public let title: String
    /// The HTTP status.
    public let status: Int
    /// What is wrong and what to do about it, in a sentence.
    public let detail: String
    /// Stable name of the problem: a raw value of `ErrorCode`, or of one that a later server knows.
    public let code: String
    /// The same sentence as `detail`.
    public let message: String
    /// Names the request in the server's log.
    public let requestID: String
    /// The members of the body, or the parameters, that are wrong; nil when the problem is not one of members.
    public let errors: [Item]?

    /// One member of a body, or one parameter.
    public struct Item: Codable, Equatable, Sendable {
        /// RFC 6901 pointer into the body (`/user_role`), or the parameter's name.
        public let pointer: String
        /// `missing`, `malformed`, `unknown`, `wrong_type`, `too_long` or `out_of_range`.
        public let code: String

        /// Names one member and what is wrong with it.
        public init(pointer: String, code: String) {
            self.pointer = pointer
            self.code = code
        }
    }

    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - title: the status in words.
    ///   - detail: written as `message` too.
    ///   - code: the stable name of the problem.
    ///   - requestID: names the request in the server's log.
    ///   - errors: nil or at least one.
    public init(
        status: Int, title: String, detail: String, code: ErrorCode, requestID: String, errors: [Item]? = nil
    ) {
        type = "about:blank"
        self.title = title
        self.status = status
        self.detail = detail
        self.code = code.rawValue
        message = detail
        self.requestID = requestID
        self.errors = errors
    }

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code, message, errors
        case requestID = "request_id"
    }
}
