public import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension UsherClient {
    /// A process's own connections, which follow no redirect. They live as long as the process.
    private static let connections = HTTPClient(
        eventLoopGroup: HTTPClient.defaultEventLoopGroup,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))

    /// Travels by AsyncHTTPClient and follows no redirect, so that the credential stays with its server.
    ///
    /// - Parameters:
    ///   - client: whose connections are used; configure it with `redirectConfiguration: .disallow`. Nil: connections
    ///     that all clients of this process share.
    ///   - timeout: for one request. Longer than the server's own waiting for the relay (10 s).
    ///   - maximumSize: bytes of an answer.
    public static func httpTransport(
        client: HTTPClient? = nil, timeout: Duration = .seconds(30), maximumSize: Int = 16 << 20
    ) -> Transport {
        { [client = client ?? connections] request in
            let response = try await client.execute(outgoing(request), timeout: TimeAmount(timeout))
            let body = try await response.body.collect(upTo: maximumSize)
            return UsherResponse(
                status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
                body: Array(body.readableBytesView))
        }
    }

    /// Other connections than those for single requests, as many as a server keeps streams open. Three times as long as a
    /// server stays silent at most, and the connection is taken for dead.
    private static let streams = HTTPClient(
        eventLoopGroup: HTTPClient.defaultEventLoopGroup,
        configuration: HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10), read: .seconds(45)),
            connectionPool: HTTPClient.Configuration.ConnectionPool(
                idleTimeout: .seconds(5), concurrentHTTP1ConnectionsPerHostSoftLimit: 100)))

    /// Travels by AsyncHTTPClient, follows no redirect, and reads no faster than its answer is asked for.
    ///
    /// - Parameters:
    ///   - client: whose connections are used; configure it with `redirectConfiguration: .disallow` and a read timeout of
    ///     45 seconds: the server is never silent for more than 15. Nil: connections that all clients of this process
    ///     share.
    ///   - timeout: until the answer begins.
    public static func httpStreaming(
        client: HTTPClient? = nil, timeout: Duration = .seconds(30)
    ) -> StreamingTransport {
        { [client = client ?? streams] request in
            let response = try await client.execute(outgoing(request), timeout: TimeAmount(timeout))
            return UsherStream(
                status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
                body: response.body.map { Array($0.readableBytesView) })
        }
    }

    private static func outgoing(_ request: UsherRequest) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for field in request.headers { outgoing.headers.add(name: field.name, value: field.value) }
        if let body = request.body { outgoing.body = .bytes(ByteBuffer(bytes: body)) }
        return outgoing
    }
}
