package import Hummingbird
package import HummingbirdCore
package import Logging
import NIOCore

/// What the server takes from a connection.
package enum UsherServerConfiguration {
    /// HTTP/1.1 that gives nobody a thread or memory for nothing: a connection without a complete request is closed
    /// after 60 s, and the parser stops at 64 KiB of header or URL; `CheckRequest` refuses smaller ones politely.
    package static func http() -> HTTPServerBuilder {
        .http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [BehindParserInstaller()],
                idleTimeout: .seconds(60),
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: 65_536, maxHeaderListSize: 65_536, maxHeaderFieldCount: 200)))
    }

    /// - Parameter maximumConnections: more of them wait in the kernel's queue.
    package static func application(
        address: BindAddress, maximumConnections: Int = 4096, logger: Logger
    ) -> ApplicationConfiguration {
        ApplicationConfiguration(
            address: address, serverName: nil, backlog: 1024,
            availableConnectionsDelegate: MaximumAvailableConnections(maximumConnections, logger: logger))
    }
}
