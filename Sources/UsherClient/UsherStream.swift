/// An answer whose body is read while it comes.
public struct UsherStream: Sendable {
    /// The HTTP status.
    public let status: Int
    /// In order; names may repeat.
    public let headers: [(name: String, value: String)]

    /// The next bytes; nil at the end. Whoever lets it go closes the connection.
    typealias Reader = () async throws -> [UInt8]?

    /// Once only: the bytes are nowhere else.
    let reader: @Sendable () -> Reader

    /// Describes an answer.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - headers: in order.
    ///   - body: the bytes, cut anywhere, as soon as they are there. It is iterated once; when that iterator goes, the
    ///     connection shall be closed, and what it does not ask for shall not be collected without end.
    public init<Body: AsyncSequence & Sendable>(
        status: Int, headers: [(String, String)], body: Body
    ) where Body.Element == [UInt8] {
        self.status = status
        self.headers = headers.map { (name: $0.0, value: $0.1) }
        reader = {
            var iterator = body.makeAsyncIterator()
            return { try await iterator.next(isolation: #isolation) }
        }
    }

    /// The first field of a name, in any case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The whole body, or its beginning when it is longer.
    func collect(upTo limit: Int) async throws -> UsherResponse {
        let reader = reader()
        var bytes: [UInt8] = []
        while bytes.count < limit, let some = try await reader() { bytes += some }
        return UsherResponse(status: status, headers: headers.map { ($0.name, $0.value) }, body: bytes)
    }
}
