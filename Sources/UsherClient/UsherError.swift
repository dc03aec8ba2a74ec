import FoundationEssentials
public import UsherAPI

/// The server said no.
public struct UsherError: Error, Equatable, Sendable {
    /// Why, as a program asks it. Open: a later server may know more codes than this client.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The code on the wire.
        public let rawValue: String

        /// Takes any code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A code that this version knows.
        public init(_ code: ErrorCode) { rawValue = code.rawValue }

        /// The code as this version knows it; nil when it does not.
        public var known: ErrorCode? { ErrorCode(rawValue: rawValue) }

        /// The code on the wire.
        public var description: String { rawValue }

        /// Whether it is a code that this version knows: `catch let error as UsherError where error.code == .limited`.
        public static func == (code: Code, known: ErrorCode) -> Bool { code.rawValue == known.rawValue }
    }

    /// Why; `unreadable` when the answer was no problem of Usher's, as from a proxy between.
    public let code: Code
    /// The HTTP status.
    public let status: Int
    /// A sentence that says what is wrong and what to do.
    public let message: String
    /// Names the request in the server's log.
    public let requestID: String?
    /// How long to wait before trying again, when the server said so.
    public let retryAfter: Duration?
    /// The members or parameters that are wrong.
    public let problems: [Problem.Item]

    init(_ response: UsherResponse) {
        let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body))
        code = Code(rawValue: problem?.code ?? "unreadable")
        status = response.status
        message = problem?.message ?? "The server answered \(response.status) without a reason."
        requestID = problem?.requestID ?? response.header("X-Request-Id")
        retryAfter = response.header("Retry-After").flatMap { Int64($0) }.map { .seconds($0) }
        problems = problem?.errors ?? []
    }

    /// An answer that is no refusal, and not what was asked for.
    init(unreadable status: Int, _ message: String) {
        code = Code(rawValue: "unreadable")
        self.status = status
        self.message = message
        (requestID, retryAfter, problems) = (nil, nil, [])
    }
}
